"""Read a conversation: what lies after a number, the newest page, what lies before."""

from typing import Any

from sqlalchemy import Text, bindparam, select, type_coerce

from helpdesk.chat.frames import SAID, error_frame, message_frame
from helpdesk.chat.post import conversations, messages
from helpdesk.clock import wire_time
from helpdesk.store.quick import Quick
from helpdesk.store.session import Tx

PAGE = 50
FEWER = "This conversation has fewer messages than you have. Start from 0."
_COLUMNS = [
    type_coerce(messages.c.at, Text).label("at") if name == "at" else messages.c[name] for name in SAID
]
_HERE = select(*_COLUMNS).where(messages.c.conversation_id == bindparam("conversation"))
_AFTER = Quick(
    lambda dialect: (
        _HERE.where(messages.c.seq > bindparam("seq")).order_by(messages.c.seq).limit(bindparam("limit"))
    )
)
_BEFORE = Quick(
    lambda dialect: (
        _HERE.where(messages.c.seq < bindparam("seq"))
        .order_by(messages.c.seq.desc())
        .limit(bindparam("limit"))
    )
)


def begin(seen: int | None, last_seq: int) -> tuple[int, dict[str, Any] | None]:
    """After which seq a replay begins, and the `reset` for who has more than there is, as after a restore.

    `seen` is the last that the reader has; None asks for the newest page.
    """
    if seen is None:
        return max(0, last_seq - PAGE), None
    return (seen, None) if seen <= last_seq else (0, error_frame("reset", FEWER))


def after(tx: Tx, conversation_id: int, seq: int, limit: int = 100) -> list[dict[str, Any]]:
    """At most `limit` message frames with a greater seq, in order."""
    return _frames(tx, _AFTER, conversation_id, seq, limit)


def before(tx: Tx, conversation_id: int, seq: int, limit: int = PAGE) -> list[dict[str, Any]]:
    """At most `limit` message frames with a smaller seq, the nearest ones, in order."""
    return _frames(tx, _BEFORE, conversation_id, seq, limit)[::-1]


def _frames(tx: Tx, line: Quick, conversation_id: int, seq: int, limit: int) -> list[dict[str, Any]]:
    found = line.rows(tx.connection, {"conversation": conversation_id, "seq": seq, "limit": limit})
    return [message_frame(dict(zip(SAID, row, strict=True)), _said_at(row.at)) for row in found]


def _said_at(kept: Any) -> str:
    """SQLite keeps a moment as text, and the wire's is but two letters away: no moment need be made of it."""
    return f"{kept[:10]}T{kept[11:23]}Z" if isinstance(kept, str) else wire_time(kept)


def last_seqs_since(tx: Tx, moment: Any) -> list[tuple[int, int]]:
    """(conversation, last_seq) of all touched since `moment`: for those who may have missed a bell."""
    line = select(conversations.c.id, conversations.c.last_seq).where(conversations.c.touched_at >= moment)
    return [(row[0], row[1]) for row in tx.connection.execute(line)]
