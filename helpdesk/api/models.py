"""A repeat of a POST gets the first answer: what was answered under which key."""

from datetime import datetime

from sqlalchemy import Column, Text
from sqlmodel import Field, SQLModel

from helpdesk.store.columns import UtcMoment


class IdempotencyKey(SQLModel, table=True):
    """The answer to one POST of one member of staff, written in the transaction of what it did."""

    __tablename__ = "idempotency_key"

    staff_id: int = Field(primary_key=True)
    key: str = Field(primary_key=True)
    fingerprint: str
    status: int
    body: str = Field(sa_column=Column(Text, nullable=False))
    at: datetime = Field(sa_type=UtcMoment, index=True)
