"""A lead who keeps conversations for a shorter time sees first what goes, and proves who she is."""

import httpx2

from helpdesk.tickets import privacy
from tests.integration.test_reset_invitation import deeds
from tests.integration.test_sign_in_passkey import prove, with_passkey
from tests.integration.test_sign_in_staff import now_code, with_second_factor
from tests.integration.test_tickets_privacy import a_ticket
from tests.world import BEN, CLEO, PASSWORDS, World, submit

PAGE = "/console/settings"
NEEDED = "Enter your own password to confirm this."


async def ask(lead: httpx2.AsyncClient, days: int, **more: str) -> httpx2.Response:
    """Save the settings with so many days."""
    fields = {"zone": "Europe/Berlin", "capacity": "7", "retention_days": str(days)}
    return await submit(lead, PAGE, **fields, **more)


async def confirm(lead: httpx2.AsyncClient, days: int, **proof: str) -> int:
    """The status of what the page with the preview sends."""
    return (await ask(lead, days, previewed=str(days), **proof)).status_code


async def kept(world: World) -> int:
    return await world.desk.store.read(privacy.retention_days)


async def test_a_shorter_retention_shows_first_what_the_next_run_deletes(world: World) -> None:
    private = await a_ticket(world)
    cleo = await world.staff(CLEO)
    page = (await cleo.get("/console/tickets/T-1001")).headers["location"]
    await submit(cleo, f"{page}/resolve", page)
    world.clock.wind(days=40)
    cleo = await world.staff(CLEO)
    assert "Nothing is that old now." in (await ask(cleo, 60)).text
    shown = await ask(cleo, 30, password=PASSWORDS[CLEO])
    assert shown.status_code == 200, "a proof before the preview serves nobody"
    assert "are kept 90 days now. You are about to keep them only 30 days" in shown.text
    assert "deletes 1 conversation with 3 messages and 0 files." in shown.text
    assert (await ask(cleo, 30, previewed="60", password=PASSWORDS[CLEO])).status_code == 200, (
        "another preview"
    )
    back = await ask(cleo, 30, what="back")
    assert 'name="capacity" inputmode="numeric" value="7"' in back.text, "what was typed stays"
    assert 'value="7"' not in (await cleo.get(PAGE)).text
    await privacy.look(world.desk)
    assert (await kept(world), (await world.browser().get(private)).status_code) == (90, 200)
    assert await confirm(cleo, 30, password=PASSWORDS[CLEO]) == 303
    assert 'value="7"' in (await cleo.get(PAGE)).text, "the other settings went with it"
    await privacy.look(world.desk)
    assert (await kept(world), (await world.browser().get(private)).status_code) == (30, 404)


async def test_nobody_shortens_it_without_a_fresh_proof(world: World) -> None:
    cleo = await world.staff(CLEO)
    for wrong in ({}, {"password": "Not-My-Password!"}, {"code": "123456"}):
        refused = await ask(cleo, 30, previewed="30", **wrong)
        assert (refused.status_code, NEEDED in refused.text) == (401, True)
        assert 'name="previewed" value="30"' in refused.text, "she can try again at once"
    assert [await confirm(cleo, 30, password="no") for _ in range(4)] == [401] * 3 + [429]
    assert await confirm(cleo, 30, password=PASSWORDS[CLEO]) == 429
    assert await kept(world) == 90
    assert not await deeds(world, "retention:changed")
    ben = await world.staff(BEN)
    assert await confirm(ben, 30, password=PASSWORDS[BEN]) == 403


async def test_longer_or_for_good_asks_for_nothing_and_from_there_any_number_does(world: World) -> None:
    cleo = await world.staff(CLEO)
    for days in (90, 365, 0):
        assert (await ask(cleo, days)).status_code == 303
        assert await kept(world) == days
    assert "are kept for good now. You are about to keep them only 3650 days" in (await ask(cleo, 3650)).text
    assert await confirm(cleo, 3650) == 401
    assert await confirm(cleo, 3650, password=PASSWORDS[CLEO]) == 303
    found = [
        (one.actor_name, one.more, one.reason, one.step_up) for one in await deeds(world, "retention:changed")
    ]
    assert found == [
        ("Cleo", {"from": 0, "to": 3650}, "Kept for good before, 3650 days now.", "password"),
        ("Cleo", {"from": 365, "to": 0}, "Kept 365 days before, for good now.", ""),
        ("Cleo", {"from": 90, "to": 365}, "Kept 90 days before, 365 days now.", ""),
    ], "newest first; 90 was no change"
    assert "Kept for good before, 3650 days now." in (await cleo.get("/console/audit")).text


async def test_a_passkey_shortens_it_to_the_days_that_it_was_shown_for(world: World) -> None:
    cleo, passkey = await with_passkey(world, CLEO)
    assert await prove(cleo, passkey, erase="person", email="night@example.com") == 200
    assert await confirm(cleo, 30) == 401, "that was for an erasure"
    assert await prove(cleo, passkey, retention="60") == 200
    assert await confirm(cleo, 30) == 401, "that was for 60 days"
    assert await confirm(cleo, 30, password=PASSWORDS[CLEO]) == 401, "who has a passkey shows it"
    assert await prove(cleo, passkey, retention="30") == 200
    assert await confirm(cleo, 30) == 303
    assert [one.step_up for one in await deeds(world, "retention:changed")] == ["passkey"]
    assert await confirm(cleo, 365) == 303
    assert await confirm(cleo, 30) == 401, "it serves once"


async def test_a_one_time_code_serves_each_number_of_days_once(world: World) -> None:
    cleo = await world.staff(CLEO)
    code = now_code(world, await with_second_factor(world, CLEO))
    assert await confirm(cleo, 30, password=PASSWORDS[CLEO]) == 401, "the password is no second factor"
    assert await confirm(cleo, 30, code=code) == 303
    assert await confirm(cleo, 0) == 303
    assert await confirm(cleo, 30, code=code) == 401
    assert await confirm(cleo, 20, code=code) == 303
    assert [one.step_up for one in await deeds(world, "retention:changed")] == ["totp", "", "totp"]
