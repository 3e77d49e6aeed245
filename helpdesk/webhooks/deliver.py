"""Deliver: sign, send, write down what became of it; pause an endpoint that has been dead for a day."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import structlog
from sqlmodel import SQLModel

from helpdesk.delivery import outbox
from helpdesk.delivery.letters import Letter
from helpdesk.delivery.models import Job
from helpdesk.delivery.transports import RefusedForGood
from helpdesk.keys import Keys
from helpdesk.store.session import Tx
from helpdesk.webhooks import endpoints
from helpdesk.webhooks.models import Webhook, WebhookDelivery
from helpdesk.webhooks.publish import JOB
from helpdesk.webhooks.signing import headers_for, secret_of

if TYPE_CHECKING:
    from helpdesk.wiring import Desk

DEAD_AFTER = timedelta(hours=24)
GONE = 410
DAY_S = 24 * 3600.0
log = structlog.get_logger()


@dataclass(frozen=True)
class _Parcel:
    """What is sent where."""

    url: str
    body: str
    message_id: str
    secrets: list[str]
    at: datetime


class NotTaken(Exception):
    """The endpoint did not answer with 2xx; try later."""


def handlers(desk: "Desk") -> dict[str, Any]:
    """The handler of jobs of kind `webhook`."""

    async def deliver(job: Job) -> None:
        await deliver_one(desk, int(job.payload["delivery"]))

    return {JOB: deliver}


def timers() -> list[tuple[float, Any]]:
    """Once a day the log forgets what is old."""

    async def forget_old_deliveries(desk: "Desk") -> None:
        await desk.store.write(endpoints.forget_old)

    return [(DAY_S, forget_old_deliveries)]


async def deliver_one(desk: "Desk", delivery_id: int) -> None:
    """Send one delivery. Raises NotTaken for "try later", RefusedForGood for "never"."""
    from helpdesk.webhooks import outgoing  # most desks send none, and it brings 2 MB

    parcel = await desk.store.read(_parcel, desk.keys, delivery_id)
    if parcel is None:
        return
    headers = headers_for(parcel.secrets, parcel.message_id, parcel.at, parcel.body)
    allowed = desk.settings.webhook_networks
    tls = desk.extras.get("webhook_tls")
    status, error = None, ""
    try:
        status = await outgoing.post(parcel.url, parcel.body.encode(), headers, allowed, tls)
    except outgoing.NotAllowed as refused:
        error = str(refused)
    except Exception as failure:
        error = type(failure).__name__
    taken = status is not None and 200 <= status < 300
    is_over = await desk.store.write(_settle, desk.keys, delivery_id, status, error, taken)
    log.info("webhook", delivery=delivery_id, status=status, error=error, taken=taken)
    if is_over:
        raise RefusedForGood(error or str(status))
    if not taken:
        raise NotTaken(error or str(status))


def _parcel(tx: Tx, keys: Keys, delivery_id: int) -> _Parcel | None:
    delivery = tx.session.get(WebhookDelivery, delivery_id)
    webhook = tx.session.get(Webhook, delivery.webhook_id) if delivery else None
    if delivery is None or webhook is None or delivery.state != "waiting":
        return None
    if webhook.state != "active":
        raise RefusedForGood("the endpoint is paused")
    generations = [webhook.generation]
    if webhook.previous_until is not None and webhook.previous_until > tx.now:
        generations.append(webhook.generation - 1)
    secrets = [secret_of(keys, webhook.public_id, generation) for generation in generations]
    return _Parcel(webhook.url, delivery.body, delivery.message_id, secrets, tx.now)


def _settle(tx: Tx, keys: Keys, delivery_id: int, status: int | None, error: str, taken: bool) -> bool:
    """Write down what became of it; whether it is not tried again."""
    delivery = tx.session.get(WebhookDelivery, delivery_id)
    webhook = tx.session.get(Webhook, delivery.webhook_id) if delivery else None
    if delivery is None or webhook is None:
        return False
    delivery.attempts += 1
    delivery.last_status, delivery.last_error = status, error
    if taken:
        delivery.state, delivery.done_at, webhook.failing_since = "delivered", tx.now, None
        return False
    webhook.failing_since = webhook.failing_since or tx.now
    is_dead = tx.now - webhook.failing_since >= DEAD_AFTER or status == GONE
    if not is_dead and tx.now - delivery.queued_at < DEAD_AFTER:
        return False
    delivery.state, delivery.done_at = "failed", tx.now
    if is_dead and webhook.state == "active":
        why = "It answered 410 Gone." if status == GONE else "It has not taken anything for 24 hours."
        webhook.state, webhook.paused_why = "paused", why
        _tell_owner(tx, webhook)
    return True


def _tell_owner(tx: Tx, webhook: Webhook) -> None:
    staff = SQLModel.metadata.tables["staff"]
    owner = tx.connection.execute(staff.select().where(staff.c.id == webhook.staff_id)).mappings().first()
    if owner is not None:
        context = {
            "name": owner["name"],
            "url": webhook.url,
            "why": webhook.paused_why,
            "id": webhook.public_id,
        }
        outbox.enqueue_letter(tx, Letter(owner["email"], "webhooks/paused", context))
