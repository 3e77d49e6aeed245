"""Visitors, conversations, messages and private notes."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Column, Index, Text, UniqueConstraint
from sqlmodel import Field, SQLModel

from helpdesk.store.columns import JsonText, UtcMoment, new_public_id


class Visitor(SQLModel, table=True):
    """Somebody behind the widget. The token is random, given once, and stored as its SHA-256."""

    __tablename__ = "visitor"

    id: int | None = Field(default=None, primary_key=True)
    token_hash: str = Field(unique=True)
    account_id: int | None = Field(default=None, foreign_key="account.id", index=True)
    revoked_at: datetime | None = Field(default=None, sa_type=UtcMoment)
    created_at: datetime = Field(sa_type=UtcMoment)


NAMELESS = "Visitor"
"""The name of who has told none."""


class Conversation(SQLModel, table=True):
    """One thread. `last_seq` counts its messages; `handled_by`: bot, queue, agent, ticket or closed.

    `identity`: anonymous, claimed (an address was typed), jwt (the site vouches), signed_in (our own session).
    `claimed_email` was typed by the visitor and proves nothing.
    """

    __tablename__ = "conversation"
    __table_args__ = (
        Index("ix_conversation_hands", "handled_by"),  # without a moment: a message must not move it
        Index("ix_conversation_mine", "assignee_id", "handled_by"),
    )

    id: int | None = Field(default=None, primary_key=True)
    public_id: str = Field(default_factory=new_public_id, unique=True)
    visitor_id: int | None = Field(default=None, foreign_key="visitor.id", index=True)
    last_seq: int = 0
    last_note: int = 0
    handled_by: str = "bot"
    assignee_id: int | None = Field(default=None, foreign_key="staff.id")
    assignee_name: str = ""
    subject: str = ""
    name: str = NAMELESS
    identity: str = "anonymous"
    claimed_email: str = ""
    account_id: int | None = Field(default=None, foreign_key="account.id", index=True)
    verified_email: str = ""
    locale: str = "en"
    bot: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JsonText, nullable=False))
    seen_by_visitor: int = 0
    seen_by_agent: int = 0
    last_text: str = ""
    last_author: str = ""
    waiting_since: datetime | None = Field(default=None, sa_type=UtcMoment)
    ticket_offered_at: datetime | None = Field(default=None, sa_type=UtcMoment)
    last_visitor_at: datetime | None = Field(default=None, sa_type=UtcMoment)
    first_reply_at: datetime | None = Field(default=None, sa_type=UtcMoment)
    snoozed_until: datetime | None = Field(default=None, sa_type=UtcMoment)
    marked_unread_at: datetime | None = Field(default=None, sa_type=UtcMoment)
    created_at: datetime = Field(sa_type=UtcMoment)
    touched_at: datetime = Field(sa_type=UtcMoment, index=True)
    closed_at: datetime | None = Field(default=None, sa_type=UtcMoment)
    score: int | None = None
    score_text: str = ""


class Message(SQLModel, table=True):
    """One message. `sender` is who may retry it: as `senders` names people, else `bot` or `system`."""

    __tablename__ = "message"
    __table_args__ = (
        UniqueConstraint("client_id", "conversation_id", "sender", name="uq_message_client_id"),
    )

    conversation_id: int = Field(foreign_key="conversation.id", primary_key=True)
    seq: int = Field(primary_key=True, sa_type=BigInteger)
    sender: str
    client_id: str | None = None
    author: str
    name: str = ""
    text: str = Field(sa_column=Column(Text, nullable=False))
    at: datetime = Field(sa_type=UtcMoment)
    article: dict[str, Any] | None = Field(default=None, sa_column=Column(JsonText))
    choices: list[dict[str, str]] | None = Field(default=None, sa_column=Column(JsonText))
    asks_feedback: bool = False
    files: list[dict[str, Any]] | None = Field(default=None, sa_column=Column(JsonText))
    helpful: bool | None = None
    helpful_reason: str = ""
    provenance: dict[str, Any] | None = Field(default=None, sa_column=Column(JsonText))


class Note(SQLModel, table=True):
    """A private note of the staff. Its own table and its own numbers: no path that serves visitors reads it."""

    __tablename__ = "note"
    __table_args__ = (UniqueConstraint("conversation_id", "staff_id", "client_id", name="uq_note_client_id"),)

    conversation_id: int = Field(foreign_key="conversation.id", primary_key=True)
    note: int = Field(primary_key=True)
    after_seq: int
    client_id: str
    staff_id: int = Field(foreign_key="staff.id")
    name: str
    text: str = Field(sa_column=Column(Text, nullable=False))
    at: datetime = Field(sa_type=UtcMoment)
