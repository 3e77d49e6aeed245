"""Count tries so that a restart does not forget them and parallel requests cannot pass together.

A try is counted before anything is compared, in one statement.
"""

from datetime import timedelta

from sqlalchemy import case, delete, literal, update
from sqlmodel import col

from helpdesk.accounts.models import Attempt
from helpdesk.keys import Keys
from helpdesk.store.columns import UtcMoment
from helpdesk.store.session import Tx
from helpdesk.store.upsert import insert_of

FREE_TRIES = 5
FIRST_WAIT_S = 30.0
LONGEST_WAIT_S = 900.0
FOREVER_S = 10 * 365 * 86400.0
"""A window that never starts over: only a success ends the count."""


def key_for(keys: Keys, *parts: str) -> str:
    """The key of one counter: it says to nobody whom it is about."""
    return keys.mac("attempt", *parts).hex()[:40]


def count(tx: Tx, key: str, window_s: float) -> int:
    """Count one try and say which it is; the count starts over `window_s` after its first try."""
    old = col(Attempt.since) <= tx.now - timedelta(seconds=window_s)
    now = literal(tx.now, UtcMoment)
    changes = {
        "count": case((old, 1), else_=col(Attempt.count) + 1),
        "since": case((old, now), else_=col(Attempt.since)),
        "last_at": now,
    }
    row = {"key": key, "count": 1, "since": tx.now, "last_at": tx.now}
    insert = insert_of(tx.connection.dialect, Attempt)
    line = insert.values(row).on_conflict_do_update(index_elements=["key"], set_=changes)
    found = tx.session.execute(
        line.returning(Attempt.count), execution_options={"synchronize_session": False}
    )
    return int(found.scalar_one())


def give_back(tx: Tx, key: str) -> None:
    """The try that was counted was none: it succeeded. Never forgets the tries of others."""
    line = (
        update(Attempt).where(col(Attempt.key) == key, col(Attempt.count) > 0).values(count=Attempt.count - 1)
    )
    tx.session.execute(line.execution_options(synchronize_session=False))


def clear(tx: Tx, key: str) -> None:
    """Forget this counter."""
    tx.session.execute(
        delete(Attempt).where(col(Attempt.key) == key).execution_options(synchronize_session=False)
    )


def find(tx: Tx, key: str) -> Attempt | None:
    """The counter as it stands."""
    found = tx.session.get(Attempt, key, populate_existing=True)
    return found if found is not None and found.count > 0 else None


def growing_wait_s(tx: Tx, key: str) -> float:
    """Seconds until one more try is taken: none for 5 tries, then 30 s, doubling up to 15 minutes."""
    found = find(tx, key)
    if found is None or found.count < FREE_TRIES:
        return 0.0
    wait_s = min(LONGEST_WAIT_S, FIRST_WAIT_S * 2.0 ** min(found.count - FREE_TRIES, 10))
    return max(0.0, wait_s - (tx.now - found.last_at).total_seconds())


def window_left_s(tx: Tx, key: str, window_s: float) -> float:
    """Seconds until the count starts over."""
    found = find(tx, key)
    return max(1.0, window_s - (tx.now - found.since).total_seconds()) if found else 1.0
