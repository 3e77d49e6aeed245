"""Figures that the rows can tell: queue, first reply, the bot's share, outbox, tickets."""

from datetime import timedelta
from typing import Any

from sqlalchemy import column as sql_column
from sqlalchemy import func, inspect, select, table
from sqlmodel import col

from helpdesk.chat.models import Conversation
from helpdesk.delivery.models import Job
from helpdesk.store.session import Tx

Figures = dict[str, Any]
MOST_ROWS = 5000


def read_figures(tx: Tx) -> Figures:
    """Name → number, or label → number, as `ops/metrics.py` names them."""
    return {**_conversations(tx), **_last_day(tx), **_outbox(tx), **_others(tx)}


def _counts(tx: Tx, column: Any) -> dict[str, float]:
    rows = tx.session.execute(select(column, func.count()).group_by(column)).all()
    return {str(name): float(count) for name, count in rows}


def _conversations(tx: Tx) -> Figures:
    found = dict.fromkeys(("bot", "queue", "agent", "ticket", "closed"), 0.0)
    found |= _counts(tx, col(Conversation.handled_by))
    oldest = tx.session.execute(
        select(func.min(Conversation.waiting_since)).where(col(Conversation.handled_by) == "queue")
    ).scalar()
    waited_s = (tx.now - oldest).total_seconds() if oldest else 0.0
    return {"conversations": found, "queue_oldest_seconds": max(0.0, waited_s)}


def _last_day(tx: Tx) -> Figures:
    since = tx.now - timedelta(days=1)
    rows = tx.session.execute(
        select(col(Conversation.created_at), col(Conversation.first_reply_at), col(Conversation.handled_by))
        .where(col(Conversation.created_at) > since, col(Conversation.last_seq) > 0)
        .limit(MOST_ROWS)
    ).all()
    waits = [(reply - begun).total_seconds() for begun, reply, _ in rows if reply is not None]
    alone = [1 for _, reply, handled_by in rows if reply is None and handled_by in {"bot", "closed"}]
    found: Figures = {}
    if waits:
        found["first_reply_seconds"] = sum(waits) / len(waits)
    if rows:
        found["bot_solved_ratio"] = len(alone) / len(rows)
    return found


def _outbox(tx: Tx) -> Figures:
    found = dict.fromkeys(("waiting", "done", "dead", "expired"), 0.0) | _counts(tx, col(Job.state))
    oldest = tx.session.execute(
        select(func.min(Job.run_at)).where(col(Job.state) == "waiting", col(Job.run_at) <= tx.now)
    ).scalar()
    overdue_s = (tx.now - oldest).total_seconds() if oldest else 0.0
    return {"outbox_jobs": found, "outbox_oldest_seconds": max(0.0, overdue_s)}


def _others(tx: Tx) -> Figures:
    """Tables of rooms that this one must not import: by their names."""
    found: Figures = {}
    known = set(inspect(tx.connection).get_table_names())
    for name, figure, column in (("ticket", "tickets", "status"), ("webhook", "webhook_endpoints", "state")):
        if name in known:
            kind: Any = sql_column(column)
            line = select(kind, func.count()).select_from(table(name)).group_by(kind)
            found[figure] = {str(key): float(count) for key, count in tx.connection.execute(line)}
    return found
