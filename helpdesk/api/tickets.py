"""Tickets: open, list, read, change."""

from typing import Annotated, Literal

from pydantic import Field
from sqlalchemy import select
from sqlmodel import col

from helpdesk.accounts.staff import staff_by_id
from helpdesk.api.calls import Answer, Ask, Body, Call, Line, Visible
from helpdesk.api.paging import Page, cut, read_cursor
from helpdesk.api.shapes import TicketOut, TicketPage
from helpdesk.chat import hands
from helpdesk.chat.frames import MAX_TEXT, ClientId
from helpdesk.chat.models import Conversation
from helpdesk.clock import wire_time
from helpdesk.errors import NotFound
from helpdesk.store.session import Tx
from helpdesk.tickets import intake, merge, work
from helpdesk.tickets.models import Ticket
from helpdesk.web.forms import email_address

TAG = "Tickets"
Email = Annotated[str, Field(min_length=3, max_length=254, examples=["name@example.com"])]
Priority = Literal["urgent", "high", "normal", "low"]
Status = Literal["new", "open", "waiting", "solved", "closed"]


class NewTicket(Body):
    """A ticket for somebody. The same `client_id` opens it once."""

    email: Email
    subject: Annotated[Line, Field(min_length=1, max_length=200)]
    text: Annotated[Visible, Field(min_length=1, max_length=MAX_TEXT)]
    client_id: ClientId | None = None


class TicketChange(Body):
    """Only what stands here is changed. `assignee` is a colleague's address, or null for nobody."""

    status: Status | None = None
    priority: Priority | None = None
    assignee: Annotated[str, Field(max_length=254)] | None = None
    tags: Annotated[list[Annotated[Line, Field(max_length=40)]], Field(max_length=20)] | None = None


class Merge(Body):
    """Which ticket goes on."""

    into: Annotated[str, Field(min_length=3, max_length=20, examples=["T-1042"])]


class TicketQuery(Page):
    """Which tickets."""

    is_open: Annotated[bool, Field(description="Only open ones, or only closed ones.")] | None = None
    priority: Priority | None = None


def list_tickets(tx: Tx, ask: Ask) -> Answer:
    """Newest first; merged ones are left out."""
    if not ask.agent.may_see_conversations:
        raise NotFound()
    below = read_cursor(ask.desk.keys, "tickets", ask.query.cursor)
    line = (
        select(Ticket)
        .join(Conversation, col(Conversation.id) == col(Ticket.conversation_id))
        .where(col(Ticket.merged_into).is_(None))
        .order_by(col(Ticket.id).desc())
        .limit(ask.query.limit + 1)
    )
    if below is not None:
        line = line.where(col(Ticket.id) < below)
    if ask.query.priority:
        line = line.where(col(Ticket.priority) == ask.query.priority)
    if ask.query.is_open is not None:
        closed = col(Conversation.handled_by) == "closed"
        line = line.where(~closed if ask.query.is_open else closed)
    tickets = list(tx.session.execute(line).scalars())
    page, after = cut(ask.desk.keys, "tickets", tickets, ask.query.limit, lambda ticket: ticket.id)
    return Answer(TicketPage(items=[_by_number(tx, ticket.conversation_id) for ticket in page], next=after))


def open_ticket(tx: Tx, ask: Ask) -> Answer:
    """Open a ticket; a confirmation goes to the address."""
    if not ask.agent.may_see_conversations:
        raise NotFound()
    body: NewTicket = ask.body
    opened = intake.open_ticket(
        tx, ask.desk.keys, email=email_address(body.email), subject=body.subject, text=body.text,
        conversation_id=None, client_id=body.client_id, source="api",
    )  # fmt: skip
    return Answer(_by_number(tx, opened.conversation_id), 201 if opened.fresh else 200)


def get_ticket(tx: Tx, ask: Ask) -> Answer:
    """One ticket; a merged one shows its survivor."""
    return Answer(_shown(tx, work.by_reference(tx, ask.agent, ask.path["ref"])))


def change_ticket(tx: Tx, ask: Ask) -> Answer:
    """Change what was sent, in one transaction."""
    found = work.by_reference(tx, ask.agent, ask.path["ref"])
    public_id, body = found.conversation.public_id, ask.body
    if body.priority is not None:
        found = work.set_priority(tx, ask.agent, public_id, body.priority)
    if body.tags is not None:
        found = work.set_tags(tx, ask.agent, public_id, list(body.tags))
    if "assignee" in body.model_fields_set:
        found = work.assign(tx, ask.agent, public_id, body.assignee)
    if body.status is not None:
        found = work.set_status(tx, ask.agent, public_id, body.status)
    return Answer(_shown(tx, found))


def merge_ticket(tx: Tx, ask: Ask) -> Answer:
    """Put this ticket's words at the end of another one of the same person; both references open the survivor."""
    found = work.by_reference(tx, ask.agent, ask.path["ref"])
    kept = merge.merge(tx, ask.desk.keys, ask.agent, found.conversation.public_id, ask.body.into)
    return Answer(_shown(tx, kept))


def _by_number(tx: Tx, conversation_id: int) -> TicketOut:
    conversation = hands.by_number(tx, conversation_id)
    if conversation is None:
        raise NotFound()
    return _shown(tx, work.whole(tx, conversation))


def _shown(tx: Tx, found: work.Whole) -> TicketOut:
    ticket, conversation = found.ticket, found.conversation
    if ticket is None:
        raise NotFound()
    has_it = staff_by_id(tx, conversation.assignee_id) if conversation.assignee_id else None
    return TicketOut(
        ref=ticket.reference,
        conversation=conversation.public_id,
        email=ticket.email,
        subject=conversation.subject,
        status=found.status,
        priority=ticket.priority,
        assignee=has_it.email if has_it else None,
        tags=list(found.tags),
        source=ticket.source,
        created_at=wire_time(ticket.created_at),
        due_at=wire_time(ticket.due_at) if ticket.due_at else None,
        due_for=ticket.due_for,
    )


CALLS = (
    Call("GET", "/tickets", list_tickets, "List tickets", TAG, query=TicketQuery,
         answers={200: TicketPage}, refusals=(404,)),
    Call("POST", "/tickets", open_ticket, "Open a ticket", TAG, body=NewTicket,
         answers={201: TicketOut, 200: TicketOut}, refusals=(404, 409)),
    Call("GET", "/tickets/{ref}", get_ticket, "Read a ticket", TAG,
         answers={200: TicketOut}, refusals=(404,)),
    Call("PATCH", "/tickets/{ref}", change_ticket, "Change a ticket", TAG, body=TicketChange,
         answers={200: TicketOut}, refusals=(404, 409)),
    Call("POST", "/tickets/{ref}/merge", merge_ticket, "Merge a ticket into another", TAG, body=Merge,
         answers={200: TicketOut}, refusals=(404, 409)),
)  # fmt: skip
