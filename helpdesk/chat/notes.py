"""Private notes of the staff.

Their own table, numbers and bell, so that none can slip into what a customer reads.
"""

import re
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select, update
from sqlmodel import Field, SQLModel

from helpdesk.actor import Agent
from helpdesk.chat.access import conversation_for
from helpdesk.chat.hands import ring_inbox
from helpdesk.chat.models import Note
from helpdesk.chat.post import conversations
from helpdesk.chat.secrets import scrub
from helpdesk.clock import wire_time
from helpdesk.errors import Conflict, Invalid
from helpdesk.store.columns import LARGEST, UtcMoment
from helpdesk.store.session import Tx
from helpdesk.web.forms import is_blank

notes = Note.__table__  # type: ignore[attr-defined]
PAGE = 100
_MENTION = re.compile(r"(?<![\w@])@([\w.\-]{1,60})")


class Mention(SQLModel, table=True):
    """A colleague named in a note with `@`; it is over when that colleague has read it."""

    __tablename__ = "mention"

    conversation_id: int = Field(foreign_key="conversation.id", primary_key=True)
    staff_id: int = Field(foreign_key="staff.id", primary_key=True, index=True)
    note: int
    at: datetime = Field(sa_type=UtcMoment)
    read_at: datetime | None = Field(default=None, sa_type=UtcMoment)


mentions = Mention.__table__  # type: ignore[attr-defined]


def topic(conversation_id: int) -> str:
    """The bell of a conversation's notes; a visitor's socket has no way to listen to it."""
    return f"notes:{conversation_id}"


def add(tx: Tx, agent: Agent, public_id: str, client_id: str, text: str) -> tuple[dict[str, Any], bool]:
    """(the note's frame, whether it is new). Conflict when the client id was used for another text."""
    conversation = conversation_for(tx, agent, public_id)
    number, text = conversation.id or 0, scrub(text).text
    if known := _find(tx, number, agent.id, client_id):
        if known["text"] != text:
            raise Conflict("This note id was used for another text.")
        return note_frame(known, public_id), False
    if is_blank(text):
        raise Invalid(text="Write something first.")
    place = tx.connection.execute(
        update(conversations)
        .where(conversations.c.id == number)
        .values(last_note=conversations.c.last_note + 1)
        .returning(conversations.c.last_note, conversations.c.last_seq)
    ).one()
    row = {
        "conversation_id": number, "note": place[0], "after_seq": place[1], "client_id": client_id,
        "staff_id": agent.id, "name": agent.name, "text": text, "at": tx.now,
    }  # fmt: skip
    tx.connection.execute(insert(notes).values(row))
    for staff_id in _mentioned(tx, text, agent.id):
        _mention(tx, number, staff_id, place[0])
    frame = note_frame(row, public_id)
    tx.ring(topic(number), frame)
    ring_inbox(tx, number)
    return frame, True


def after(tx: Tx, agent: Agent, public_id: str, note: int, limit: int = PAGE) -> list[dict[str, Any]]:
    """At most `limit` notes with a greater number, in order.

    NotFound unless the agent may see the conversation.
    """
    conversation = conversation_for(tx, agent, public_id)
    line = (
        select(notes)
        .where(notes.c.conversation_id == conversation.id, notes.c.note > min(note, LARGEST))
        .order_by(notes.c.note)
        .limit(limit)
    )
    return [note_frame(row, public_id) for row in tx.connection.execute(line).mappings()]


def read_mentions(tx: Tx, agent: Agent, conversation_id: int) -> None:
    """This agent has opened the conversation: being named in it is no news any more."""
    done = (
        update(mentions)
        .where(mentions.c.conversation_id == conversation_id, mentions.c.staff_id == agent.id)
        .where(mentions.c.read_at.is_(None))
        .values(read_at=tx.now)
    )
    if tx.connection.execute(done).rowcount:
        ring_inbox(tx, conversation_id)


def is_mentioned(tx: Tx, agent: Agent, conversation_id: int) -> bool:
    """Whether this agent is named there and has not looked yet."""
    line = select(mentions.c.note).where(
        mentions.c.conversation_id == conversation_id,
        mentions.c.staff_id == agent.id,
        mentions.c.read_at.is_(None),
    )
    return tx.connection.execute(line).first() is not None


def note_frame(row: Any, public_id: str) -> dict[str, Any]:
    """A note as the staff's socket and the API say it."""
    return {
        "type": "note",
        "conversation": public_id,
        "note": row["note"],
        "after_seq": row["after_seq"],
        "client_id": row["client_id"],
        "name": row["name"],
        "text": row["text"],
        "at": wire_time(row["at"]),
    }


def _find(tx: Tx, conversation_id: int, staff_id: int, client_id: str) -> Any:
    line = select(notes).where(
        notes.c.conversation_id == conversation_id,
        notes.c.staff_id == staff_id,
        notes.c.client_id == client_id,
    )
    return tx.connection.execute(line).mappings().first()


def _mentioned(tx: Tx, text: str, author_id: int) -> list[int]:
    """Staff whose name or the first part of whose address stands behind an `@` in the text."""
    names = {found.lower().rstrip(".-") for found in _MENTION.findall(text)}
    if not names:
        return []
    staff = SQLModel.metadata.tables["staff"]
    line = select(staff.c.id, staff.c.name, staff.c.email).where(staff.c.id != author_id)
    found = []
    for staff_id, name, email in tx.connection.execute(line):
        known = {name.lower(), name.lower().split(" ")[0], email.lower().split("@")[0]}
        if known & names:
            found.append(staff_id)
    return found


def _mention(tx: Tx, conversation_id: int, staff_id: int, note: int) -> None:
    again = (
        update(mentions)
        .where(mentions.c.conversation_id == conversation_id, mentions.c.staff_id == staff_id)
        .values(note=note, at=tx.now, read_at=None)
    )
    if not tx.connection.execute(again).rowcount:
        row = {
            "conversation_id": conversation_id,
            "staff_id": staff_id,
            "note": note,
            "at": tx.now,
            "read_at": None,
        }
        tx.connection.execute(insert(mentions).values(row))
