"""The outbox: enqueue in the transaction of the cause, claim by lease, finish, retry or give up."""

import secrets
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import or_, select, update
from sqlmodel import col

from helpdesk.delivery.backoff import GIVE_UP_AFTER_S, wait_s
from helpdesk.delivery.letters import Letter
from helpdesk.delivery.models import Job
from helpdesk.store.session import Tx

LEASE_S = 60.0
RING = "outbox"


def enqueue(
    tx: Tx, kind: str, payload: dict[str, Any], *, delay_s: float = 0.0, expires_at: datetime | None = None
) -> Job:
    """Add a job; it exists if and only if the transaction does."""
    job = Job(
        kind=kind,
        payload=payload,
        run_at=tx.now + timedelta(seconds=delay_s),
        expires_at=expires_at,
        created_at=tx.now,
        cause=tx.cause,
        message_id=f"{secrets.token_hex(16)}@helpdesk",
    )
    tx.session.add(job)
    tx.session.flush()
    tx.ring(RING)
    return job


def enqueue_letter(
    tx: Tx, letter: Letter, *, delay_s: float = 0.0, expires_at: datetime | None = None
) -> Job:
    """Add a mail whose whole content is known already. Never for codes: those are derived when they are sent."""
    return enqueue(tx, "letter", asdict(letter), delay_s=delay_s, expires_at=expires_at)


def claim(tx: Tx, limit: int = 20, patient: str = "", most_patient: int = 0) -> list[Job]:
    """At most `limit` due jobs, leased for LEASE_S; no other worker gets them meanwhile.

    Jobs of the kind `patient` come after all others, and at most `most_patient` of them.
    """
    ids = _lease(tx, limit, col(Job.kind) != patient)
    if patient and (room := min(limit - len(ids), most_patient)) > 0:
        ids += _lease(tx, room, col(Job.kind) == patient)
    if not ids:
        return []
    return list(tx.session.execute(select(Job).where(col(Job.id).in_(ids)).order_by(col(Job.id))).scalars())


def _lease(tx: Tx, limit: int, which: Any) -> list[int]:
    due = (
        select(col(Job.id))
        .where(col(Job.state) == "waiting", col(Job.run_at) <= tx.now, which)
        .where(col(Job.lease_until).is_(None) | (col(Job.lease_until) < tx.now))
        .order_by(col(Job.run_at))
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    claimed = (
        update(Job)
        .where(col(Job.id).in_(due.scalar_subquery()))
        .values(lease_until=tx.now + timedelta(seconds=LEASE_S), attempts=Job.attempts + 1)
        .returning(col(Job.id))
        .execution_options(synchronize_session=False)
    )
    return [int(ident) for ident in tx.session.execute(claimed).scalars()]


def finish_many(tx: Tx, job_ids: list[int]) -> list[None]:
    """They were handed over: done, and their content is wiped."""
    done = {"state": "done", "done_at": tx.now, "lease_until": None, "last_error": "", "payload": {}}
    change = update(Job).where(col(Job.id).in_(job_ids), col(Job.state) == "waiting").values(**done)
    tx.session.execute(change.execution_options(synchronize_session=False))
    return [None] * len(job_ids)


def expire(tx: Tx, job_id: int) -> None:
    """Its time is over; it is not sent late."""
    _settle(tx, job_id, state="expired", done_at=tx.now, lease_until=None, payload={})


def retry(tx: Tx, job: Job, error: str) -> None:
    """Try again later, or give up after a day."""
    if (tx.now - job.created_at).total_seconds() > GIVE_UP_AFTER_S:
        give_up(tx, job, error)
        return
    pause = timedelta(seconds=wait_s(job.attempts, secrets.randbelow(1000) / 1000))
    _settle(tx, job.id, job.attempts, run_at=tx.now + pause, lease_until=None, last_error=error[:200])


def give_up(tx: Tx, job: Job, error: str) -> None:
    """A dead letter: `helpdesk outbox` shows it and can send it again."""
    _settle(tx, job.id, job.attempts, state="dead", done_at=tx.now, lease_until=None, last_error=error[:200])


def send_again(tx: Tx, job_id: int) -> bool:
    """Put a dead letter back in line; whether there was one."""
    found = tx.session.get(Job, job_id)
    if found is None or found.state != "dead":
        return False
    found.state, found.run_at, found.created_at, found.attempts = "waiting", tx.now, tx.now, 0
    found.done_at = None
    tx.session.add(found)
    tx.ring(RING)
    return True


def _settle(tx: Tx, job_id: int | None, attempt: int | None = None, **values: Any) -> None:
    """With `attempt`: only while no later claim holds the job; a worker whose lease ran out has no say in it."""
    change = update(Job).where(col(Job.id) == job_id, col(Job.state) == "waiting").values(**values)
    if attempt is not None:
        change = change.where(or_(col(Job.attempts) == attempt, col(Job.lease_until) < tx.now))
    tx.session.execute(change.execution_options(synchronize_session=False))
