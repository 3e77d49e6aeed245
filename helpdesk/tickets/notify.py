"""Who is told by mail: the requester of a confirmation or a reply, and the person behind an overdue ticket.

A job holds numbers only. The letter, with its private link, is put together when it is sent.
"""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import structlog
from sqlalchemy import ColumnElement, select
from sqlmodel import SQLModel, col

from helpdesk.chat import hands
from helpdesk.chat.models import Conversation
from helpdesk.chat.post import conversations, messages
from helpdesk.delivery import outbox
from helpdesk.delivery.letters import Letter
from helpdesk.delivery.models import Job
from helpdesk.keys import Keys
from helpdesk.store.session import Tx
from helpdesk.tickets import assignment, held, links, privacy, search_index, work
from helpdesk.tickets.intake import CONFIRMATION_MAIL
from helpdesk.tickets.models import DeskFact, Ticket
from helpdesk.tickets.rows import tickets

if TYPE_CHECKING:
    from helpdesk.wiring import Desk

BREACH_MAIL = "breach_mail"
LOOK_AT_TARGETS_S = 15.0
AT_ONCE = 200
SEEN_UNTIL = "targets_seen_until"
SEEN_AGAIN = timedelta(minutes=5)
OVERLAP = timedelta(seconds=60)
"""What began before may be committed after."""
BEGINNING = datetime(2000, 1, 1, tzinfo=UTC)
log = structlog.get_logger()


def handlers(desk: "Desk") -> dict[str, Callable[[Job], Awaitable[None]]]:
    """The kinds of jobs that this room puts into the outbox."""

    async def confirm(job: Job) -> None:
        await _send(desk, job, await desk.store.read(confirmation, desk.keys, _facts(desk), job.payload))

    async def reply(job: Job) -> None:
        await _send(desk, job, await desk.store.read(reply_letter, desk.keys, _facts(desk), job.payload))

    async def breach(job: Job) -> None:
        await _send(desk, job, await desk.store.read(breach_letter, _facts(desk), job.payload))

    return {CONFIRMATION_MAIL: confirm, hands.REPLY_MAIL: reply, BREACH_MAIL: breach}


def timers() -> list[tuple[float, Callable[[Any], Awaitable[Any]]]]:
    """What happens by the clock alone."""
    return [
        (LOOK_AT_TARGETS_S, look_at_targets),
        (assignment.LOOK_EVERY_S, assignment.look),
        (held.LOOK_EVERY_S, held.look),
        (search_index.LOOK_EVERY_S, search_index.look),
        (privacy.LOOK_EVERY_S, privacy.look),
    ]


async def look_at_targets(desk: "Desk") -> None:
    """Count the clocks of tickets that moved or are due; tell about what was missed."""
    await desk.store.write(refresh_due)


def refresh_due(tx: Tx) -> int:
    """Refresh tickets whose words are newer than their clock, or whose time has come; how many there were."""
    c, since = conversations.c, _all_seen_until(tx)
    # Two questions, for each has an index of its own.
    late = _some(tx, tickets.c.due_at <= tx.now, tickets.c.refreshed_at < tickets.c.due_at)
    moved = _some(tx, tickets.c.refreshed_at < c.touched_at, c.touched_at > since)
    if len(moved) < AT_ONCE and tx.now - since > SEEN_AGAIN:
        tx.session.merge(DeskFact(name=SEEN_UNTIL, value=(tx.now - OVERLAP).isoformat()))
    numbers = late | moved
    for number in sorted(numbers):
        ticket = tx.session.get(Ticket, number)
        if ticket is None:
            continue
        before = ticket.breached
        work.refresh(tx, ticket)
        if ticket.breached != before:
            _tell_breach(tx, ticket)
    return len(numbers)


def _some(tx: Tx, *which: ColumnElement[bool]) -> set[int]:
    """At most AT_ONCE tickets of which this is true, without those that were merged into another."""
    line = select(tickets.c.id).join(conversations, conversations.c.id == tickets.c.conversation_id)
    line = line.where(tickets.c.merged_into.is_(None), *which).limit(AT_ONCE)
    return set(tx.connection.execute(line).scalars())


