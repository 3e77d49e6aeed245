"""Read a conversation: what lies after a number, the newest page, what lies before."""

from typing import Any

from sqlalchemy import Select, bindparam, select

from helpdesk.chat.frames import message_frame
from helpdesk.chat.post import conversations, messages
from helpdesk.store.session import Tx

PAGE = 50
# Made once: to build such a statement costs more than to run it.
_AFTER = (
    select(messages)
    .where(messages.c.conversation_id == bindparam("conversation"), messages.c.seq > bindparam("seq"))
    .order_by(messages.c.seq)
    .limit(bindparam("limit"))
)
_BEFORE = (
    select(messages)
    .where(messages.c.conversation_id == bindparam("conversation"), messages.c.seq < bindparam("seq"))
    .order_by(messages.c.seq.desc())
    .limit(bindparam("limit"))
)


def after(tx: Tx, conversation_id: int, seq: int, limit: int = 100) -> list[dict[str, Any]]:
    """At most `limit` message frames with a greater seq, in order."""
    return _frames(tx, _AFTER, conversation_id, seq, limit)


def before(tx: Tx, conversation_id: int, seq: int, limit: int = PAGE) -> list[dict[str, Any]]:
    """At most `limit` message frames with a smaller seq, the nearest ones, in order."""
    return _frames(tx, _BEFORE, conversation_id, seq, limit)[::-1]


def _frames(tx: Tx, line: Select[Any], conversation_id: int, seq: int, limit: int) -> list[dict[str, Any]]:
    found = tx.connection.execute(line, {"conversation": conversation_id, "seq": seq, "limit": limit})
    return [message_frame(row) for row in found.mappings()]


def last_seqs_since(tx: Tx, moment: Any) -> list[tuple[int, int]]:
    """(conversation, last_seq) of all touched since `moment`: for those who may have missed a bell."""
    line = select(conversations.c.id, conversations.c.last_seq).where(conversations.c.touched_at >= moment)
    return [(row[0], row[1]) for row in tx.connection.execute(line)]
