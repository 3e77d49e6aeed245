"""What the staff does with a ticket or chat beside answering.

State, priority, tags, assignee, snooze, merge.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, insert, select
from sqlmodel import SQLModel, col

from helpdesk.accounts.addresses import email_key
from helpdesk.actor import Agent
from helpdesk.chat import hands, senders
from helpdesk.chat.access import conversation_for
from helpdesk.chat.models import Conversation
from helpdesk.chat.post import Draft, Posted, find, messages, post
from helpdesk.errors import Conflict, Invalid, NotFound
from helpdesk.store.columns import MOST_DIGITS
from helpdesk.store.session import Tx
from helpdesk.tickets import lifecycle, sla
from helpdesk.tickets.models import FIRST_NUMBER, DeskFact, Event, Tag, Ticket
from helpdesk.webhooks.publish import publish

events = Event.__table__  # type: ignore[attr-defined]
MAX_SNOOZE = timedelta(days=366)


@dataclass(frozen=True)
class Whole:
    """A ticket with its conversation, its state and its tags. `ticket` is None for a plain chat."""

    conversation: Conversation
    ticket: Ticket | None
    status: str
    tags: tuple[str, ...]

    @property
    def reference(self) -> str:
        """`T-1042`, or nothing."""
        return self.ticket.reference if self.ticket else ""

    @property
    def priority(self) -> str:
        """That of the ticket; a chat has none of its own and counts as normal."""
        return self.ticket.priority if self.ticket else "normal"


def by_reference(tx: Tx, agent: Agent, reference: str) -> Whole:
    """The ticket of `T-1042`; the survivor's after a merge. NotFound for anything else."""
    digits = reference.strip().upper().removeprefix("T-")
    if (
        not agent.may_see_conversations
        or not digits.isdecimal()
        or len(digits) > MOST_DIGITS
        or int(digits) <= FIRST_NUMBER
    ):
        raise NotFound()
    ticket = tx.session.get(Ticket, int(digits) - FIRST_NUMBER)
    conversation = hands.by_number(tx, survivor_of(tx, ticket).conversation_id) if ticket else None
    if conversation is None:
        raise NotFound()
    return whole(tx, conversation)


def whole(tx: Tx, conversation: Conversation) -> Whole:
    """Everything about it in one look."""
    number = conversation.id or 0
    ticket = tx.session.execute(select(Ticket).where(col(Ticket.conversation_id) == number)).scalar()
    tags = tx.session.execute(
        select(col(Tag.tag)).where(col(Tag.conversation_id) == number).order_by(col(Tag.tag))
    )
    return Whole(conversation, ticket, _status(conversation, ticket), tuple(tags.scalars()))


def survivor_of(tx: Tx, ticket: Ticket) -> Ticket:
    """The ticket that this one was merged into, or itself."""
    for _ in range(20):
        if ticket.merged_into is None:
            return ticket
        following = tx.session.get(Ticket, ticket.merged_into)
        if following is None:
            return ticket
        ticket = following
    return ticket


def set_status(tx: Tx, agent: Agent, public_id: str, status: str) -> Whole:
    """Say the state. Solved and closed close it, open opens it again.

    Waiting stops the clock until the next word.
    """
    conversation = conversation_for(tx, agent, public_id)
    before = whole(tx, conversation)
    lifecycle.check_step(before.status, status)
    if status in ("solved", "closed"):
        hands.resolve(tx, agent, public_id)
    elif conversation.handled_by == "closed":
        hands.reopen(tx, conversation)
    conversation = conversation_for(tx, agent, public_id)
    if before.ticket is not None:
        before.ticket.said_status, before.ticket.said_seq = status, conversation.last_seq
        tx.session.add(before.ticket)
        refresh(tx, before.ticket)
    if status != before.status:
        changed(tx, agent, conversation, f"State: {lifecycle.WORDS[status]}.")
    return whole(tx, conversation)


