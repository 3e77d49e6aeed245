"""An agent invites a locked-out customer to a new password, and can do nothing else."""

import asyncio
import re
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlmodel import col

from helpdesk.accounts import password_reset, staff
from helpdesk.accounts.models import Account
from helpdesk.accounts.password_reset import ConversationFacts, InvitationView
from helpdesk.accounts.send_invitation import send_invitation
from helpdesk.actor import Agent
from helpdesk.audit import trail
from helpdesk.errors import Conflict, DeskError, Invalid, Refused, SignInNeeded, TooMany
from helpdesk.store.session import Tx
from tests.integration.test_recovery import CODE, HERE, NEW, new_code, set_password, ticket_subjects
from tests.integration.test_sign_in_staff import now_code, with_second_factor
from tests.world import ADA, BEN, CLEO, DORA, PASSWORDS, World, submit, text_of

REASON = "Locked out, asked for help in this chat."


async def agent_of(world: World, email: str = BEN) -> Agent:
    person = await world.desk.store.read(staff.staff_by_address, email)
    assert person is not None
    return staff.as_agent(person)


def case(world: World, agent: Agent, **changes: Any) -> ConversationFacts:
    now = world.clock.now()
    facts = ConversationFacts("conversation-1", 1, agent.id, True, "claimed", None, ADA, now, "T-1042")
    return replace(facts, **changes)


async def invite(
    world: World,
    email: str | None = ADA,
    by: str = BEN,
    *,
    reason: str = REASON,
    password: str = "",
    key: str = "",
    **changes: Any,
) -> InvitationView:
    agent = await agent_of(world, by)
    facts = case(world, agent, **changes)
    return await send_invitation(
        world.desk,
        agent,
        lambda tx: facts,
        reason=reason,
        email=email,
        password=password or PASSWORDS[by],
        request_key=key,
    )


async def link_of(world: World, count: int = 1) -> str:
    mail = await world.mail(ADA, "/recover/", count)
    found = re.search(r"(/recover/\w+)", text_of(mail))
    assert found
    return found[1]


async def deeds(world: World, action: str) -> list[Any]:
    return await world.desk.store.read(lambda tx: trail.search(tx, action=action))


async def states(world: World) -> list[str]:
    from helpdesk.accounts.recovery_models import ResetInvitation

    def look(tx: Tx) -> list[str]:
        return list(
            tx.session.execute(select(col(ResetInvitation.state)).order_by(col(ResetInvitation.id))).scalars()
        )

    return await world.desk.store.read(look)


async def settled(world: World, count: int = 1) -> list[str]:
    async with asyncio.timeout(8):
        while len(found := await states(world)) < count or "asked" in found:
            await asyncio.sleep(0.02)
    return found


async def test_the_invitation_leads_to_a_new_password_without_any_secret_for_the_agent(world: World) -> None:
    view = await invite(world)
    assert view.sentence.startswith("If an account exists")
    mail = await world.mail(ADA, "/recover/")
    text = text_of(mail)
    assert "Ben of our support team" in text
    assert "T-1042" in text
    assert "will never ask for a code or a password" in text
    assert not CODE.search(text), "the invitation holds no code"
    client = world.browser()
    path = await link_of(world)
    for _ in range(2):
        shown = await client.get(path)
        assert (await client.head(path)).status_code == 200
    assert "a•••@e•••.com" in shown.text
    assert ADA not in shown.text
    assert len(await world.mails(ADA)) == 1, "looking sends nothing"
    assert (await submit(client, path)).headers["location"] == HERE
    code = await new_code(world)
    assert (await submit(client, HERE, code=code)).status_code == 303
    assert (await set_password(client, NEW)).headers["location"] == "/login?reset=1"
    notice = await world.mail(ADA, "signed out")
    assert "case T-1042" in text_of(notice)
    assert await states(world) == ["completed"]
    assert (await client.get(path)).status_code == 404
    entry = (await deeds(world, "reset:invited"))[0]
    assert (entry.reason, entry.identity_level, entry.step_up) == (REASON, "claimed", "password")


