"""The tables of the staff: people, sessions, second factors, API tokens."""

from datetime import datetime

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, SQLModel

from helpdesk.store.columns import UtcMoment, new_public_id


class Staff(SQLModel, table=True):
    """A member of staff: agent, lead, editor or admin. `totp_sealed` is encrypted under a key outside the database."""

    __tablename__ = "staff"

    id: int | None = Field(default=None, primary_key=True)
    public_id: str = Field(default_factory=new_public_id, unique=True)
    email: str
    email_key: str = Field(unique=True)
    name: str
    role: str = "agent"
    password_hash: str
    totp_sealed: str = ""
    disabled_at: datetime | None = Field(default=None, sa_type=UtcMoment)
    created_at: datetime = Field(sa_type=UtcMoment)


class StaffSession(SQLModel, table=True):
    """A signed-in console. `is_pending` while only the password was right; the token changes with the second factor."""

    __tablename__ = "staff_session"

    id: int | None = Field(default=None, primary_key=True)
    staff_id: int = Field(foreign_key="staff.id", index=True)
    token_hash: str = Field(unique=True)
    is_pending: bool = False
    device_hash: str = ""
    method: str = ""
    challenge: str = ""
    ip: str = ""
    device: str = ""
    created_at: datetime = Field(sa_type=UtcMoment)
    seen_at: datetime = Field(sa_type=UtcMoment)
    ends_at: datetime = Field(sa_type=UtcMoment)


class StaffCodeUse(SQLModel, table=True):
    """A time step of a second factor that was used for a purpose; the same step does not serve it twice."""

    __tablename__ = "staff_code_use"

    staff_id: int = Field(foreign_key="staff.id", primary_key=True)
    purpose: str = Field(primary_key=True)
    step: int = Field(primary_key=True)
    at: datetime = Field(sa_type=UtcMoment, index=True)


class StaffRecoveryCode(SQLModel, table=True):
    """A recovery code of the second factor, as an HMAC; it signs in once."""

    __tablename__ = "staff_recovery_code"

    id: int | None = Field(default=None, primary_key=True)
    staff_id: int = Field(foreign_key="staff.id", index=True)
    mac: str
    used_at: datetime | None = Field(default=None, sa_type=UtcMoment)


class StaffPasskey(SQLModel, table=True):
    """A passkey of a member of staff: public material only."""

    __tablename__ = "staff_passkey"
    __table_args__ = (UniqueConstraint("credential_id", name="uq_staff_passkey"),)

    id: int | None = Field(default=None, primary_key=True)
    staff_id: int = Field(foreign_key="staff.id", index=True)
    name: str
    credential_id: str
    public_key: str
    sign_count: int
    created_at: datetime = Field(sa_type=UtcMoment)
    used_at: datetime | None = Field(default=None, sa_type=UtcMoment)


class StaffStepUp(SQLModel, table=True):
    """A fresh proof of a member of staff for one purpose, by passkey; good for five minutes, once."""

    __tablename__ = "staff_step_up"

    id: int | None = Field(default=None, primary_key=True)
    staff_id: int = Field(foreign_key="staff.id", index=True)
    session_id: int
    purpose: str
    method: str
    at: datetime = Field(sa_type=UtcMoment)
    used_at: datetime | None = Field(default=None, sa_type=UtcMoment)


class ApiToken(SQLModel, table=True):
    """A program that acts for a member of staff. The token is shown once and stored as its SHA-256.

    `scopes`: what it is good for, separated by spaces; "" for everything that the person may.
    """

    __tablename__ = "api_token"

    id: int | None = Field(default=None, primary_key=True)
    staff_id: int = Field(foreign_key="staff.id", index=True)
    token_hash: str = Field(unique=True)
    name: str = ""
    scopes: str = ""
    created_at: datetime = Field(sa_type=UtcMoment)
    used_at: datetime | None = Field(default=None, sa_type=UtcMoment)
    ends_at: datetime = Field(sa_type=UtcMoment)
    revoked_at: datetime | None = Field(default=None, sa_type=UtcMoment)
