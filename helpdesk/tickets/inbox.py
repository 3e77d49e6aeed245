"""What an agent sees: one row per conversation, views over them, and how many each view holds."""

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property, lru_cache
from typing import Any

from sqlalchemy import ColumnElement, Integer, Select, and_, bindparam, false, func, or_, select

from helpdesk.actor import Agent
from helpdesk.chat.hands import WITH_PEOPLE
from helpdesk.chat.notes import mentions
from helpdesk.chat.post import conversations
from helpdesk.errors import NotFound
from helpdesk.store.columns import UtcMoment
from helpdesk.store.quick import Quick, moment
from helpdesk.store.session import Tx
from helpdesk.tickets.rows import Row, rows_of, tags, tickets

OWN_VIEWS = {"inbox", "mine", "mentions"}
VIEWS = ("inbox", "mine", "unassigned", "mentions", "all", "snoozed", "resolved", "bot")
_SOURCE = conversations.outerjoin(tickets, tickets.c.conversation_id == conversations.c.id)


@dataclass(frozen=True)
class Filter:
    """What a list is narrowed by, beside its view; empty values narrow nothing."""

    status: str = ""
    priority: str = ""
    tag: str = ""
    assignee: str = ""
    identity: str = ""
    order: str = "waiting"
    conversation: str = ""


def snapshot(
    tx: Tx, agent: Agent, view: str, limit: int = 50, only: Filter | None = None, skip: int = 0
) -> list[Row]:
    """At most `limit` rows of a view. What is due next comes first, then who has waited longest."""
    line = _listed(_known(agent, view), only or Filter())
    tx.finish()
    numbers = list(tx.connection.execute(line, {**_asked(tx, agent), "limit": limit, "skip": skip}).scalars())
    found = rows_of(tx, numbers)
    return [found[number] for number in numbers]


@lru_cache(256)
def _listed(view: str, only: Filter) -> Select[Any]:
    """The statement behind a list: to build it costs more than to run it."""
    c = conversations.c
    line = select(c.id).select_from(_SOURCE).where(_in_view(view), *_narrowed(only))
    if view == "resolved":
        line = line.order_by(c.closed_at.desc(), c.id.desc())
    elif only.order == "newest":
        line = line.order_by(c.touched_at.desc(), c.id.desc())
    else:
        due = func.coalesce(tickets.c.due_at, c.waiting_since)
        line = line.order_by(due.is_(None), due, c.touched_at.desc(), c.id)
    return line.limit(bindparam("limit")).offset(bindparam("skip"))


def ids(tx: Tx, agent: Agent, view: str, only: Filter, limit: int) -> list[str]:
    """The public ids of a whole view, at most `limit`."""
    line = select(conversations.c.public_id).select_from(_SOURCE)
    line = line.where(_in_view(_known(agent, view)), *_narrowed(only)).order_by(conversations.c.id)
    tx.finish()
    return list(tx.connection.execute(line.limit(limit), _asked(tx, agent)).scalars())


@dataclass(frozen=True)
class News:
    """What changed, read once for every console of a process."""

    rows: dict[int, Row]
    tally: tuple[tuple[int | None, bool, int], ...]
    """(assignee, asleep, how many) over all conversations that people have."""
    mentioned: dict[int, frozenset[int]]
    """Staff → conversations in which they are named and have not looked."""

    def counts(self, agent_id: int) -> dict[str, int]:
        """As `counts`, for one agent; not to be changed, for all consoles of the agent share it."""
        if (known := self._by_agent.get(agent_id)) is not None:
            return known
        mine, free = self._awake.get(agent_id, 0), self._awake.get(None, 0)
        found = self._by_agent[agent_id] = {
            "inbox": mine + free,
            "mine": mine,
            "unassigned": free,
            "mentions": len(self.mentioned.get(agent_id, ())),
            "all": self._all[0],
            "snoozed": self._all[1],
        }
        return found

    def rows_in(self, view: str, agent_id: int, now: datetime) -> dict[int, Row]:
        """The changed rows that belong to a view of this agent; looked up once where all agents see the same."""
        key = (view, agent_id if view in OWN_VIEWS else None)
        if (found := self._by_view.get(key)) is None:
            named = self.mentioned.get(agent_id, frozenset())
            found = {n: row for n, row in self.rows.items() if row.is_in(view, agent_id, now, n in named)}
            self._by_view[key] = found
        return found

    @cached_property
    def _awake(self) -> dict[int | None, int]:
        return {who: many for who, asleep, many in self.tally if not asleep}

    @cached_property
    def _all(self) -> tuple[int, int]:
        return sum(self._awake.values()), sum(many for _, asleep, many in self.tally if asleep)

    @cached_property
    def _by_agent(self) -> dict[int, dict[str, int]]:
        return {}

    @cached_property
    def _by_view(self) -> dict[tuple[str, int | None], dict[int, Row]]:
        return {}