def set_priority(tx: Tx, agent: Agent, public_id: str, priority: str) -> Whole:
    """How urgent it is; what is due when is counted anew. Refused for a chat without a ticket."""
    conversation = conversation_for(tx, agent, public_id)
    found = whole(tx, conversation)
    if found.ticket is None:
        raise Conflict("Only tickets have a priority. Turn this chat into a ticket first.")
    if found.ticket.priority != lifecycle.check_priority(priority):
        found.ticket.priority = priority
        tx.session.add(found.ticket)
        refresh(tx, found.ticket)
        changed(tx, agent, conversation, f"Priority: {priority}.")
    return whole(tx, conversation)


def set_tags(tx: Tx, agent: Agent, public_id: str, tags: list[str]) -> Whole:
    """Exactly these tags."""
    conversation = conversation_for(tx, agent, public_id)
    wanted, number = lifecycle.clean_tags(tags), conversation.id or 0
    before = set(whole(tx, conversation).tags)
    if before != set(wanted):
        tx.session.execute(delete(Tag).where(col(Tag.conversation_id) == number))
        tx.session.add_all(Tag(conversation_id=number, tag=tag) for tag in wanted)
        tx.session.flush()
        changed(tx, agent, conversation, f"Tags: {', '.join(wanted) or 'none'}.")
    return whole(tx, conversation)


def assign(tx: Tx, agent: Agent, public_id: str, email: str | None) -> Whole:
    """To a colleague by address, to nobody with None.

    Invalid, naming `assignee`, for somebody who cannot have it.
    """
    conversation = conversation_for(tx, agent, public_id)
    if email is None:
        hands.release(tx, conversation)
        changed(tx, agent, conversation, "Nobody has it now.")
        return whole(tx, conversation)
    staff = SQLModel.metadata.tables["staff"]
    line = select(staff.c.id, staff.c.name).where(
        staff.c.email_key == email_key(email), staff.c.role != "editor", staff.c.disabled_at.is_(None)
    )
    found = tx.connection.execute(line).first()
    if found is None:
        raise Invalid(assignee="Nobody in the team who takes conversations has this address.")
    hands.assign(tx, conversation, found[0], found[1])
    changed(tx, agent, conversation, f"Assigned to {found[1]}.")
    return whole(tx, conversation)


def snooze(tx: Tx, agent: Agent, public_id: str, until: datetime | None) -> Whole:
    """Out of the lists until then, or until the customer writes; None brings it back."""
    conversation = conversation_for(tx, agent, public_id)
    if until is not None and not tx.now < until <= tx.now + MAX_SNOOZE:
        raise Invalid(snoozed_until="Choose a time in the future, within a year.")
    conversation.snoozed_until = until
    tx.session.add(conversation)
    changed(
        tx,
        agent,
        conversation,
        "Back in the list." if until is None else f"Snoozed until {until:%d %B %H:%M} UTC.",
    )
    return whole(tx, conversation)


def mark_unread(tx: Tx, agent: Agent, public_id: str) -> None:
    """For the staff it is unread again, until one of them opens it; the customer is told nothing."""
    conversation = conversation_for(tx, agent, public_id)
    conversation.marked_unread_at = tx.now
    tx.session.add(conversation)
    tx.session.flush()
    hands.ring_inbox(tx, conversation.id or 0)


def requester_reply(
    tx: Tx,
    conversation: Conversation,
    client_id: str,
    text: str,
    keep_files: Callable[[str], Iterable[dict[str, Any]]] = lambda owner: (),
) -> Posted:
    """Words of the requester by private link or mail; a closed ticket opens again.

    `keep_files(owner)` keeps what came along; it is asked only where these words are new.
    """
    number = conversation.id or 0
    owner = senders.of_requester(number)
    files = [] if find(tx, number, owner, client_id) else list(keep_files(owner))
    posted = post(tx, number, Draft(owner, "visitor", conversation.name, text, client_id, files=files))
    if not posted.fresh:
        return posted
    tx.session.refresh(conversation)
    if conversation.snoozed_until is not None:
        conversation.snoozed_until = None
        tx.session.add(conversation)
        tx.session.flush()
    if conversation.handled_by == "closed":
        hands.reopen(tx, conversation)
    ticket = tx.session.execute(select(Ticket).where(col(Ticket.conversation_id) == number)).scalar()
    if ticket is not None:
        refresh(tx, ticket)
    hands.ring_inbox(tx, number)
    return posted


