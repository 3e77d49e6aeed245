"""Tickets and what the staff keeps beside conversations.

Tags, history, drafts, macros, views, office hours.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import Column, Index, Text, UniqueConstraint
from sqlmodel import Field, SQLModel

from helpdesk.store.columns import JsonText, UtcMoment, new_public_id

FIRST_NUMBER = 1000


def reference_of(ticket_id: int) -> str:
    """42 → `T-1042`."""
    return f"T-{FIRST_NUMBER + ticket_id}"


class Ticket(SQLModel, table=True):
    """One per conversation. The private link's token is derived; only its SHA-256 is kept, for looking up.

    `said_status` counts while the conversation is at message `said_seq`; else the state follows from who
    spoke last. `due_at`, `due_for` and `breached` are kept by `work.refresh`.
    """

    __tablename__ = "ticket"
    __table_args__ = (Index("ix_ticket_due", "due_at"), {"sqlite_autoincrement": True})

    id: int | None = Field(default=None, primary_key=True)
    conversation_id: int = Field(foreign_key="conversation.id", unique=True)
    link_hash: str = Field(unique=True)
    client_id: str | None = Field(default=None, index=True)
    email: str = Field(index=True)
    is_verified: bool = False
    source: str = "form"
    priority: str = "normal"
    said_status: str = ""
    said_seq: int = 0
    due_at: datetime | None = Field(default=None, sa_type=UtcMoment)
    due_for: str = ""
    breached: str = ""
    refreshed_at: datetime | None = Field(default=None, sa_type=UtcMoment)
    merged_into: int | None = Field(default=None, foreign_key="ticket.id")
    created_at: datetime = Field(sa_type=UtcMoment)

    @property
    def reference(self) -> str:
        """`T-1042`."""
        return reference_of(self.id or 0)


class Tag(SQLModel, table=True):
    """A word on a conversation."""

    __tablename__ = "conversation_tag"

    conversation_id: int = Field(foreign_key="conversation.id", primary_key=True)
    tag: str = Field(primary_key=True, index=True)


class Event(SQLModel, table=True):
    """What the staff did with a conversation; never shown to customers."""

    __tablename__ = "conversation_event"
    __table_args__ = (Index("ix_event_conversation", "conversation_id", "id"),)

    id: int | None = Field(default=None, primary_key=True)
    conversation_id: int = Field(foreign_key="conversation.id")
    at: datetime = Field(sa_type=UtcMoment)
    who: str
    what: str


class ReplyDraft(SQLModel, table=True):
    """A half-written reply or note: one per person, conversation and kind. `files`: ids of what is attached."""

    __tablename__ = "reply_draft"

    staff_id: int = Field(foreign_key="staff.id", primary_key=True)
    conversation_id: int = Field(foreign_key="conversation.id", primary_key=True)
    kind: str = Field(primary_key=True)
    text: str = Field(sa_column=Column(Text, nullable=False))
    files: list[str] = Field(
        default_factory=list, sa_column=Column(JsonText, nullable=False, server_default="[]")
    )
    at: datetime = Field(sa_type=UtcMoment)


class HeldReply(SQLModel, table=True):
    """A reply in its seconds of second thoughts: safe here, on its way from `due_at` on. See `held.py`."""

    __tablename__ = "held_reply"
    __table_args__ = (UniqueConstraint("staff_id", "conversation_id", "client_id", name="uq_held_reply"),)

    id: int | None = Field(default=None, primary_key=True)
    staff_id: int = Field(foreign_key="staff.id")
    conversation_id: int = Field(foreign_key="conversation.id", index=True)
    client_id: str
    text: str = Field(sa_column=Column(Text, nullable=False))
    after: int | None = None
    files: list[str] = Field(sa_column=Column(JsonText, nullable=False))
    resolve: bool = False
    due_at: datetime = Field(sa_type=UtcMoment, index=True)


class StaffPreference(SQLModel, table=True):
    """How one of the staff likes the console: undo, keys, sounds. See `preferences.py`."""

    __tablename__ = "staff_preference"

    staff_id: int = Field(foreign_key="staff.id", primary_key=True)
    value: dict[str, Any] = Field(sa_column=Column(JsonText, nullable=False))


class Macro(SQLModel, table=True):
    """A reply that is written often; `{{customer.first_name}}` and its like are filled in."""

    __tablename__ = "macro"

    id: int | None = Field(default=None, primary_key=True)
    public_id: str = Field(default_factory=new_public_id, unique=True)
    name: str = Field(unique=True)
    text: str = Field(sa_column=Column(Text, nullable=False))
    at: datetime = Field(sa_type=UtcMoment)


class SavedView(SQLModel, table=True):
    """A named search of the inbox; `staff_id` None is for everybody."""

    __tablename__ = "saved_view"

    id: int | None = Field(default=None, primary_key=True)
    public_id: str = Field(default_factory=new_public_id, unique=True)
    staff_id: int | None = Field(default=None, foreign_key="staff.id", index=True)
    name: str
    query: dict[str, Any] = Field(sa_column=Column(JsonText, nullable=False))


class MailedAddress(SQLModel, table=True):
    """When an unverified address last got a confirmation; by HMAC, so the table names nobody."""

    __tablename__ = "mailed_address"

    key: str = Field(primary_key=True)
    at: datetime = Field(sa_type=UtcMoment)


class Undo(SQLModel, table=True):
    """What a bulk action changed, for the seconds in which it can be taken back. See `bulk.py`."""

    __tablename__ = "bulk_undo"

    public_id: str = Field(default_factory=new_public_id, primary_key=True)
    staff_id: int = Field(foreign_key="staff.id")
    before: list[dict[str, Any]] = Field(sa_column=Column(JsonText, nullable=False))
    at: datetime = Field(sa_type=UtcMoment)


class DeskFact(SQLModel, table=True):
    """What a lead sets for everybody: office hours, retention."""

    __tablename__ = "desk_fact"

    name: str = Field(primary_key=True)
    value: Any = Field(sa_column=Column(JsonText, nullable=False))


class MailIn(SQLModel, table=True):
    """A mail that came in, by its Message-ID, so that a second delivery changes nothing."""

    __tablename__ = "mail_in"
    __table_args__ = (UniqueConstraint("message_id", name="uq_mail_in"),)

    id: int | None = Field(default=None, primary_key=True)
    message_id: str
    outcome: str
    at: datetime = Field(sa_type=UtcMoment)
