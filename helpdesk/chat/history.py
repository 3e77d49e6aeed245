"""Read a conversation: what lies after a number, the newest page, what lies before."""

from typing import Any

from sqlalchemy import select

from helpdesk.chat.frames import message_frame
from helpdesk.chat.post import conversations, messages
from helpdesk.store.session import Tx

PAGE = 50


def after(tx: Tx, conversation_id: int, seq: int, limit: int = 100) -> list[dict[str, Any]]:
    """At most `limit` message frames with a greater seq, in order."""
    line = (
        select(messages)
        .where(messages.c.conversation_id == conversation_id, messages.c.seq > seq)
        .order_by(messages.c.seq)
        .limit(limit)
    )
    return [message_frame(row) for row in tx.connection.execute(line).mappings()]


def before(tx: Tx, conversation_id: int, seq: int, limit: int = PAGE) -> list[dict[str, Any]]:
    """At most `limit` message frames with a smaller seq, the nearest ones, in order."""
    line = (
        select(messages)
        .where(messages.c.conversation_id == conversation_id, messages.c.seq < seq)
        .order_by(messages.c.seq.desc())
        .limit(limit)
    )
    return [message_frame(row) for row in tx.connection.execute(line).mappings()][::-1]


def last_seqs_since(tx: Tx, moment: Any) -> list[tuple[int, int]]:
    """(conversation, last_seq) of all touched since `moment`: for those who may have missed a bell."""
    line = select(conversations.c.id, conversations.c.last_seq).where(conversations.c.touched_at >= moment)
    return [(row[0], row[1]) for row in tx.connection.execute(line)]
