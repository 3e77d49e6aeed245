"""The trail's table. Triggers in the database refuse to change or delete its rows."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Column
from sqlmodel import Field, SQLModel

from helpdesk.store.columns import JsonText, UtcMoment


class AuditEntry(SQLModel, table=True):
    """One deed. `seq` is 1, 2, 3 … without gaps; `hash` covers the row and the hash before it; `mac` needs our key.

    People stand here by id or by keyed hash, never by address: erasing a person does not break the chain.
    """

    __tablename__ = "audit_entry"

    seq: int = Field(primary_key=True, sa_type=BigInteger)
    at: datetime = Field(sa_type=UtcMoment, index=True)
    actor: str = Field(index=True)
    actor_name: str = ""
    actor_session: str = ""
    action: str = Field(index=True)
    account_id: int | None = Field(default=None, index=True)
    subject: str = ""
    conversation: str = Field(default="", index=True)
    reason: str = ""
    identity_level: str = ""
    step_up: str = ""
    approver_id: int | None = None
    ip: str = ""
    result: str = "ok"
    more: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JsonText, nullable=False))
    prev_hash: str
    hash: str
    mac: str


class AuditHead(SQLModel, table=True):
    """The newest entry once more, in one row of its own: a cut end is missed by it. `mac` needs our key."""

    __tablename__ = "audit_head"

    id: int = Field(default=1, primary_key=True)
    seq: int = Field(sa_type=BigInteger)
    hash: str
    mac: str
