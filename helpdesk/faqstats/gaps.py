"""What was asked and not answered, grouped by likeness: the editor's list of things to write."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from rapidfuzz import fuzz
from sqlalchemy import select, update
from sqlmodel import col

from helpdesk.faqstats.anonymous import plainest, without_personal_data
from helpdesk.faqstats.models import Miss
from helpdesk.store.session import Tx
from helpdesk.webhooks.publish import publish

LIKE_ENOUGH = 80.0
MOST_WORDINGS = 2000
KEPT_DAYS = 90


@dataclass(frozen=True)
class Gap:
    """Wordings of one question, the newest first; `nearest` is the article that came nearest, or empty."""

    wordings: tuple[str, ...]
    times: int
    nearest: str
    last_at: datetime


def record_miss(tx: Tx, question: str, nearest: str = "") -> bool:
    """Count a question that found no good answer; whether its wording is new. Nothing personal is kept."""
    wording = without_personal_data(question)
    key = plainest(wording)
    if len(key) < 3:
        return False
    counted = tx.session.execute(
        update(Miss)
        .where(col(Miss.key) == key)
        .values(times=Miss.times + 1, last_at=tx.now, wording=wording, nearest=nearest)
        .execution_options(synchronize_session=False)
    )
    if counted.rowcount:  # type: ignore[attr-defined]
        return False
    tx.session.add(Miss(key=key, wording=wording, nearest=nearest, times=1, first_at=tx.now, last_at=tx.now))
    publish(tx, "faq.gap", {"wording": wording, "nearest": nearest or None})
    return True


def gaps(tx: Tx) -> list[Gap]:
    """The questions of the last 90 days that found no answer, the most frequent group first."""
    since = tx.now - timedelta(days=KEPT_DAYS)
    line = (
        select(Miss).where(col(Miss.last_at) >= since).order_by(col(Miss.last_at).desc()).limit(MOST_WORDINGS)
    )
    return grouped(list(tx.session.execute(line).scalars()))


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
    found = [
        Gap(
            wordings=tuple(miss.wording for miss in group),
            times=sum(miss.times for miss in group),
            nearest=max(group, key=lambda miss: miss.times).nearest,
            last_at=max(miss.last_at for miss in group),
        )
        for group in groups
    ]
    return sorted(found, key=lambda gap: (-gap.times, -gap.last_at.timestamp()))
