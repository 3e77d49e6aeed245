"""Endpoints and their log: add, remove, rotate, resume, send again. Leads and admins manage all of them."""

from datetime import timedelta

from sqlalchemy import delete, func, select
from sqlmodel import col

from helpdesk.actor import Agent
from helpdesk.delivery import outbox
from helpdesk.errors import Conflict, Invalid, NotFound
from helpdesk.store.session import Tx
from helpdesk.webhooks.models import Webhook, WebhookDelivery
from helpdesk.webhooks.publish import EVENTS, JOB, ping
from helpdesk.webhooks.signing import GRACE_HOURS

MOST_ENDPOINTS = 50
KEPT_DAYS = 30


def endpoint_for(tx: Tx, agent: Agent, public_id: str) -> Webhook:
    """The endpoint. NotFound for others' unless the agent is a lead or an admin."""
    line = select(Webhook).where(col(Webhook.public_id) == public_id)
    found: Webhook | None = tx.session.execute(line).scalar()
    if found is None or not _may(agent, found):
        raise NotFound()
    return found


def list_endpoints(tx: Tx, agent: Agent) -> list[Webhook]:
    """Those that this agent may manage, oldest first."""
    if not agent.may_see_conversations:
        raise NotFound()
    rows = tx.session.execute(select(Webhook).order_by(col(Webhook.id))).scalars()
    return [row for row in rows if _may(agent, row)]


def add_endpoint(tx: Tx, agent: Agent, url: str, events: list[str]) -> Webhook:
    """A new endpoint, with a `ping` on its way. The URL was checked by `addresses.check_url`."""
    if not agent.may_see_conversations:
        raise NotFound()
    unknown = [event for event in events if event not in EVENTS and event != "*"]
    if unknown or not events:
        raise Invalid(events=f"Use some of {', '.join(EVENTS)}, or *.")
    if tx.session.execute(select(func.count()).select_from(Webhook)).scalar_one() >= MOST_ENDPOINTS:
        raise Conflict(f"There are {MOST_ENDPOINTS} endpoints already. Remove one first.")
    webhook = Webhook(staff_id=agent.id, url=url, events=sorted(set(events)), created_at=tx.now)
    tx.session.add(webhook)
    tx.session.flush()
    ping(tx, webhook)
    return webhook


def remove_endpoint(tx: Tx, agent: Agent, public_id: str) -> None:
    """Remove it with its log; what waits for it is dropped."""
    webhook = endpoint_for(tx, agent, public_id)
    tx.session.execute(delete(WebhookDelivery).where(col(WebhookDelivery.webhook_id) == webhook.id))
    tx.session.delete(webhook)


def rotate(tx: Tx, agent: Agent, public_id: str) -> Webhook:
    """A new secret; the old one signs along for 24 hours."""
    webhook = endpoint_for(tx, agent, public_id)
    webhook.generation += 1
    webhook.previous_until = tx.now + timedelta(hours=GRACE_HOURS)
    tx.session.add(webhook)
    return webhook


def resume(tx: Tx, agent: Agent, public_id: str) -> Webhook:
    """Try a paused endpoint again, beginning with a `ping`."""
    webhook = endpoint_for(tx, agent, public_id)
    if webhook.state != "active":
        webhook.state, webhook.paused_why, webhook.failing_since = "active", "", None
        tx.session.add(webhook)
        tx.session.flush()
        ping(tx, webhook)
    return webhook


def log_of(tx: Tx, agent: Agent, public_id: str, before: int | None, limit: int) -> list[WebhookDelivery]:
    """At most `limit` deliveries, newest first."""
    webhook = endpoint_for(tx, agent, public_id)
    line = select(WebhookDelivery).where(col(WebhookDelivery.webhook_id) == webhook.id)
    if before is not None:
        line = line.where(col(WebhookDelivery.id) < before)
    return list(tx.session.execute(line.order_by(col(WebhookDelivery.id).desc()).limit(limit)).scalars())


def send_again(tx: Tx, agent: Agent, public_id: str, delivery_id: str) -> WebhookDelivery:
    """Queue a delivery once more under its first message id. Conflict while it waits or while paused."""
    webhook = endpoint_for(tx, agent, public_id)
    line = select(WebhookDelivery).where(
        col(WebhookDelivery.public_id) == delivery_id, col(WebhookDelivery.webhook_id) == webhook.id
    )
    found: WebhookDelivery | None = tx.session.execute(line).scalar()
    if found is None:
        raise NotFound()
    if webhook.state != "active":
        raise Conflict("This endpoint is paused. Resume it first.")
    if found.state == "waiting":
        raise Conflict("This delivery is on its way already.")
    found.state, found.queued_at, found.done_at = "waiting", tx.now, None
    tx.session.add(found)
    outbox.enqueue(tx, JOB, {"delivery": found.id})
    return found


def forget_old(tx: Tx) -> None:
    """Let deliveries go that are older than 30 days."""
    old = tx.now - timedelta(days=KEPT_DAYS)
    tx.session.execute(delete(WebhookDelivery).where(col(WebhookDelivery.created_at) < old))


def _may(agent: Agent, webhook: Webhook) -> bool:
    return agent.is_lead or (agent.may_see_conversations and webhook.staff_id == agent.id)