async def test_known_and_unknown_addresses_are_answered_alike(world: World) -> None:
    known, unknown = await invite(world), await invite(world, "eve@example.com")
    assert (known.state, known.sentence) == (unknown.state, unknown.sentence)
    assert await settled(world, 2) == ["invited", "void"]
    seen = await world.desk.store.read(password_reset.state_of, "conversation-1")
    assert [state for state, _ in seen] == ["invited", "invited"], (
        "what became of it is shown where identity is verified"
    )


MISSING: list[tuple[dict[str, Any], type[DeskError]]] = [
    ({"assignee_id": None}, Conflict),
    ({"assignee_id": 999}, Conflict),
    ({"is_open": False}, Conflict),
    ({"last_visitor_at": None}, Conflict),
    ({"reason": "abc"}, Invalid),
    ({"reason": "x" * 501}, Invalid),
    ({"email": None, "claimed_email": None}, Invalid),
    ({"by": DORA}, Refused),
    ({"email": BEN}, Refused),
    ({"email": CLEO}, Refused),
    ({"password": "Not-My-Password!"}, SignInNeeded),
]


async def test_every_missing_condition_stops_it(world: World) -> None:
    for changes, error in MISSING:
        with pytest.raises(error):
            await invite(world, **{"email": ADA, **changes})
        assert (await deeds(world, "reset:refused"))[0].result == ("alarm" if error is Refused else "refused")
    now = world.clock.now()
    with pytest.raises(Conflict):
        await invite(world, last_visitor_at=now - timedelta(hours=24, minutes=1))
    assert await states(world) == []
    await invite(world, last_visitor_at=now - timedelta(hours=23, minutes=59))
    assert await settled(world) == ["invited"], "with everything right, the same request succeeds"


async def test_a_verified_conversation_is_about_its_own_account_only(world: World) -> None:
    ada = await world.desk.store.read(lambda tx: tx.session.execute(select(Account)).scalars().one().id)
    with pytest.raises(Conflict):
        await invite(world, "eve@example.com", account_id=ada, identity_level="signed_in")
    with pytest.raises(Conflict):
        await invite(world, "eve@example.com", identity_level="jwt")
    await invite(world, None, account_id=ada, identity_level="signed_in")
    path = await link_of(world)
    await submit(world.browser(), path)
    seen = await world.desk.store.read(password_reset.state_of, "conversation-1")
    assert [state for state, _ in seen] == ["opened"]


async def test_the_same_request_ten_times_is_one_invitation(world: World) -> None:
    views = await asyncio.gather(*(invite(world, key="pressed-once") for _ in range(4)))
    assert len({view.public_id for view in views}) == 1
    assert await settled(world) == ["invited"]


async def test_a_target_gets_two_a_day_and_an_agent_sends_ten_an_hour(world: World) -> None:
    for _ in range(2):
        await invite(world)
    with pytest.raises(TooMany):
        await invite(world)
    for number in range(8):
        await invite(world, f"person{number}@example.com")
    with pytest.raises(TooMany):
        await invite(world, "one-more@example.com")
    world.clock.wind(hours=1, seconds=1)
    await invite(world, "one-more@example.com")
    with pytest.raises(TooMany):
        await invite(world)
    world.clock.wind(hours=23)
    await invite(world)


async def test_parallel_requests_do_not_pass_the_limit_together(world: World) -> None:
    found = await asyncio.gather(*(invite(world) for _ in range(5)), return_exceptions=True)
    assert sum(isinstance(one, InvitationView) for one in found) == 2
    assert sum(isinstance(one, TooMany) for one in found) == 3


