"""Figures that the rows can tell: queue, first reply, the bot's share, outbox, tickets."""

from datetime import timedelta
from typing import Any

from sqlalchemy import func, select
from sqlmodel import SQLModel, col

from helpdesk.chat.models import Conversation
from helpdesk.chat.post import conversations
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
    tables = SQLModel.metadata.tables
    found: Figures = {}
    if (ticket := tables.get("ticket")) is not None:
        is_open = (ticket.c.conversation_id == conversations.c.id) & (conversations.c.handled_by != "closed")
        line = select(ticket.c.priority, func.count()).where(is_open).group_by(ticket.c.priority)
        found["open_tickets"] = _as_dict(tx, line)
    if (webhook := tables.get("webhook")) is not None:
        found["webhook_endpoints"] = _as_dict(
            tx, select(webhook.c.state, func.count()).group_by(webhook.c.state)
        )
    if (audit := tables.get("audit_entry")) is not None:
        since = tx.now - timedelta(hours=1)
        failed = select(func.count()).where(
            audit.c.at > since, audit.c.action.contains("sign_in"), audit.c.result != "ok"
        )
        found["failed_sign_ins_last_hour"] = float(tx.connection.execute(failed).scalar() or 0)
    return found


def _as_dict(tx: Tx, line: Any) -> dict[str, float]:
    return {str(key): float(count) for key, count in tx.connection.execute(line)}
