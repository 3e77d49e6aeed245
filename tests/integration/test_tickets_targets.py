"""The clocks of tickets go on by themselves, however many there are: who moved is looked at, and who is due."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest

from helpdesk.chat.hands import by_number
from helpdesk.store.session import Tx
from helpdesk.tickets import notify
from helpdesk.tickets.models import DeskFact, Ticket
from tests.integration.test_tickets_privacy import a_ticket
from tests.world import World


async def refreshed(world: World) -> int:
    """How many tickets were looked at."""
    return await world.desk.store.write(notify.refresh_due)


@pytest.fixture
async def world(make_world: Any) -> AsyncIterator[World]:
    """One whose worker is elsewhere: nobody but the test looks at tickets."""
    async with make_world(worker="outside") as running:
        yield running


async def test_a_ticket_is_looked_at_when_it_is_due_and_when_it_moved(world: World) -> None:
    await a_ticket(world)
    await refreshed(world)
    assert await refreshed(world) == 0
    ticket = await world.desk.store.read(lambda tx: tx.session.get_one(Ticket, 1))
    assert ticket.due_at
    world.clock.wind(seconds=(ticket.due_at - world.clock.now()).total_seconds() + 1)
    assert await refreshed(world) == 1
    assert await world.desk.store.read(lambda tx: tx.session.get_one(Ticket, 1).breached)
    assert await refreshed(world) == 0
    world.clock.wind(minutes=20)
    assert await refreshed(world) == 0
    await touched(world)
    assert await refreshed(world) == 1, "moved after all were seen"


async def test_a_clock_that_went_back_hides_no_ticket(world: World) -> None:
    await a_ticket(world)
    await refreshed(world)
    world.clock.wind(hours=1)
    await refreshed(world)
    kept = await world.desk.store.read(lambda tx: tx.session.get_one(DeskFact, notify.SEEN_UNTIL).value)
    world.clock.wind(minutes=-50)
    assert kept > world.clock.now().isoformat()
    await touched(world)
    assert await refreshed(world) == 1


async def touched(world: World) -> None:
    """The conversation of the only ticket moves now."""
    await world.desk.store.write(move)


def move(tx: Tx) -> None:
    """As words do."""
    conversation = by_number(tx, 1)
    assert conversation is not None
    conversation.touched_at = tx.now + timedelta(milliseconds=1)
    tx.session.add(conversation)
