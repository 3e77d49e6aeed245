"""What an agent sees: one row per conversation, views over them, and how many each view holds."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select

from helpdesk.actor import Agent
from helpdesk.chat.notes import mentions
from helpdesk.chat.post import PREVIEW_CHARS, conversations, messages
from helpdesk.clock import wire_time
from helpdesk.errors import NotFound
from helpdesk.store.session import Tx
from helpdesk.tickets import lifecycle
from helpdesk.tickets.models import FIRST_NUMBER, Tag, Ticket

tickets = Ticket.__table__  # type: ignore[attr-defined]
tags = Tag.__table__  # type: ignore[attr-defined]
VIEWS = ("inbox", "mine", "unassigned", "mentions", "all", "snoozed", "resolved", "bot")
COUNTED = ("inbox", "mine", "unassigned", "mentions", "all", "snoozed")
PEOPLE = ("queue", "agent", "ticket")


@dataclass(frozen=True)
class Row:
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
        here = self.handled_by in PEOPLE and not asleep
        mine, free = self.assignee_id == agent_id, self.assignee_id is None
        return {
            "inbox": here and (mine or free), "mine": here and mine, "unassigned": here and free,
            "mentions": mentioned, "all": here, "snoozed": self.handled_by in PEOPLE and asleep,
            "resolved": self.handled_by == "closed", "bot": self.handled_by == "bot" and self.has_words,
        }[view]  # fmt: skip

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


@dataclass(frozen=True)
class Filter:
    """What a list is narrowed by, beside its view; empty values narrow nothing."""

    status: str = ""
    priority: str = ""
    tag: str = ""
    assignee: str = ""
    identity: str = ""
    order: str = "waiting"


def snapshot(
    tx: Tx, agent: Agent, view: str, limit: int = 50, only: Filter | None = None, skip: int = 0
) -> list[Row]:
    """At most `limit` rows of a view. What is due next comes first, then who has waited longest."""
    only = only or Filter()
    line = _rows().where(_in_view(tx, agent, view), *_narrowed(only))
    c = conversations.c
    if view == "resolved":
        line = line.order_by(c.closed_at.desc(), c.id.desc())
    elif only.order == "newest":
        line = line.order_by(c.touched_at.desc(), c.id.desc())
    else:
        due = func.coalesce(tickets.c.due_at, c.waiting_since)
        line = line.order_by(due.is_(None), due, c.touched_at.desc(), c.id)
    return _read(tx, line.limit(limit).offset(skip))


@dataclass(frozen=True)
class News:
    """What changed, read once for every console of a process."""

    rows: dict[int, Row]
    tally: tuple[tuple[int | None, bool, int], ...]
    """(assignee, asleep, how many) over all conversations that people have."""
    mentioned: dict[int, frozenset[int]]
    """Staff → conversations in which they are named and have not looked."""

    def counts(self, agent_id: int) -> dict[str, int]:
        """As `counts`, for one agent."""

        def of(wanted: Callable[[int | None, bool], bool]) -> int:
            return sum(many for who, asleep, many in self.tally if wanted(who, asleep))

        return {
            "inbox": of(lambda who, asleep: not asleep and who in (agent_id, None)),
            "mine": of(lambda who, asleep: not asleep and who == agent_id),
            "unassigned": of(lambda who, asleep: not asleep and who is None),
            "mentions": len(self.mentioned.get(agent_id, ())),
            "all": of(lambda who, asleep: not asleep),
            "snoozed": of(lambda who, asleep: asleep),
        }


def news(tx: Tx, numbers: list[int]) -> News:
    """These conversations as they are now, and what every agent's counts come from."""
    c = conversations.c
    asleep = func.coalesce(c.snoozed_until > tx.now, False)
    tally = (
        select(c.assignee_id, asleep, func.count())
        .where(c.handled_by.in_(PEOPLE))
        .group_by(c.assignee_id, asleep)
    )
    named: dict[int, set[int]] = {}
    unread = select(mentions.c.staff_id, mentions.c.conversation_id).join(
        conversations, and_(c.id == mentions.c.conversation_id, c.handled_by != "closed")
    )
    for who, number in tx.connection.execute(unread.where(mentions.c.read_at.is_(None))):
        named.setdefault(who, set()).add(number)
    return News(
        rows={one.number: one for one in _read(tx, _rows().where(c.id.in_(numbers)))},
        tally=tuple((who, bool(sleeps), many) for who, sleeps, many in tx.connection.execute(tally)),
        mentioned={who: frozenset(these) for who, these in named.items()},
    )


def row(tx: Tx, conversation_id: int) -> Row | None:
    """One row, whatever view it is in."""
    found = _read(tx, _rows().where(conversations.c.id == conversation_id))
    return found[0] if found else None


def counts(tx: Tx, agent: Agent) -> dict[str, int]:
    """How many conversations each view holds; the resolved ones are not counted."""
    parts = [func.sum(_one_if(_in_view(tx, agent, view))).label(view) for view in COUNTED]
    open_ones = conversations.c.handled_by != "closed"
    line = select(*parts).select_from(conversations).where(open_ones)
    found = tx.connection.execute(line).mappings().one()
    return {view: int(found[view] or 0) for view in COUNTED}


def size(tx: Tx, agent: Agent, view: str, only: Filter | None = None) -> int:
    """How many rows a view has."""
    line = _rows().where(_in_view(tx, agent, view), *_narrowed(only or Filter()))
    return int(tx.connection.execute(select(func.count()).select_from(line.subquery())).scalar() or 0)


