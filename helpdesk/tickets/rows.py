"""One row of the inbox, as pages and programs see it, and how it is read from the tables."""

from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Dialect, Select, case, func, not_, or_, select

from helpdesk.chat.hands import WITH_PEOPLE
from helpdesk.chat.post import PREVIEW_CHARS, conversations, messages
from helpdesk.clock import wire_time
from helpdesk.store.quick import Quick, among, listed
from helpdesk.store.session import Tx
from helpdesk.tickets import lifecycle
from helpdesk.tickets.models import Tag, Ticket, reference_of

tickets = Ticket.__table__  # type: ignore[attr-defined]
tags = Tag.__table__  # type: ignore[attr-defined]
MOST_UNREAD = 100  # nobody counts further; what is shown for one row must not grow with its conversation


class Row(NamedTuple):
    """A row of the inbox. `wire` is what programs see; the rest is for our own pages."""

    number: int
    conversation: str
    name: str
    ticket: str | None
    subject: str
    handled_by: str
    status: str
    priority: str
    assignee: str | None
    unread: int
    waiting_since: datetime | None
    due_at: datetime | None
    due_for: str
    breached: str
    last_text: str
    last_author: str
    identity: str
    touched_at: datetime
    tags: tuple[str, ...] = ()
    assignee_id: int | None = None
    snoozed_until: datetime | None = None
    has_words: bool = True

    def is_in(self, view: str, agent_id: int, now: datetime, mentioned: bool) -> bool:
        """Whether it belongs to a view of this agent: the same as `_in_view`, for rows that were read already."""
        asleep = self.snoozed_until is not None and self.snoozed_until > now
        here = self.handled_by in WITH_PEOPLE and not asleep
        mine, free = self.assignee_id == agent_id, self.assignee_id is None
        match view:  # every console asks this for every row that changed
            case "inbox":
                return here and (mine or free)
            case "mine":
                return here and mine
            case "unassigned":
                return here and free
            case "mentions":
                return mentioned
            case "all":
                return here
            case "snoozed":
                return self.handled_by in WITH_PEOPLE and asleep
            case "resolved":
                return self.handled_by == "closed"
            case _:
                return self.handled_by == "bot" and self.has_words

    def wire(self) -> dict[str, Any]:
        """The row of the contract."""
        return {
            "conversation": self.conversation,
            "ticket": self.ticket,
            "subject": self.subject,
            "handled_by": self.handled_by,
            "priority": self.priority,
            "assignee": self.assignee,
            "unread": self.unread,
            "waiting_since": wire_time(self.waiting_since) if self.waiting_since else None,
            "due_at": wire_time(self.due_at) if self.due_at else None,
            "last_text": self.last_text,
            "identity": self.identity,
        }


def _select_rows(dialect: Dialect) -> Select[Any]:
    """Everything that rows show, of the conversations `numbers`; some columns look into the messages."""
    c = conversations.c
    new = (
        select(messages.c.seq)
        .where(
            messages.c.conversation_id == c.id,
            messages.c.seq > c.seen_by_agent,
            messages.c.author == "visitor",
        )
        .correlate(conversations)
        .limit(MOST_UNREAD)
    )
    unread = select(func.count()).select_from(new.subquery()).scalar_subquery()

    def human(author: Any) -> ColumnElement[bool]:
        return or_(author == "visitor", author == "agent")

    def spoken(what: Any) -> Any:
        # Mostly nobody has to look: the last message was somebody's. Not a join, for which PostgreSQL would read all
        # messages where there are not very many.
        said = select(what).where(messages.c.conversation_id == c.id, human(messages.c.author))
        last = said.order_by(messages.c.seq.desc()).limit(1).correlate(conversations).scalar_subquery()
        return case((not_(human(c.last_author)), last))

    source = conversations.outerjoin(tickets, tickets.c.conversation_id == c.id)
    return select(
        c.id, c.public_id, c.name, c.subject, c.handled_by, c.assignee_id, c.assignee_name, c.waiting_since,
        c.last_text, c.last_author, c.identity, c.last_seq, c.touched_at, c.snoozed_until,
        c.first_reply_at.is_not(None).label("has_reply"), c.marked_unread_at.is_not(None).label("marked_unread"),
        unread.label("unread"), tickets.c.id.label("ticket_id"), tickets.c.priority, tickets.c.due_at,
        tickets.c.due_for, tickets.c.breached, tickets.c.said_status, tickets.c.said_seq,
        spoken(messages.c.text).label("spoken"), spoken(messages.c.author).label("spoken_by"),
    ).select_from(source).where(among(dialect, c.id, "numbers"))  # fmt: skip


# Consoles ask many times a second.
_ROWS = Quick(_select_rows)
_TAGS = Quick(
    lambda dialect: (
        select(tags.c.conversation_id, tags.c.tag)
        .where(among(dialect, tags.c.conversation_id, "numbers"))
        .order_by(tags.c.tag)
    )
)


def rows_of(tx: Tx, numbers: list[int]) -> dict[int, Row]:
    """The rows of these conversations, by number; what is not there is left out."""
    if not numbers:
        return {}
    tx.finish()
    wanted, words = {"numbers": listed(tx.connection.dialect, numbers)}, dict[int, list[str]]()
    for number, tag in _TAGS.read(tx.connection, wanted):
        words.setdefault(number, []).append(tag)
    found = _ROWS.rows(tx.connection, wanted)
    return {one.id: _row(one, tuple(words.get(one.id, ()))) for one in found}


def _row(one: Any, words: tuple[str, ...]) -> Row:
    status = lifecycle.status_of(
        handled_by=one.handled_by,
        said=one.said_status or "",
        said_seq=one.said_seq or 0,
        last_seq=one.last_seq,
        customer_waits=one.waiting_since is not None,
        has_reply=one.has_reply,
        assigned=one.assignee_id is not None,
    )
    answered = one.waiting_since is None or status == "waiting" or one.handled_by in ("closed", "bot")
    return Row(
        number=one.id,
        conversation=one.public_id,
        name=one.name,
        ticket=reference_of(one.ticket_id) if one.ticket_id else None,
        subject=one.subject,
        handled_by=one.handled_by,
        status=status,
        priority=one.priority or "normal",
        assignee=one.assignee_name or None,
        unread=one.unread or int(one.marked_unread),
        waiting_since=None if answered else one.waiting_since,
        due_at=None if answered else one.due_at,
        due_for=one.due_for or "",
        breached=one.breached or "",
        last_text=(one.spoken or one.last_text)[:PREVIEW_CHARS],
        last_author=one.spoken_by or one.last_author,
        identity=one.identity,
        touched_at=one.touched_at,
        tags=words,
        assignee_id=one.assignee_id,
        snoozed_until=one.snoozed_until,
        has_words=one.last_seq > 0,
    )
