"""Endpoints and their delivery log."""

from datetime import datetime

from sqlalchemy import Column, Index, Text
from sqlmodel import Field, SQLModel

from helpdesk.store.columns import JsonText, UtcMoment, new_public_id


class Webhook(SQLModel, table=True):
    """One endpoint. Its secret is derived from `public_id` and `generation`, so that no table holds it.

    `state`: active or paused. Until `previous_until` the generation before signs along.
    `failing_since` is the first failure after the last success.
    """

    __tablename__ = "webhook"

    id: int | None = Field(default=None, primary_key=True)
    public_id: str = Field(default_factory=new_public_id, unique=True)
    staff_id: int = Field(foreign_key="staff.id", index=True)
    url: str
    events: list[str] = Field(sa_column=Column(JsonText, nullable=False))
    state: str = "active"
    paused_why: str = ""
    generation: int = 1
    previous_until: datetime | None = Field(default=None, sa_type=UtcMoment)
    failing_since: datetime | None = Field(default=None, sa_type=UtcMoment)
    created_at: datetime = Field(sa_type=UtcMoment)


class WebhookDelivery(SQLModel, table=True):
    """One event for one endpoint. `state`: waiting, delivered or failed; the body is what was signed."""

    __tablename__ = "webhook_delivery"
    __table_args__ = (Index("ix_webhook_delivery_log", "webhook_id", "id"),)

    id: int | None = Field(default=None, primary_key=True)
    public_id: str = Field(default_factory=new_public_id, unique=True)
    webhook_id: int = Field(foreign_key="webhook.id")
    message_id: str
    event: str
    body: str = Field(sa_column=Column(Text, nullable=False))
    state: str = "waiting"
    attempts: int = 0
    last_status: int | None = None
    last_error: str = ""
    created_at: datetime = Field(sa_type=UtcMoment, index=True)
    queued_at: datetime = Field(sa_type=UtcMoment)
    done_at: datetime | None = Field(default=None, sa_type=UtcMoment)
