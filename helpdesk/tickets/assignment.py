"""Who is there gets the work: chats of people who are gone return to the queue.

Where set, new ones go round.
"""

from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import func, select
from sqlmodel import SQLModel

from helpdesk.chat import hands
from helpdesk.chat.post import conversations, messages
from helpdesk.chat.presence import GONE_AFTER_S, Presence
from helpdesk.store.session import Tx
from helpdesk.tickets.models import DeskFact

if TYPE_CHECKING:
    from helpdesk.wiring import Desk

LOOK_EVERY_S = 5.0
AT_ONCE = 100
presences = Presence.__table__  # type: ignore[attr-defined]


async def look(desk: "Desk") -> None:
    """For the worker's clock."""
    await desk.store.write(look_once)


def look_once(tx: Tx) -> None:
    """All three in one transaction."""
    return_abandoned(tx)
    wake_snoozed(tx)
    assign_waiting(tx)


def return_abandoned(tx: Tx) -> int:
    """Chats whose agent's console has been silent for GONE_AFTER_S go back in line, and the customer is told.

    Only where that console was alive after the agent took the chat: programs and pages without scripts send
    no heartbeat, and nobody takes their chats away.
    """
    gone = tx.now - timedelta(seconds=GONE_AFTER_S)
    c = conversations.c
    line = (
        select(c.id, c.assignee_name, presences.c.at)
        .join(presences, presences.c.staff_id == c.assignee_id)
        .where(c.handled_by == "agent", c.snoozed_until.is_(None))
        .where((presences.c.at < gone) | ((presences.c.state == "offline") & (presences.c.at < tx.now)))
        .limit(AT_ONCE)
    )
    count = 0
    for number, name, last_beat in tx.connection.execute(line).all():
        taken = select(func.max(messages.c.at)).where(
            messages.c.conversation_id == number, messages.c.author == "system"
        )
        taken_at = tx.connection.execute(taken).scalar()
        conversation = hands.by_number(tx, number)
        if conversation is None or taken_at is None or last_beat < taken_at:
            continue
        hands.release(
            tx, conversation, f"{name} had to leave. You are next in line; nothing you wrote is lost."
        )
        count += 1
    return count


def wake_snoozed(tx: Tx) -> int:
    """Ring for those whose snooze has ended, so that they come back into the lists by themselves."""
    c = conversations.c
    line = (  # only where people have it: the index spares a look at all that were ever closed
        select(c.id)
        .where(c.handled_by.in_(hands.WITH_PEOPLE), c.snoozed_until.is_not(None), c.snoozed_until <= tx.now)
        .limit(AT_ONCE)
    )
    numbers = list(tx.connection.execute(line).scalars())
    for number in numbers:
        conversation = hands.by_number(tx, number)
        if conversation is not None:
            conversation.snoozed_until = None
            tx.session.add(conversation)
            hands.ring_inbox(tx, number)
    return len(numbers)


def assign_waiting(tx: Tx) -> int:
    """Where a lead has switched it on: the longest waiting chat to the present agent who has the fewest."""
    kept = tx.session.get(DeskFact, "assignment")
    if kept is None or not kept.value.get("auto"):
        return 0
    capacity = int(kept.value.get("capacity", 4))
    c = conversations.c
    line = (
        select(c.id).where(c.handled_by == "queue", c.assignee_id.is_(None)).order_by(c.waiting_since, c.id)
    )
    count = 0
    for number in list(tx.connection.execute(line.limit(AT_ONCE)).scalars()):
        free = _free(tx, capacity)
        conversation = hands.by_number(tx, number)
        if free is None or conversation is None:
            break
        hands.assign(tx, conversation, *free)
        count += 1
    return count


def _free(tx: Tx, capacity: int) -> tuple[int, str] | None:
    """The present agent with the fewest open chats, below the capacity.

    Among equals whoever got one longest ago.
    """
    staff = SQLModel.metadata.tables["staff"]
    c = conversations.c
    alive = tx.now - timedelta(seconds=GONE_AFTER_S)
    has = (
        select(c.assignee_id, func.count().label("n"), func.max(c.touched_at).label("last"))
        .where(c.handled_by == "agent")
        .group_by(c.assignee_id)
        .subquery()
    )
    line = (
        select(staff.c.id, staff.c.name)
        .join(presences, presences.c.staff_id == staff.c.id)
        .outerjoin(has, has.c.assignee_id == staff.c.id)
        .where(staff.c.role != "editor", staff.c.disabled_at.is_(None))
        .where(presences.c.state == "online", presences.c.at > alive, func.coalesce(has.c.n, 0) < capacity)
        .order_by(func.coalesce(has.c.n, 0), has.c.last.is_not(None), has.c.last, staff.c.id)
        .limit(1)
    )
    found = tx.connection.execute(line).first()
    return (found[0], found[1]) if found else None