async def test_a_one_time_code_serves_each_target_once_and_not_for_long(world: World) -> None:
    app = await with_second_factor(world)
    agent = await agent_of(world)
    facts = case(world, agent)

    async def with_code(code: str, email: str, password: str = "") -> InvitationView:
        return await send_invitation(
            world.desk, agent, lambda tx: facts, reason=REASON, email=email, code=code, password=password
        )

    code = now_code(world, app)
    await with_code(code, ADA)
    with pytest.raises(SignInNeeded):
        await with_code(code, ADA)
    await with_code(code, "eve@example.com")
    for bad in ("", "123456", code[:5]):
        with pytest.raises(SignInNeeded):
            await with_code(bad, "bob@example.com", PASSWORDS[BEN])
    world.clock.wind(minutes=2)
    with pytest.raises(SignInNeeded):
        await with_code(code, "bob@example.com")
    await with_code(now_code(world, app), "bob@example.com")


async def test_who_did_not_ask_freezes_invitations_for_three_days(world: World) -> None:
    await invite(world)
    path = await link_of(world)
    client = world.browser()
    started = await submit(client, path)
    assert started.status_code == 303
    done = await submit(world.browser(), path, did_not_ask="1")
    assert "The invitation is cancelled" in done.text
    assert await states(world) == ["cancelled"]
    assert "Registered email" in (await client.get(HERE)).text, "the flow that it had started is dead"
    assert "did not ask" in (await ticket_subjects(world))[0]
    world.clock.wind(hours=71, minutes=59)
    await invite(world)
    assert await settled(world, 2) == ["cancelled", "refused"]
    world.clock.wind(minutes=2)
    await invite(world)
    assert await settled(world, 3) == ["cancelled", "refused", "invited"]
    assert len(await deeds(world, "reset:not_asked_for")) == 1


async def test_a_link_serves_one_browser_and_the_newest_wins(world: World) -> None:
    await invite(world)
    first = await link_of(world)
    await invite(world)
    second = await link_of(world, 2)
    assert first != second
    assert (await world.browser().get(first)).status_code == 404
    client = world.browser()
    assert (await submit(client, second)).status_code == 303
    assert (await submit(client, second)).headers["location"] == HERE, "pressed twice, it is the same flow"
    stranger = world.browser()
    assert "Send my code" not in (await stranger.get(second)).text
    assert (await submit(stranger, second)).status_code == 404
    await world.mail(ADA, "verification code")
    assert len([m for m in await world.mails(ADA) if CODE.search(text_of(m))]) == 1


async def test_a_link_is_over_after_four_hours(world: World) -> None:
    await invite(world)
    path = await link_of(world)
    world.clock.wind(hours=3, minutes=59)
    assert (await world.browser().get(path)).status_code == 200
    world.clock.wind(minutes=2)
    assert (await world.browser().get(path)).status_code == 404


async def test_sending_changes_nothing_and_completing_ends_everything(world: World) -> None:
    ada = await world.customer()
    await invite(world)
    path = await link_of(world)
    assert (await ada.get("/security")).status_code == 200
    client = world.browser()
    await submit(client, path)
    await submit(client, HERE, code=await new_code(world))
    await set_password(client, NEW)
    assert (await ada.get("/security")).status_code == 303
    await submit(client, "/login", email=ADA, password=NEW)
    assert "nothing else that is sensitive can be changed" in (await client.get("/security")).text


@pytest.mark.embedded
async def test_without_a_trail_there_is_no_invitation(world: World) -> None:
    def forge(tx: Tx) -> None:
        tx.connection.exec_driver_sql(
            "CREATE TRIGGER full BEFORE INSERT ON audit_entry WHEN NEW.action = 'reset:invited' "
            "BEGIN SELECT RAISE(ABORT, 'no room'); END"
        )

    await world.desk.store.write(forge)
    with pytest.raises(Exception, match="no room"):
        await invite(world)
    assert await states(world) == []
    assert await world.mails(ADA) == []
