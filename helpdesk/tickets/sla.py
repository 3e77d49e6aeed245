"""Pure: priority, office hours and what was said → what is due when, and what is late already.

The clock of the resolution stands still while the customer is asked something. All arithmetic runs over real
elapsed time inside office windows, which are said in local time; so a day of a clock change is an hour longer
or shorter, as it is for people.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

Window = tuple[time, time]
FURTHEST = timedelta(days=800)


@dataclass(frozen=True)
class Hours:
    """Office windows by weekday (0 is Monday), in local time of `zone`; an end of 00:00 means midnight."""

    zone: str = "UTC"
    week: dict[int, tuple[Window, ...]] = field(default_factory=dict)
    holidays: frozenset[date] = frozenset()

    @property
    def is_always(self) -> bool:
        """No windows at all stand for round the clock."""
        return not any(self.week.values())


ALWAYS = Hours()


@dataclass(frozen=True)
class Target:
    """How much office time there is until an answer, and until it is solved."""

    reply: timedelta
    resolution: timedelta


TARGETS = {
    "urgent": Target(timedelta(minutes=15), timedelta(hours=4)),
    "high": Target(timedelta(hours=1), timedelta(hours=8)),
    "normal": Target(timedelta(hours=4), timedelta(hours=24)),
    "low": Target(timedelta(hours=8), timedelta(hours=72)),
}


@dataclass(frozen=True)
class Spoke:
    """Somebody's words: `author` is visitor or agent."""

    at: datetime
    author: str


@dataclass(frozen=True)
class Standing:
    """What is due next: `due_for` is "first reply", "reply", "resolution" or "" while nothing is.

    `breached` are the targets that were missed.
    """

    due_at: datetime | None
    due_for: str
    breached: tuple[str, ...]


def windows(hours: Hours, start: datetime) -> Iterator[tuple[datetime, datetime]]:
    """Office windows as UTC moments, in order, from the one that holds or follows `start`."""
    zone = ZoneInfo(hours.zone)
    day = start.astimezone(zone).date() - timedelta(days=1)
    last, covered = day + FURTHEST, start
    while day < last:
        if day not in hours.holidays:
            for opens, closes in sorted(hours.week.get(day.weekday(), ())):
                end_day = day + timedelta(days=1) if closes == time(0) else day
                begin = datetime.combine(day, opens, zone).astimezone(UTC)
                end = datetime.combine(end_day, closes, zone).astimezone(UTC)
                if end > covered and end > begin:  # windows that overlap count once
                    yield max(begin, covered), end
                    covered = end
        day += timedelta(days=1)


def later_by(hours: Hours, start: datetime, amount: timedelta) -> datetime:
    """The moment when `amount` of office time has passed since `start`."""
    start = start.astimezone(UTC)
    if hours.is_always or amount <= timedelta():
        return start + amount
    left = amount
    for begin, end in windows(hours, start):
        if end - begin >= left:
            return begin + left
        left -= end - begin
    return start + FURTHEST


def between(hours: Hours, start: datetime, end: datetime) -> timedelta:
    """Office time from `start` to `end`; nothing when `end` lies before."""
    start, end = start.astimezone(UTC), end.astimezone(UTC)
    if end <= start:
        return timedelta()
    if hours.is_always:
        return end - start
    total = timedelta()
    for begin, close in windows(hours, start):
        if begin >= end:
            break
        total += min(close, end) - begin
    return total


def standing(
    hours: Hours,
    priority: str,
    opened_at: datetime,
    spoken: Iterable[Spoke],
    now: datetime,
    solved_at: datetime | None = None,
    target: Target | None = None,
) -> Standing:
    """Where a ticket stands. `spoken` is in order; what was said before `opened_at` counts as said then."""
    target = target or TARGETS[priority]
    missed: list[str] = []
    waiting_since: datetime | None = opened_at
    first = True
    used = timedelta()
    for word in spoken:
        at = max(word.at, opened_at)
        if word.author == "visitor" and waiting_since is None:
            waiting_since = at
        elif word.author == "agent" and waiting_since is not None and word.at >= opened_at:
            if at > later_by(hours, waiting_since, target.reply):
                missed.append("first reply" if first else "reply")
            used += between(hours, waiting_since, at)
            waiting_since, first = None, False
    end = solved_at or now
    if waiting_since is not None:
        used += between(hours, waiting_since, end)
    reply_due = None if waiting_since is None else later_by(hours, waiting_since, target.reply)
    kind = "first reply" if first else "reply"
    if reply_due is not None and end > reply_due:
        missed.append(kind)
    if used > target.resolution:
        missed.append("resolution")
    if solved_at is not None or reply_due is None:
        return Standing(None, "", tuple(dict.fromkeys(missed)))
    solve_due = later_by(hours, end, target.resolution - used) if used <= target.resolution else end
    due = (
        (reply_due, kind) if reply_due <= solve_due or used > target.resolution else (solve_due, "resolution")
    )
    return Standing(due[0], due[1], tuple(dict.fromkeys(missed)))


def hours_from(value: dict[str, object] | None) -> Hours:
    """Office hours as they are kept, such as {"zone": "UTC", "week": {"0": [["09:00", "17:00"]]}, "holidays": []}."""
    if not value:
        return ALWAYS
    week: dict[int, tuple[Window, ...]] = {}
    for day, spans in dict(value.get("week") or {}).items():  # type: ignore[call-overload]
        week[int(day)] = tuple((time.fromisoformat(a), time.fromisoformat(b)) for a, b in spans)
    days = frozenset(date.fromisoformat(str(day)) for day in (value.get("holidays") or ()))  # type: ignore[attr-defined]
    return Hours(str(value.get("zone") or "UTC"), week, days)
