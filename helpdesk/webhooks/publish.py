"""Tell it: one delivery and one job for each endpoint that listens, in the transaction of the cause."""

import json
import secrets
from typing import Any, Literal, get_args

from sqlalchemy import literal_column, select
from sqlmodel import SQLModel, col

from helpdesk.clock import wire_time
from helpdesk.delivery import outbox
from helpdesk.store.session import Tx
from helpdesk.webhooks.models import Webhook, WebhookDelivery

webhooks = Webhook.__table__  # type: ignore[attr-defined]
JOB = "webhook"
Event = Literal[
    "conversation.changed",
    "message.posted",
    "ticket.opened",
    "ticket.changed",
    "reset.invited",
    "faq.gap",
    "ping",
]
EVENTS: tuple[str, ...] = get_args(Event)
"""Every event, with what its `data` holds in `docs/api.md`."""
SOMEBODY_LISTENS = select(webhooks.c.id).where(webhooks.c.state == literal_column("'active'")).exists()
"""Whether any endpoint is active, to be asked in passing: False spares `publish_messages`."""


def publish(tx: Tx, event: Event, data: dict[str, Any]) -> int:
    """Queue the event for every active endpoint that listens; how many. `data` never holds a secret."""
    return sum(_queue(tx, webhook, event, data) for webhook in _listening(tx, event))


def publish_messages(tx: Tx, frames: list[tuple[int, dict[str, Any]]]) -> None:
    """`message.posted` for each (conversation, frame)."""
    listening = _listening(tx, "message.posted")
    if not listening:
        return
    table = SQLModel.metadata.tables["conversation"]
    line = select(table.c.id, table.c.public_id).where(table.c.id.in_({number for number, _ in frames}))
    names = {row[0]: row[1] for row in tx.connection.execute(line)}
    for number, frame in frames:
        message = {name: value for name, value in frame.items() if name not in ("type", "client_id")}
        for webhook in listening:
            _queue(tx, webhook, "message.posted", {"conversation": names[number], "message": message})


def ping(tx: Tx, webhook: Webhook) -> None:
    """A first event for one endpoint, so that its owner can see that it works."""
    _queue(tx, webhook, "ping", {"webhook": webhook.public_id})


def _queue(tx: Tx, webhook: Webhook, event: Event, data: dict[str, Any]) -> int:
    body = {"type": event, "timestamp": wire_time(tx.now), "data": data}
    delivery = WebhookDelivery(
        webhook_id=webhook.id or 0,
        message_id=f"msg_{secrets.token_hex(12)}",
        event=event,
        body=json.dumps(body, ensure_ascii=False, separators=(",", ":")),
        created_at=tx.now,
        queued_at=tx.now,
    )
    tx.session.add(delivery)
    tx.session.flush()
    outbox.enqueue(tx, JOB, {"delivery": delivery.id})
    return 1


def _listening(tx: Tx, event: str) -> list[Webhook]:
    """Endpoints whose owner still works here: a webhook must not outlive its owner's rights."""
    staff = SQLModel.metadata.tables["staff"]
    line = (
        select(webhooks.c.id, webhooks.c.events)
        .join(staff, staff.c.id == webhooks.c.staff_id)
        .where(webhooks.c.state == "active", staff.c.disabled_at.is_(None), staff.c.role != "editor")
        .order_by(webhooks.c.id)
    )
    ids = [row[0] for row in tx.connection.execute(line) if event in row[1] or "*" in row[1]]
    if not ids:
        return []
    found = select(Webhook).where(col(Webhook.id).in_(ids)).order_by(col(Webhook.id))
    return list(tx.session.execute(found).scalars())
