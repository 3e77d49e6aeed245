"""The risky invitations wait for a second person, who is really somebody else."""

import re
from datetime import timedelta
from typing import Any

from sqlalchemy import select

from helpdesk.accounts import staff
from helpdesk.accounts.models import Account
from helpdesk.store.session import Tx
from tests.integration.test_reset_invitation import agent_of, deeds, invite, link_of, settled, states
from tests.world import ADA, BEN, CLEO, PASSWORDS, World, submit


async def change_account(world: World, **values: Any) -> None:
    def change(tx: Tx) -> None:
        account = tx.session.execute(select(Account)).scalars().one()
        for name, value in values.items():
            setattr(account, name, value)
        tx.session.add(account)

    await world.desk.store.write(change)


async def test_a_fresh_address_needs_a_second_person(world: World) -> None:
    await change_account(
        world,
        former_email="old-ada@example.com",
        email_changed_at=world.clock.now() - timedelta(hours=71, minutes=59),
    )
    await invite(world)
    assert await settled(world) == ["waiting"]
    await world.mail("old-ada@example.com", "put on hold")
    await world.mail(ADA, "put on hold")
    ben, cleo = await world.staff(BEN), await world.staff(CLEO)
    assert (await ben.get("/console/approvals")).status_code == 403
    page = await cleo.get("/console/approvals")
    assert "its email address changed in the last 72 hours" in page.text
    found = re.search(r'action="(/console/approvals/[^"]+)"', page.text)
    assert found
    wrong = await submit(
        cleo, found[1], page="/console/approvals", decision="approve", password="Not-My-Password!"
    )
    assert wrong.status_code == 401
    neither = await submit(
        cleo, found[1], page="/console/approvals", decision="perhaps", password=PASSWORDS[CLEO]
    )
    assert neither.status_code == 422
    assert await states(world) == ["waiting"]
    right = await submit(
        cleo, found[1], page="/console/approvals", decision="approve", password=PASSWORDS[CLEO]
    )
    assert right.status_code == 303, right.text
    assert await link_of(world)
    entry = (await deeds(world, "reset:approved"))[0]
    assert entry.approver_id == (await agent_of(world, CLEO)).id
    await change_account(world, email_changed_at=world.clock.now() - timedelta(hours=72, minutes=1))
    await invite(world)
    assert await settled(world, 2) == ["cancelled", "invited"], "after three days nobody else is needed"


async def test_after_three_that_nobody_completed_a_second_person_looks(world: World) -> None:
    for number in range(1, 4):
        await invite(world)
        assert (await settled(world, number))[-1] == "invited"
        world.clock.wind(hours=25)
    await invite(world)
    assert (await settled(world, 4))[-1] == "waiting"
    page = await (await world.staff(CLEO)).get("/console/approvals")
    assert "nobody completed the agent&#39;s last 3 invitations" in page.text


async def test_nobody_approves_their_own_request_or_too_late_or_after_losing_the_role(world: World) -> None:
    await change_account(world, risk="an important customer")
    await invite(world, by=CLEO)
    assert await settled(world) == ["waiting"]
    cleo = await world.staff(CLEO)
    assert "Nothing waits for you." in (await cleo.get("/console/approvals")).text
    await invite(world)
    assert await settled(world, 2) == ["waiting", "waiting"]
    found = re.search(r'action="(/console/approvals/[^"]+)"', (await cleo.get("/console/approvals")).text)
    assert found
    await demote(world, CLEO, "agent")
    refused = await submit(cleo, found[1], page="/console", decision="approve", password=PASSWORDS[CLEO])
    assert refused.status_code == 403
    await demote(world, CLEO, "lead")
    world.clock.wind(minutes=30, seconds=1)
    late = await submit(
        cleo, found[1], page="/console/approvals", decision="approve", password=PASSWORDS[CLEO]
    )
    assert late.status_code == 409
    assert await world.mails(ADA) == []


async def demote(world: World, email: str, role: str) -> None:
    def change(tx: Tx) -> None:
        person = staff.staff_by_address(tx, email)
        assert person is not None
        person.role = role
        tx.session.add(person)

    await world.desk.store.write(change)