_ASLEEP = func.coalesce(conversations.c.snoozed_until > bindparam("now", type_=UtcMoment), false())
_TALLY = Quick(
    lambda dialect: (
        select(conversations.c.assignee_id, _ASLEEP, func.count())
        .where(or_(*(conversations.c.handled_by == who for who in WITH_PEOPLE)))
        .group_by(conversations.c.assignee_id, _ASLEEP)
    )
)
_NAMED = Quick(
    lambda dialect: (
        select(mentions.c.staff_id, mentions.c.conversation_id)
        .join(conversations, conversations.c.id == mentions.c.conversation_id)
        .where(conversations.c.handled_by != "closed", mentions.c.read_at.is_(None))
    )
)


def news(tx: Tx, numbers: list[int]) -> News:
    """These conversations as they are now, and what every agent's counts come from."""
    named: dict[int, set[int]] = {}
    for who, number in _NAMED.read(tx.connection, {}):
        named.setdefault(who, set()).add(number)
    tally = _TALLY.read(tx.connection, {"now": moment(tx.connection.dialect, tx.now)})
    return News(
        rows=rows_of(tx, numbers),
        tally=tuple((who, bool(sleeps), many) for who, sleeps, many in tally),
        mentioned={who: frozenset(these) for who, these in named.items()},
    )


def row(tx: Tx, conversation_id: int) -> Row | None:
    """One row, whatever view it is in."""
    return rows_of(tx, [conversation_id]).get(conversation_id)


def counts(tx: Tx, agent: Agent) -> dict[str, int]:
    """How many conversations each view holds; the resolved ones are not counted."""
    return news(tx, []).counts(agent.id)


def size(tx: Tx, agent: Agent, view: str, only: Filter | None = None) -> int:
    """How many rows a view has."""
    line = select(func.count()).select_from(_SOURCE)
    line = line.where(_in_view(_known(agent, view)), *_narrowed(only or Filter()))
    return int(tx.connection.execute(line, _asked(tx, agent)).scalar() or 0)


def _known(agent: Agent, view: str) -> str:
    """The view. NotFound where there is none of that name, or none for this agent."""
    if not agent.may_see_conversations or view not in VIEWS:
        raise NotFound()
    return view


def _asked(tx: Tx, agent: Agent) -> dict[str, Any]:
    """What `_in_view` is told."""
    return {"me": agent.id, "now": tx.now}


def _in_view(view: str) -> ColumnElement[bool]:
    c = conversations.c
    me, now = bindparam("me", type_=Integer), bindparam("now", type_=UtcMoment)
    here = and_(c.handled_by.in_(WITH_PEOPLE), or_(c.snoozed_until.is_(None), c.snoozed_until <= now))
    named = select(mentions.c.conversation_id).where(mentions.c.staff_id == me, mentions.c.read_at.is_(None))
    found: dict[str, ColumnElement[bool]] = {
        "inbox": and_(here, or_(c.assignee_id == me, c.assignee_id.is_(None))),
        "mine": and_(here, c.assignee_id == me),
        "unassigned": and_(here, c.assignee_id.is_(None)),
        "mentions": c.id.in_(named),
        "all": here,
        "snoozed": and_(c.handled_by.in_(WITH_PEOPLE), c.snoozed_until > now),
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
    if only.conversation:
        parts.append(c.public_id == only.conversation)
    if only.identity:
        parts.append(c.identity == only.identity)
    if only.status == "waiting":
        parts += [c.waiting_since.is_(None), c.first_reply_at.is_not(None)]
    elif only.status == "new":
        parts += [c.first_reply_at.is_(None), c.assignee_id.is_(None)]
    elif only.status == "open":
        parts.append(c.waiting_since.is_not(None))
    return parts
