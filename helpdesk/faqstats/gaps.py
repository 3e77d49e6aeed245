"""What was asked and not answered, grouped by likeness: the editor's list of things to write."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Literal

from rapidfuzz import fuzz
from sqlalchemy import Dialect, Update, bindparam, delete, null, select, update
from sqlmodel import col

from helpdesk.faqstats.anonymous import plainest, says_something, without_personal_data
from helpdesk.faqstats.models import Helped, Miss, add_unless_there, unless_there
from helpdesk.store.quick import Quick, moment
from helpdesk.store.session import Tx
from helpdesk.webhooks.publish import publish

LIKE_ENOUGH = 80.0
MOST_WORDINGS = 2000
KEPT_DAYS = 90
LONGEST_GREETING = 5
"""Words, at most, one more than are left out before a question."""
MOST_PARTS = 6
"""Messages, at most, that are heard as one question."""
AT_ONCE = 500
Why = Literal["unanswered", "refused", "rephrased", "handed_over"]
SAID = {
    "unanswered": "no answer",
    "refused": "said No",
    "rephrased": "asked again",
    "handed_over": "went on to a person",
}

misses = Miss.__table__  # type: ignore[attr-defined]
helped = Helped.__table__  # type: ignore[attr-defined]


def _missed(why: str, dialect: Dialect) -> Update:
    c = misses.c
    also = {} if why == "unanswered" else {why: c[why] + 1}
    return (
        update(misses)
        .where(c.key == bindparam("its_key"))
        .values(
            times=c.times + 1, last_at=bindparam("now"), wording=bindparam("said"), nearest=bindparam("next"), **also
        )
    )  # fmt: skip


_MISSED = {why: Quick(partial(_missed, why)) for why in SAID}
_REOPEN = Quick(
    lambda dialect: (
        update(misses)
        .where(misses.c.key == bindparam("its_key"), misses.c.handled_at.is_not(None))
        .values(handled_at=null(), times=0, refused=0, rephrased=0, handed_over=0, first_at=bindparam("now"))
    )
)
_ADD = Quick(lambda dialect: unless_there(dialect, misses))


@dataclass(frozen=True)
class Gap:
    """Wordings of one question, the newest first; `nearest` is the article that came nearest, or empty.

    `whys` says how often it found no answer, got a No, was asked again or went on to a person. `came_back`
    is the article that its wording was added to before, or empty.
    """

    wordings: tuple[str, ...]
    times: int
    nearest: str
    last_at: datetime
    whys: tuple[tuple[Why, int], ...] = ()
    came_back: str = ""

    @property
    def often(self) -> str:
        """`once` or `3 times`."""
        return "once" if self.times == 1 else f"{self.times} times"

    @property
    def reasons(self) -> str:
        """`3 × no answer, 1 × said No`."""
        return ", ".join(f"{count} × {SAID[why]}" for why, count in self.whys)


def record_miss(tx: Tx, question: str, nearest: str = "", why: Why = "unanswered") -> bool:
    """Count a question that found no good answer; whether its wording is new. Nothing personal is kept.

    One that was handled before is a gap again, and is counted anew.
    """
    wording = without_personal_data(question)
    if not says_something(wording):
        return False
    key = plainest(wording)
    now = moment(tx.connection.dialect, tx.now)
    values = {"its_key": key, "now": now, "said": wording, "next": nearest}
    _REOPEN.change(tx.connection, {"its_key": key, "now": now})
    is_new = False
    if _MISSED[why].change(tx.connection, values) == 0:
        fresh = Miss(key=key, wording=wording, nearest=nearest, first_at=tx.now, last_at=tx.now)
        is_new = _ADD.change(tx.connection, {**fresh.model_dump(), "first_at": now, "last_at": now}) == 1
        _MISSED[why].change(tx.connection, values)
    if is_new:
        publish(tx, "faq.gap", {"wording": wording, "nearest": nearest or None})
    return is_new


def forget(tx: Tx, texts: Sequence[str]) -> None:
    """Drop what was counted once only and said in these texts, one after the other: nobody else asked it so."""
    found: set[str] = set()
    ends = range(1, len(texts) + 1)
    spans = [texts[start:end] for end in ends for start in range(max(0, end - MOST_PARTS), end)]
    for span in spans:  # what is written fast is one question
        words = plainest(without_personal_data(" ".join(span))).split()
        # A greeting before a question was left out when it was counted.
        found |= {" ".join(words[start:]) for start in range(min(LONGEST_GREETING, len(words)))}
    keys = sorted(found)
    for start in range(0, len(keys), AT_ONCE):
        for table in (misses, helped):
            once = delete(table).where(table.c.key.in_(keys[start : start + AT_ONCE]), table.c.times <= 1)
            tx.connection.execute(once)


def record_helped(tx: Tx, question: str, slug: str) -> None:
    """Remember, without anything personal, that this question was answered well with this article."""
    wording = without_personal_data(question)
    if not says_something(wording):
        return
    key = plainest(wording)
    add_unless_there(tx, Helped, Helped(key=key, slug=slug, wording=wording, times=0, last_at=tx.now))
    tx.session.execute(
        update(Helped)
        .where(col(Helped.key) == key, col(Helped.slug) == slug)
        .values(times=Helped.times + 1, last_at=tx.now)
        .execution_options(synchronize_session=False)
    )


def gaps(tx: Tx) -> list[Gap]:
    """The open questions of the last 90 days, the most frequent group first."""
    return grouped(_misses(tx))


def past_misses(tx: Tx) -> list[tuple[str, int]]:
    """(wording, times) of each open question of the last 90 days."""
    return [(miss.wording, miss.times) for miss in _misses(tx)]


def past_yes(tx: Tx) -> list[tuple[str, str]]:
    """(wording, slug) of the answers of the last 90 days that got a Yes."""
    since = tx.now - timedelta(days=KEPT_DAYS)
    line = select(Helped).where(col(Helped.last_at) >= since).order_by(col(Helped.last_at).desc())
    rows = tx.session.execute(line.limit(MOST_WORDINGS)).scalars()
    return [(row.wording, row.slug) for row in rows]


def mark_handled(tx: Tx, wordings: Sequence[str], slug: str) -> None:
    """These wordings are no gap any more, until one is missed again."""
    keys = [plainest(wording) for wording in wordings]
    tx.session.execute(
        update(Miss)
        .where(col(Miss.key).in_(keys))
        .values(handled_at=tx.now, handled_to=slug)
        .execution_options(synchronize_session=False)
    )


def forget_old(tx: Tx) -> None:
    """Delete what nobody asked for 90 days."""
    since = tx.now - timedelta(days=KEPT_DAYS)
    tx.session.execute(delete(Miss).where(col(Miss.last_at) < since))
    tx.session.execute(delete(Helped).where(col(Helped.last_at) < since))


def _misses(tx: Tx) -> list[Miss]:
    since = tx.now - timedelta(days=KEPT_DAYS)
    line = select(Miss).where(col(Miss.last_at) >= since, col(Miss.handled_at).is_(None))
    return list(tx.session.execute(line.order_by(col(Miss.last_at).desc()).limit(MOST_WORDINGS)).scalars())


def grouped(misses: list[Miss]) -> list[Gap]:
    """Pure: misses → gaps; a wording joins the first group whose leading wording it resembles."""
    groups: list[list[Miss]] = []
    for miss in misses:
        for group in groups:
            if fuzz.token_set_ratio(miss.key, group[0].key) >= LIKE_ENOUGH:
                group.append(miss)
                break
        else:
            groups.append([miss])
    return sorted(map(_gap, groups), key=lambda gap: (-gap.times, -gap.last_at.timestamp()))


def _gap(group: list[Miss]) -> Gap:
    times = sum(miss.times for miss in group)
    counts: dict[Why, int] = {
        "refused": sum(miss.refused or 0 for miss in group),
        "rephrased": sum(miss.rephrased or 0 for miss in group),
        "handed_over": sum(miss.handed_over or 0 for miss in group),
    }
    whys: dict[Why, int] = {"unanswered": times - sum(counts.values()), **counts}
    return Gap(
        wordings=tuple(miss.wording for miss in group),
        times=times,
        nearest=max(group, key=lambda miss: miss.times).nearest,
        last_at=max(miss.last_at for miss in group),
        whys=tuple((why, count) for why, count in whys.items() if count > 0),
        came_back=next((miss.handled_to for miss in group if miss.handled_to), ""),
    )
