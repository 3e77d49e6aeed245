"""Append one message, once: the number is taken under the conversation's row, a repeated client id stores nothing."""

from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import insert, select, update

from helpdesk.chat.frames import message_frame
from helpdesk.chat.models import Conversation, Message
from helpdesk.errors import Conflict, NotFound
from helpdesk.store.session import Tx

PREVIEW_CHARS = 160
conversations = Conversation.__table__  # type: ignore[attr-defined]
messages = Message.__table__  # type: ignore[attr-defined]


@dataclass(frozen=True)
class Draft:
    """What somebody wants to say. `sender` as in the table; `client_id` is None for the program's own words."""

    sender: str
    author: str
    name: str
    text: str
    client_id: str | None = None
    article: dict[str, Any] | None = None
    choices: list[dict[str, str]] = field(default_factory=list)
    asks_feedback: bool = False
    files: list[dict[str, Any]] = field(default_factory=list)
    provenance: dict[str, Any] | None = None


@dataclass(frozen=True)
class Posted:
    """The frame as everybody sees it; `fresh` is False when this client id was there already."""

    frame: dict[str, Any]
    fresh: bool

    @property
    def seq(self) -> int:
        """Its place in the conversation."""
        return int(self.frame["seq"])


def topic(conversation_id: int) -> str:
    """The bell of one conversation."""
    return f"conversation:{conversation_id}"


def post(tx: Tx, conversation_id: int, draft: Draft) -> Posted:
    """Append `draft`. Raises Conflict when its client id was used for another text, NotFound without a conversation.

    The number is taken by an UPDATE of the conversation's row: its lock is held until the commit, so commits happen
    in the order of seq, and a reader past n can never meet an n that commits later.
    """
    if draft.client_id is not None and (known := find(tx, conversation_id, draft.sender, draft.client_id)):
        if known["text"] != draft.text:
            raise Conflict("This message id was used for another text.")
        return Posted(known, fresh=False)
    from_visitor = draft.author == "visitor"
    changes: dict[str, Any] = {
        "last_seq": conversations.c.last_seq + 1,
        "last_text": draft.text[:PREVIEW_CHARS],
        "last_author": draft.author,
        "touched_at": tx.now,
    }
    if from_visitor:
        changes["last_visitor_at"] = tx.now
    seq = tx.connection.execute(
        update(conversations)
        .where(conversations.c.id == conversation_id)
        .values(changes)
        .returning(conversations.c.last_seq)
    ).scalar()
    if seq is None:
        raise NotFound()
    row = {
        "conversation_id": conversation_id,
        "seq": seq,
        "sender": draft.sender,
        "client_id": draft.client_id,
        "author": draft.author,
        "name": draft.name,
        "text": draft.text,
        "at": tx.now,
        "article": draft.article,
        "choices": draft.choices or None,
        "asks_feedback": draft.asks_feedback,
        "files": draft.files or None,
        "helpful": None,
        "helpful_reason": "",
        "provenance": draft.provenance,
    }
    tx.connection.execute(insert(messages).values(row))
    frame = message_frame(row)
    tx.ring(topic(conversation_id), frame)
    return Posted(frame, fresh=True)


def find(tx: Tx, conversation_id: int, sender: str, client_id: str) -> dict[str, Any] | None:
    """The message that this sender gave this client id, as a frame."""
    line = select(messages).where(
        messages.c.conversation_id == conversation_id,
        messages.c.sender == sender,
        messages.c.client_id == client_id,
    )
    row = tx.connection.execute(line).mappings().first()
    return None if row is None else message_frame(row)


def say_system(tx: Tx, conversation_id: int, text: str, client_id: str | None = None, sender: str = "system") -> Posted:
    """A line of the program itself, such as a change of hands."""
    return post(tx, conversation_id, Draft(sender, "system", "", text, client_id))
