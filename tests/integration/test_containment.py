"""Two people together can close an account that somebody else is in; the owner comes back alone."""

import re

from tests.integration.test_recovery import HERE, NEW, ask, new_code, set_password
from tests.world import ADA, BEN, CLEO, PASSWORDS, World, submit, text_of

REASON = "The customer sees sign-ins from a country she never was in."


async def claimed_conversation(world: World) -> str:
    """A visitor asks for a person, and Ben has the case."""
    panel = await world.visitor()
    welcome = await panel.wait("welcome")
    await panel.say("somebody is in my account")
    await panel.send(type="handover", client_id="7a1d2f30-0000-4000-8000-000000000001", to="agent")
    await panel.wait("state", handled_by="queue")
    ben = await world.staff(BEN)
    path = f"/console/c/{welcome['conversation']}"
    answer = await submit(ben, f"{path}/claim", page=path)
    assert answer.status_code in (200, 303), answer.text
    return str(welcome["conversation"])


async def test_a_lead_closes_an_account_for_the_agent_of_the_case(world: World) -> None:
    conversation = await claimed_conversation(world)
    path = f"/console/contain/{conversation}"
    ada, ben, cleo = await world.customer(), await world.staff(BEN), await world.staff(CLEO)
    assert (await ben.get(path)).status_code == 403
    fields = {"email": ADA, "reason": REASON, "password": PASSWORDS[CLEO]}
    assert (
        await submit(ben, path, page="/console/account", **{**fields, "password": PASSWORDS[BEN]})
    ).status_code == 403
    for wrong, status in (
        ({"password": "Not-My-Password!"}, 401),
        ({"reason": "because"}, 422),
        ({"email": BEN}, 403),
    ):
        assert (await submit(cleo, path, **{**fields, **wrong})).status_code == status
    assert (await ada.get("/security")).status_code == 200
    said = []
    for email in ("eve@example.com", ADA):
        answer = await submit(cleo, path, **{**fields, "email": email})
        found = re.search(r'role="status">(If an account[^<]+)<', answer.text)
        assert found
        said.append(found[1])
    assert said[0] == said[1]
    assert (await ada.get("/security")).status_code == 303
    assert (await submit(world.browser(), "/login", email=ADA, password=PASSWORDS[ADA])).status_code == 401
    assert "/forgot-password" in text_of(await world.mail(ADA, "for your safety"))
    client = world.browser()
    await ask(client)
    await submit(client, HERE, code=await new_code(world))
    await set_password(client, NEW)
    assert (await submit(client, "/login", email=ADA, password=NEW)).status_code == 303


async def test_a_closed_account_opens_by_itself_after_a_week(world: World) -> None:
    conversation = await claimed_conversation(world)
    cleo = await world.staff(CLEO)
    await submit(cleo, f"/console/contain/{conversation}", email=ADA, reason=REASON, password=PASSWORDS[CLEO])
    world.clock.wind(days=7, seconds=1)
    assert (await submit(world.browser(), "/login", email=ADA, password=PASSWORDS[ADA])).status_code == 303