def refresh(tx: Tx, ticket: Ticket) -> sla.Standing:
    """Count anew what is due, from the words themselves. New breaches are logged.

    The inbox is rung when it changes.
    """
    tx.session.flush()
    conversation = hands.by_number(tx, ticket.conversation_id)
    assert conversation is not None
    line = (
        select(messages.c.at, messages.c.author)
        .where(
            messages.c.conversation_id == ticket.conversation_id, messages.c.author.in_(("visitor", "agent"))
        )
        .order_by(messages.c.seq)
    )
    spoken = [sla.Spoke(row[0], row[1]) for row in tx.connection.execute(line)]
    found = sla.standing(
        office_hours(tx), ticket.priority, ticket.created_at, spoken, tx.now, conversation.closed_at
    )
    on_hold = _status(conversation, ticket) == "waiting"
    due_at, due_for = (None, "") if on_hold else (found.due_at, found.due_for)
    late = ",".join(sorted({*filter(None, ticket.breached.split(",")), *found.breached}))
    if late != ticket.breached:
        log_event(tx, ticket.conversation_id, "system", f"Target missed: {late.replace(',', ', ')}.")
    if (due_at, due_for, late) != (ticket.due_at, ticket.due_for, ticket.breached):
        hands.ring_inbox(tx, ticket.conversation_id)
    ticket.due_at, ticket.due_for, ticket.breached, ticket.refreshed_at = due_at, due_for, late, tx.now
    tx.session.add(ticket)
    tx.session.flush()
    return found


def office_hours(tx: Tx) -> sla.Hours:
    """The hours that a lead has set; round the clock otherwise."""
    kept = tx.session.get(DeskFact, "office_hours")
    return sla.hours_from(kept.value if kept else None)


def log_event(tx: Tx, conversation_id: int, who: str, what: str) -> None:
    """A line of the history that the staff reads."""
    row = {"conversation_id": conversation_id, "at": tx.now, "who": who, "what": what}
    tx.connection.execute(insert(events).values(row))


def history_of(tx: Tx, conversation_id: int, limit: int = 50) -> list[dict[str, Any]]:
    """The newest lines of the history, newest first."""
    line = (
        select(events)
        .where(events.c.conversation_id == conversation_id)
        .order_by(events.c.id.desc())
        .limit(limit)
    )
    return [dict(row) for row in tx.connection.execute(line).mappings()]


def _status(conversation: Conversation, ticket: Ticket | None) -> str:
    return lifecycle.status_of(
        handled_by=conversation.handled_by,
        said=ticket.said_status if ticket else "",
        said_seq=ticket.said_seq if ticket else 0,
        last_seq=conversation.last_seq,
        customer_waits=conversation.waiting_since is not None,
        has_reply=conversation.first_reply_at is not None,
        assigned=conversation.assignee_id is not None,
    )


def changed(tx: Tx, agent: Agent, conversation: Conversation, what: str) -> None:
    """Write it into the history, ring the inbox, and tell the programs that listen."""
    log_event(tx, conversation.id or 0, agent.name, what)
    hands.ring_inbox(tx, conversation.id or 0)
    found = whole(tx, conversation)
    if found.ticket is not None:
        facts = {"status": found.status, "priority": found.priority, "tags": list(found.tags), "what": what}
        publish(
            tx, "ticket.changed", {"ref": found.reference, "conversation": conversation.public_id, **facts}
        )
