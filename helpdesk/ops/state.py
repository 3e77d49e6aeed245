"""Rules that say how the desk is doing: schema, pulse, outbox."""

from dataclasses import dataclass
from datetime import timedelta
from functools import cache

from sqlalchemy import func, select
from sqlmodel import col

from helpdesk.delivery.models import Job
from helpdesk.ops.models import Pulse
from helpdesk.store import migrate
from helpdesk.store.session import Tx

STUCK_ATTEMPTS = 3
WEBHOOK = "webhook"


@dataclass(frozen=True)
class Outbox:
    """Jobs that wait, how long the oldest is overdue, and what went wrong."""

    waiting: int
    overdue_s: float
    dead_today: int
    mails_failing: int


newest_schema = cache(migrate.newest)


def schema_is_old(tx: Tx) -> bool:
    """Whether `helpdesk db upgrade` has something to do."""
    return migrate.current_of(tx.connection) != newest_schema()


def beat(tx: Tx) -> None:
    """Write a row: only a write shows that writing works."""
    tx.session.merge(Pulse(id=1, at=tx.now))


def outbox_state(tx: Tx) -> Outbox:
    """What waits in the outbox."""
    waiting, oldest = tx.session.execute(
        select(func.count(), func.min(Job.run_at)).where(
            col(Job.state) == "waiting", col(Job.run_at) <= tx.now
        )
    ).one()
    dead = tx.session.execute(
        select(func.count()).where(col(Job.state) == "dead", col(Job.done_at) > tx.now - timedelta(days=1))
    ).scalar_one()
    failing = tx.session.execute(
        select(func.count()).where(
            col(Job.state) == "waiting", col(Job.kind) != WEBHOOK, col(Job.attempts) >= STUCK_ATTEMPTS
        )
    ).scalar_one()
    overdue_s = (tx.now - oldest).total_seconds() if oldest else 0.0
    return Outbox(int(waiting), max(0.0, overdue_s), int(dead), int(failing))
