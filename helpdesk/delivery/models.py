"""The outbox's table."""

from datetime import datetime
from typing import Any

from sqlalchemy import Column, Index
from sqlmodel import Field, SQLModel

from helpdesk.store.columns import JsonText, UtcMoment


class Job(SQLModel, table=True):
    """Something to do outside the database, at least once.

    `state`: waiting (due at `run_at`), done, dead (given up; an operator may send it again), expired. `cause`: the
    request that it came from.
    """

    __tablename__ = "job"
    __table_args__ = (Index("ix_job_due", "state", "run_at"),)

    id: int | None = Field(default=None, primary_key=True)
    kind: str
    payload: dict[str, Any] = Field(sa_column=Column(JsonText, nullable=False))
    state: str = "waiting"
    message_id: str = ""
    run_at: datetime = Field(sa_type=UtcMoment)
    expires_at: datetime | None = Field(default=None, sa_type=UtcMoment)
    lease_until: datetime | None = Field(default=None, sa_type=UtcMoment)
    attempts: int = 0
    last_error: str = ""
    cause: str = ""
    created_at: datetime = Field(sa_type=UtcMoment)
    done_at: datetime | None = Field(default=None, sa_type=UtcMoment)
