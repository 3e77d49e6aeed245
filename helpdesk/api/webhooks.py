"""Webhook endpoints: add, list, remove, rotate, resume; their log, and sending again."""

from typing import Annotated, Any, Literal

from pydantic import Field

from helpdesk.api.calls import Answer, Ask, Body, Call, Out
from helpdesk.api.paging import Page, cut, read_cursor
from helpdesk.api.shapes import Gone, Moment, Next
from helpdesk.clock import wire_time
from helpdesk.store.session import Tx
from helpdesk.webhooks import addresses, endpoints
from helpdesk.webhooks.models import Webhook, WebhookDelivery
from helpdesk.webhooks.publish import Event
from helpdesk.webhooks.signing import secret_of

TAG = "Webhooks"
SHOWN_ONCE = "(shown once)"


class NewWebhook(Body):
    """Where to send which events; `*` is every one."""

    url: Annotated[str, Field(min_length=8, max_length=addresses.MAX_URL_CHARS)]
    events: Annotated[list[Literal[Event, "*"]], Field(min_length=1, max_length=20)]


class WebhookOut(Out):
    """An endpoint."""

    id: str
    url: str
    events: list[str]
    state: Literal["active", "paused"]
    paused_why: str
    failing_since: Moment | None
    created_at: Moment


class WebhookWithSecret(WebhookOut):
    """An endpoint with its signing secret, which is shown this once."""

    secret: str


class WebhookList(Out):
    """The endpoints that this token may manage."""

    items: list[WebhookOut]
    next: Next


class DeliveryOut(Out):
    """One event for one endpoint. What the endpoint answered is never shown, only its status."""

    id: str
    message_id: str
    event: str
    state: Literal["waiting", "delivered", "failed"]
    attempts: int
    last_status: int | None
    last_error: str
    created_at: Moment
    done_at: Moment | None


class DeliveryPage(Out):
    """A page of the log, newest first."""

    items: list[DeliveryOut]
    next: Next


def list_webhooks(tx: Tx, ask: Ask) -> Answer:
    """The endpoints that this token may manage."""
    rows = endpoints.list_endpoints(tx, ask.agent)
    return Answer(WebhookList(items=[WebhookOut(**_facts(row)) for row in rows], next=None))


def add_webhook(tx: Tx, ask: Ask) -> Answer:
    """Add an endpoint; the secret is shown this once, and a `ping` is on its way."""
    url = addresses.check_url(ask.body.url, ask.desk.settings.webhook_networks)
    return _with_secret(ask, endpoints.add_endpoint(tx, ask.agent, url, list(ask.body.events)), 201)


def get_webhook(tx: Tx, ask: Ask) -> Answer:
    """One endpoint."""
    return Answer(WebhookOut(**_facts(endpoints.endpoint_for(tx, ask.agent, ask.path["id"]))))


def remove_webhook(tx: Tx, ask: Ask) -> Answer:
    """Remove it and its log."""
    endpoints.remove_endpoint(tx, ask.agent, ask.path["id"])
    return Answer(None, 204)


def rotate_webhook(tx: Tx, ask: Ask) -> Answer:
    """A new secret; the old one signs along for 24 hours."""
    return _with_secret(ask, endpoints.rotate(tx, ask.agent, ask.path["id"]), 200)


def resume_webhook(tx: Tx, ask: Ask) -> Answer:
    """Try a paused endpoint again."""
    return Answer(WebhookOut(**_facts(endpoints.resume(tx, ask.agent, ask.path["id"]))))


def list_deliveries(tx: Tx, ask: Ask) -> Answer:
    """The delivery log, newest first."""
    keys = ask.desk.keys
    before = read_cursor(keys, "deliveries", ask.query.cursor)
    rows = endpoints.log_of(tx, ask.agent, ask.path["id"], before, ask.query.limit + 1)
    page, after = cut(keys, "deliveries", rows, ask.query.limit, lambda row: row.id)
    return Answer(DeliveryPage(items=[_delivery(row) for row in page], next=after))


def send_delivery_again(tx: Tx, ask: Ask) -> Answer:
    """Queue a delivery once more, under its first message id."""
    return Answer(_delivery(endpoints.send_again(tx, ask.agent, ask.path["id"], ask.path["delivery"])), 202)


def _with_secret(ask: Ask, webhook: Webhook, status: int) -> Answer:
    secret = secret_of(ask.desk.keys, webhook.public_id, webhook.generation)
    facts = _facts(webhook)
    shown = WebhookWithSecret(secret=secret, **facts)
    return Answer(shown, status, kept=WebhookWithSecret(secret=SHOWN_ONCE, **facts))


def _facts(webhook: Webhook) -> dict[str, Any]:
    return {
        "id": webhook.public_id,
        "url": webhook.url,
        "events": webhook.events,
        "state": webhook.state,
        "paused_why": webhook.paused_why,
        "failing_since": wire_time(webhook.failing_since) if webhook.failing_since else None,
        "created_at": wire_time(webhook.created_at),
    }


def _delivery(row: WebhookDelivery) -> DeliveryOut:
    return DeliveryOut(
        id=row.public_id,
        message_id=row.message_id,
        event=row.event,
        state=row.state,
        attempts=row.attempts,
        last_status=row.last_status,
        last_error=row.last_error,
        created_at=wire_time(row.created_at),
        done_at=wire_time(row.done_at) if row.done_at else None,
    )


ONE = "/webhooks/{id}"
CALLS = (
    Call("GET", "/webhooks", list_webhooks, "List endpoints", TAG,
         answers={200: WebhookList}, refusals=(404,)),
    Call("POST", "/webhooks", add_webhook, "Add an endpoint", TAG, body=NewWebhook,
         answers={201: WebhookWithSecret}, refusals=(404, 409)),
    Call("GET", ONE, get_webhook, "Read an endpoint", TAG, answers={200: WebhookOut}, refusals=(404,)),
    Call("DELETE", ONE, remove_webhook, "Remove an endpoint", TAG, answers={204: Gone}, refusals=(404,)),
    Call("POST", ONE + "/rotate", rotate_webhook, "Rotate the secret", TAG,
         answers={200: WebhookWithSecret}, refusals=(404,)),
    Call("POST", ONE + "/resume", resume_webhook, "Resume a paused endpoint", TAG,
         answers={200: WebhookOut}, refusals=(404,)),
    Call("GET", ONE + "/deliveries", list_deliveries, "Read the delivery log", TAG, query=Page,
         answers={200: DeliveryPage}, refusals=(404,)),
    Call("POST", ONE + "/deliveries/{delivery}/send-again", send_delivery_again, "Send a delivery again", TAG,
         answers={202: DeliveryOut}, refusals=(404, 409)),
)  # fmt: skip
