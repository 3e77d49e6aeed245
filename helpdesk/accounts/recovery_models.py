"""The tables of recovery: flows, what was sent, and the invitations of agents."""

from datetime import datetime

from sqlalchemy import Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from helpdesk.store.columns import UtcMoment, new_public_id


class RecoveryFlow(SQLModel, table=True):
    """One browser on its way to a new password.

    `state`: code_sent, verified (the cookie is now the grant), done, cancelled. Expired and locked are what the
    numbers say. `busy_until`: a directory is asked to set the password right now. `address` was typed; it is only a key for the worker to look up by, and is wiped at the end.
    `account_id` is filled in by the worker. There is no code here: it is derived from `nonce` and `sends`.
    """

    __tablename__ = "recovery_flow"

    id: int | None = Field(default=None, primary_key=True)
    token_hash: str = Field(unique=True)
    state: str = "code_sent"
    reference: str
    address: str
    address_key: str = Field(index=True)
    account_id: int | None = Field(default=None, foreign_key="account.id", index=True)
    invitation_id: int | None = Field(default=None, foreign_key="reset_invitation.id")
    nonce: str
    sends: int = 0
    sent_at: datetime = Field(sa_type=UtcMoment)
    tries: int = 0
    code_ends_at: datetime = Field(sa_type=UtcMoment)
    code_used_at: datetime | None = Field(default=None, sa_type=UtcMoment)
    grant_ends_at: datetime | None = Field(default=None, sa_type=UtcMoment)
    busy_until: datetime | None = Field(default=None, sa_type=UtcMoment)
    known_device: bool = False
    ip: str = ""
    device: str = ""
    created_at: datetime = Field(sa_type=UtcMoment)
    ends_at: datetime = Field(sa_type=UtcMoment, index=True)


class RecoverySend(SQLModel, table=True):
    """One asked-for code mail, whether or not anybody has that address: what the budgets are counted from."""

    __tablename__ = "recovery_send"
    __table_args__ = (
        Index("ix_recovery_send_address", "address_key", "at"),
        Index("ix_recovery_send_network", "network", "at"),
        Index("ix_recovery_send_wide", "wide_network", "at"),
    )

    id: int | None = Field(default=None, primary_key=True)
    flow_id: int = Field(foreign_key="recovery_flow.id", index=True)
    address_key: str
    network: str
    wide_network: str
    reserve: bool = False
    allowed: bool = True
    at: datetime = Field(sa_type=UtcMoment, index=True)


class ResetInvitation(SQLModel, table=True):
    """What an agent started for a customer.

    `state`: asked (the worker has not looked yet), waiting (for a second person), invited, opened, completed,
    cancelled, refused, void (there is nobody to invite), mailed (the directory sent a mail of its own), failed (the
    directory never answered). `failure` says what went wrong with the directory last. `address` is a key to look up by and is wiped when looked
    up. The link is derived from `nonce` when the mail is sent; only its SHA-256 is kept.
    """

    __tablename__ = "reset_invitation"
    __table_args__ = (
        UniqueConstraint("agent_id", "request_key", name="uq_reset_invitation_request"),
        Index("ix_reset_invitation_agent", "agent_id", "asked_at"),
        Index("ix_reset_invitation_target", "address_key", "asked_at"),
    )

    id: int | None = Field(default=None, primary_key=True)
    public_id: str = Field(default_factory=new_public_id, unique=True)
    request_key: str
    state: str = "asked"
    agent_id: int = Field(foreign_key="staff.id")
    agent_name: str
    agent_device: str = ""
    agent_session_id: int | None = None
    conversation_id: int | None = None
    conversation: str
    reference: str
    identity_level: str
    reason: str
    address: str
    address_key: str
    account_id: int | None = Field(default=None, foreign_key="account.id", index=True)
    is_linked: bool = False
    nonce: str
    token_hash: str | None = Field(default=None, unique=True)
    risk: str = ""
    failure: str = ""
    approver_id: int | None = Field(default=None, foreign_key="staff.id")
    asked_at: datetime = Field(sa_type=UtcMoment, index=True)
    decide_by: datetime | None = Field(default=None, sa_type=UtcMoment)
    invited_at: datetime | None = Field(default=None, sa_type=UtcMoment)
    ends_at: datetime | None = Field(default=None, sa_type=UtcMoment)
    settled_at: datetime | None = Field(default=None, sa_type=UtcMoment)
