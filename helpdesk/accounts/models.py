"""Every table of the accounts: customers here, recovery and staff in the files beside it."""

from datetime import datetime

from sqlmodel import Field, SQLModel

from helpdesk.accounts import recovery_models as _recovery
from helpdesk.accounts import staff_models as _staff
from helpdesk.store.columns import UtcMoment, new_public_id

ROOMS = (_recovery, _staff)


class Account(SQLModel, table=True):
    """A customer. Mail goes to `email`, the verified spelling; `email_key` is its canonical form, for look-ups.

    `auth_epoch` grows with every change that ends sessions. `frozen_until`: no invitations by agents.
    `held_until`: no sensitive change after a reset by invitation. `contained_until`: the password does not count.
    `risk` is a word for an account whose reset needs two people ("" for none). `elsewhere` is the name that its directory
    has for it; then no password is kept here.
    """

    __tablename__ = "account"

    id: int | None = Field(default=None, primary_key=True)
    public_id: str = Field(default_factory=new_public_id, unique=True)
    email: str
    email_key: str = Field(unique=True)
    name: str = ""
    password_hash: str
    password_changed_at: datetime = Field(sa_type=UtcMoment)
    verified_at: datetime | None = Field(default=None, sa_type=UtcMoment)
    disabled_at: datetime | None = Field(default=None, sa_type=UtcMoment)
    auth_epoch: int = 1
    risk: str = ""
    elsewhere: str = ""
    former_email: str = ""
    email_changed_at: datetime | None = Field(default=None, sa_type=UtcMoment)
    frozen_until: datetime | None = Field(default=None, sa_type=UtcMoment)
    held_until: datetime | None = Field(default=None, sa_type=UtcMoment)
    contained_until: datetime | None = Field(default=None, sa_type=UtcMoment)
    created_at: datetime = Field(sa_type=UtcMoment)


class CustomerSession(SQLModel, table=True):
    """A signed-in browser. The token is random, stands in its cookie only, and is stored as its SHA-256."""

    __tablename__ = "customer_session"

    id: int | None = Field(default=None, primary_key=True)
    account_id: int = Field(foreign_key="account.id", index=True)
    token_hash: str = Field(unique=True)
    epoch: int
    device: str = ""
    ip: str = ""
    created_at: datetime = Field(sa_type=UtcMoment)
    seen_at: datetime = Field(sa_type=UtcMoment)
    ends_at: datetime = Field(sa_type=UtcMoment)


class KnownDevice(SQLModel, table=True):
    """A browser that has signed in to this address before; it keeps a reserve when strangers use up the limits.

    Found by `address_key`, not by account: asking for it says nothing about who has an account.
    """

    __tablename__ = "known_device"

    id: int | None = Field(default=None, primary_key=True)
    token_hash: str = Field(index=True)
    address_key: str = Field(index=True)
    used_at: datetime = Field(sa_type=UtcMoment)


class Attempt(SQLModel, table=True):
    """How often something was tried under one key since `since`; the key is an HMAC, so it names nobody."""

    __tablename__ = "attempt"

    key: str = Field(primary_key=True)
    count: int
    since: datetime = Field(sa_type=UtcMoment)
    last_at: datetime = Field(sa_type=UtcMoment, index=True)


class NotMeLink(SQLModel, table=True):
    """The "this was not me" link of one notice; its token is derived when the mail is sent."""

    __tablename__ = "not_me_link"

    id: int | None = Field(default=None, primary_key=True)
    account_id: int = Field(foreign_key="account.id", index=True)
    nonce: str
    token_hash: str = Field(unique=True)
    ends_at: datetime = Field(sa_type=UtcMoment)
    used_at: datetime | None = Field(default=None, sa_type=UtcMoment)


class IdentityTokenUse(SQLModel, table=True):
    """An identity token of a site that was shown, and by which visitor: another one cannot show it again."""

    __tablename__ = "identity_token_use"

    token_id: str = Field(primary_key=True)
    holder: str
    ends_at: datetime = Field(sa_type=UtcMoment, index=True)