def _all_seen_until(tx: Tx) -> datetime:
    """No ticket that moved before is left to refresh. The beginning of time where nobody knows, or the clock went back."""
    kept = tx.session.get(DeskFact, SEEN_UNTIL)
    seen = datetime.fromisoformat(kept.value) if kept else BEGINNING
    return seen if seen < tx.now else BEGINNING


def confirmation(tx: Tx, keys: Keys, facts: dict[str, str], payload: dict[str, Any]) -> Letter | None:
    """Fixed words with the reference and the private link: nothing that the writer typed."""
    ticket = tx.session.get(Ticket, payload["ticket"])
    conversation = tx.session.get(Conversation, ticket.conversation_id) if ticket else None
    if ticket is None or conversation is None:
        return None
    context = {
        "reference": ticket.reference,
        "link": facts["base_url"] + links.path_for(keys, conversation.public_id),
    }
    back = links.reply_address(keys, facts["mail_from"], ticket.id or 0)
    return Letter(
        ticket.email, "tickets/opened", context, reply_to=back, headers=_thread(ticket, facts["host"])
    )


def reply_letter(tx: Tx, keys: Keys, facts: dict[str, str], payload: dict[str, Any]) -> Letter | None:
    """An agent's words with the way back.

    None when nobody can be told, or when a chat's visitor has read it.
    """
    conversation = hands.by_number(tx, payload["conversation"])
    if conversation is None:
        return None
    line = select(messages).where(
        messages.c.conversation_id == conversation.id, messages.c.seq == payload["seq"]
    )
    message = tx.connection.execute(line).mappings().first()
    ticket = tx.session.execute(select(Ticket).where(col(Ticket.conversation_id) == conversation.id)).scalar()
    to = ticket.email if ticket else conversation.verified_email or conversation.claimed_email
    if message is None or not to or (ticket is None and conversation.seen_by_visitor >= payload["seq"]):
        return None
    context = {
        "agent": message["name"],
        "text": message["text"],
        "reference": ticket.reference if ticket else "",
    }
    if ticket is None:
        return Letter(to, "tickets/unread", {**context, "link": facts["base_url"] + "/help"})
    context["link"] = facts["base_url"] + links.path_for(keys, conversation.public_id)
    back = links.reply_address(keys, facts["mail_from"], ticket.id or 0)
    return Letter(to, "tickets/replied", context, reply_to=back, headers=_thread(ticket, facts["host"]))


def breach_letter(tx: Tx, facts: dict[str, str], payload: dict[str, Any]) -> Letter | None:
    """To one of the staff: which target of which ticket was missed."""
    ticket = tx.session.get(Ticket, payload["ticket"])
    if ticket is None:
        return None
    context = {
        "reference": ticket.reference, "what": ticket.breached.replace(",", ", "),
        "link": f"{facts['base_url']}/console/tickets/{ticket.reference}",
    }  # fmt: skip
    return Letter(payload["to"], "tickets/late", context)


def _tell_breach(tx: Tx, ticket: Ticket) -> None:
    """The assignee is told; while nobody has it, every lead is."""
    conversation = tx.session.get(Conversation, ticket.conversation_id)
    staff = SQLModel.metadata.tables["staff"]
    line = select(staff.c.email).where(staff.c.disabled_at.is_(None))
    if conversation is not None and conversation.assignee_id is not None:
        line = line.where(staff.c.id == conversation.assignee_id)
    else:
        line = line.where(staff.c.role == "lead")
    for email in tx.connection.execute(line).scalars():
        outbox.enqueue(
            tx, BREACH_MAIL, {"ticket": ticket.id, "to": email}, expires_at=tx.now + timedelta(hours=12)
        )


def _facts(desk: "Desk") -> dict[str, str]:
    sender = desk.settings.mail_from
    return {"base_url": desk.settings.base_url, "mail_from": sender, "host": sender.partition("@")[2]}


def _thread(ticket: Ticket, host: str) -> dict[str, str]:
    root = f"<ticket-{ticket.link_hash[:24]}@{host}>"
    return {"References": root, "In-Reply-To": root}


async def _send(desk: "Desk", job: Job, letter: Letter | None) -> None:
    if letter is None:
        log.info("a mail was not needed any more", job=job.id, kind=job.kind)
        return
    await desk.mailer.send(letter, job.message_id)
