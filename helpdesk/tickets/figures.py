"""Figures by day and by agent, counted from the rows themselves: a hand count gives the same."""

import csv
import io
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from statistics import median
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import func, select

from helpdesk.chat.post import conversations, messages
from helpdesk.store.session import Tx

DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\0")


@dataclass
class Line:
    """One day or one agent.

    Times are in seconds, from the first look for a person to the first reply or the end.
    """

    label: str
    conversations: int = 0
    by_bot: int = 0
    replies: int = 0
    solved: int = 0
    first_reply_s: list[float] = field(default_factory=list)
    resolution_s: list[float] = field(default_factory=list)
    scores: list[int] = field(default_factory=list)

    @property
    def median_first_reply_s(self) -> float | None:
        """The middle one of the first replies."""
        return median(self.first_reply_s) if self.first_reply_s else None

    @property
    def median_resolution_s(self) -> float | None:
        """The middle one of the times until it was solved."""
        return median(self.resolution_s) if self.resolution_s else None

    @property
    def satisfaction(self) -> float | None:
        """The mean of the scores 1 to 5."""
        return sum(self.scores) / len(self.scores) if self.scores else None

    @property
    def bot_share(self) -> float | None:
        """How many of 100 conversations no person had to take."""
        return 100 * self.by_bot / self.conversations if self.conversations else None


@dataclass(frozen=True)
class Report:
    """The figures of some days: in all, by day (each day, also empty ones) and by agent."""

    total: Line
    days: list[Line]
    agents: list[Line]


def report(tx: Tx, first: date, last: date, zone: str = "UTC") -> Report:
    """Conversations that began on these days in this zone, and replies that were written on them."""
    here = ZoneInfo(zone)
    begin = datetime.combine(first, time(0), here)
    end = datetime.combine(last + timedelta(days=1), time(0), here)
    days = {
        first + timedelta(days=n): Line((first + timedelta(days=n)).isoformat())
        for n in range((last - first).days + 1)
    }
    agents: dict[str, Line] = defaultdict(lambda: Line(""))
    total = Line("All")
    first_words = _first_by_person(tx, begin, end)
    c = conversations.c
    line = select(
        c.id, c.created_at, c.first_reply_at, c.closed_at, c.score, c.assignee_name, c.handled_by
    ).where(c.created_at >= begin, c.created_at < end, c.last_seq > 0)
    for number, created, replied, closed, score, assignee, handled_by in tx.connection.execute(line):
        lines = [total, days[created.astimezone(here).date()]]
        for one in lines:
            one.conversations += 1
            one.by_bot += handled_by == "bot" or (replied is None and not assignee and handled_by == "closed")
        if assignee:
            agents[assignee].label = assignee
            agents[assignee].conversations += 1
            lines.append(agents[assignee])
        asked = first_words.get(number, created)
        for one in lines:
            if replied is not None:
                one.first_reply_s.append(max(0.0, (replied - asked).total_seconds()))
            if closed is not None:
                one.solved += 1
                one.resolution_s.append(max(0.0, (closed - asked).total_seconds()))
            if score is not None:
                one.scores.append(score)
    m = messages.c
    written = select(m.name, m.at).where(
        m.author == "agent", m.at >= begin, m.at < end, ~m.sender.like("m:%")
    )
    for name, at in tx.connection.execute(written):
        agents[name].label = name
        for one in (total, days[at.astimezone(here).date()], agents[name]):
            one.replies += 1
    return Report(total, list(days.values()), sorted(agents.values(), key=lambda one: one.label))


def _first_by_person(tx: Tx, begin: datetime, end: datetime) -> dict[int, datetime]:
    """conversation → when it was first put in line for a person or became a ticket.

    Its first `system` line.
    """
    c, m = conversations.c, messages.c
    line = (
        select(m.conversation_id, func.min(m.at))
        .join(conversations, c.id == m.conversation_id)
        .where(m.author == "system", c.created_at >= begin, c.created_at < end)
        .group_by(m.conversation_id)
    )
    return {row[0]: row[1] for row in tx.connection.execute(line)}


def as_csv(found: Report) -> str:
    """The same figures as a table that a spreadsheet opens; nothing in it can become a formula."""
    out = io.StringIO()
    write = csv.writer(out)
    write.writerow(
        ["group", "name", "conversations", "answered_by_assistant", "replies", "solved",
         "median_first_reply_s", "median_resolution_s", "satisfaction"]
    )  # fmt: skip
    for group, lines in (("total", [found.total]), ("day", found.days), ("agent", found.agents)):
        for one in lines:
            write.writerow(
                [group, safe_cell(one.label), one.conversations, one.by_bot, one.replies, one.solved,
                 _number(one.median_first_reply_s), _number(one.median_resolution_s),
                 _number(one.satisfaction)]
            )  # fmt: skip
    return out.getvalue()


def safe_cell(text: str) -> str:
    """The text, behind an apostrophe where a spreadsheet would take it for a formula."""
    return f"'{text}" if text.startswith(DANGEROUS) else text


def _number(value: float | None) -> Any:
    return "" if value is None else round(value, 2)