def _one_if(condition: ColumnElement[bool]) -> Any:
    from sqlalchemy import case

    return case((condition, 1), else_=0)


def _in_view(tx: Tx, agent: Agent, view: str) -> ColumnElement[bool]:
    if not agent.may_see_conversations or view not in VIEWS:
        raise NotFound()
    c = conversations.c
    awake = or_(c.snoozed_until.is_(None), c.snoozed_until <= tx.now)
    here = and_(c.handled_by.in_(PEOPLE), awake)
    named = select(mentions.c.conversation_id).where(
        mentions.c.staff_id == agent.id, mentions.c.read_at.is_(None)
    )
    found: dict[str, ColumnElement[bool]] = {
        "inbox": and_(here, or_(c.assignee_id == agent.id, c.assignee_id.is_(None))),
        "mine": and_(here, c.assignee_id == agent.id),
        "unassigned": and_(here, c.assignee_id.is_(None)),
        "mentions": c.id.in_(named),
        "all": here,
        "snoozed": and_(c.handled_by.in_(PEOPLE), c.snoozed_until > tx.now),
        "resolved": c.handled_by == "closed",
        "bot": and_(c.handled_by == "bot", c.last_seq > 0),
    }
    return found[view]


def _narrowed(only: Filter) -> list[ColumnElement[bool]]:
    c = conversations.c
    parts: list[ColumnElement[bool]] = []
    if only.priority:
        parts.append(tickets.c.priority == only.priority)
    if only.tag:
        parts.append(c.id.in_(select(tags.c.conversation_id).where(tags.c.tag == only.tag)))
    if only.assignee:
        parts.append(c.assignee_name == only.assignee)
    if only.identity:
        parts.append(c.identity == only.identity)
    if only.status == "waiting":
        parts += [c.waiting_since.is_(None), c.first_reply_at.is_not(None)]
    elif only.status == "new":
        parts += [c.first_reply_at.is_(None), c.assignee_id.is_(None)]
    elif only.status == "open":
        parts.append(c.waiting_since.is_not(None))
    return parts


def _rows() -> Select[Any]:
    c = conversations.c
    unread = (
        select(func.count())
        .where(
            messages.c.conversation_id == c.id,
            messages.c.seq > c.seen_by_agent,
            messages.c.author == "visitor",
        )
        .correlate(conversations)
        .scalar_subquery()
    )
    human = select(messages.c.seq).where(
        messages.c.conversation_id == c.id, messages.c.author.in_(("visitor", "agent"))
    )
    newest = human.order_by(messages.c.seq.desc()).limit(1).correlate(conversations).scalar_subquery()
    spoken = messages.alias("spoken")
    source = conversations.outerjoin(tickets, tickets.c.conversation_id == c.id).outerjoin(
        spoken, and_(spoken.c.conversation_id == c.id, spoken.c.seq == newest)
    )
    return select(
        c.id, c.public_id, c.name, c.subject, c.handled_by, c.assignee_id, c.assignee_name, c.waiting_since,
        c.last_text, c.last_author, c.identity, c.last_seq, c.first_reply_at, c.touched_at, c.created_at, c.snoozed_until,
        unread.label("unread"), tickets.c.id.label("ticket_id"), tickets.c.priority, tickets.c.due_at,
        tickets.c.due_for, tickets.c.breached, tickets.c.said_status, tickets.c.said_seq,
        spoken.c.text.label("spoken"), spoken.c.author.label("spoken_by"),
    ).select_from(source)  # fmt: skip


def _read(tx: Tx, line: Select[Any]) -> list[Row]:
    tx.session.flush()
    found = tx.connection.execute(line).mappings().all()
    numbers = [one["id"] for one in found]
    words: dict[int, list[str]] = {}
    if numbers:
        for number, tag in tx.connection.execute(
            select(tags.c.conversation_id, tags.c.tag)
            .where(tags.c.conversation_id.in_(numbers))
            .order_by(tags.c.tag)
        ):
            words.setdefault(number, []).append(tag)
    return [_row(one, tuple(words.get(one["id"], ()))) for one in found]


def _row(one: Any, words: tuple[str, ...]) -> Row:
    status = lifecycle.status_of(
        handled_by=one["handled_by"],
        said=one["said_status"] or "",
        said_seq=one["said_seq"] or 0,
        last_seq=one["last_seq"],
        customer_waits=one["waiting_since"] is not None,
        has_reply=one["first_reply_at"] is not None,
        assigned=one["assignee_id"] is not None,
    )
    answered = one["waiting_since"] is None or status == "waiting" or one["handled_by"] in ("closed", "bot")
    return Row(
        number=one["id"],
        conversation=one["public_id"],
        name=one["name"],
        ticket=f"T-{FIRST_NUMBER + one['ticket_id']}" if one["ticket_id"] else None,
        subject=one["subject"],
        handled_by=one["handled_by"],
        status=status,
        priority=one["priority"] or "normal",
        assignee=one["assignee_name"] or None,
        unread=one["unread"],
        waiting_since=None if answered else one["waiting_since"],
        due_at=None if answered else one["due_at"],
        due_for=one["due_for"] or "",
        breached=one["breached"] or "",
        last_text=(one["spoken"] or one["last_text"])[:PREVIEW_CHARS],
        last_author=one["spoken_by"] or one["last_author"],
        identity=one["identity"],
        touched_at=one["touched_at"],
        tags=words,
        assignee_id=one["assignee_id"],
        snoozed_until=one["snoozed_until"],
        has_words=one["last_seq"] > 0,
    )
