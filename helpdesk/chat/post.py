"""Append one message, once: the number is taken under the conversation's row, a repeated client id stores nothing."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy import BigInteger, Dialect, Integer, Select, String, Update, func, select, update

from helpdesk.chat.frames import message_frame
from helpdesk.chat.models import Conversation, Message
from helpdesk.clock import wire_time
from helpdesk.errors import Conflict, NotFound
from helpdesk.store.columns import UtcMoment, as_json
from helpdesk.store.quick import Quick, Writes, among, given, insert_rows, listed, moment
from helpdesk.store.session import Tx
from helpdesk.webhooks.publish import SOMEBODY_LISTENS, publish_messages

PREVIEW_CHARS = 160
conversations = Conversation.__table__  # type: ignore[attr-defined]
messages = Message.__table__  # type: ignore[attr-defined]


def _free(dialect: Dialect) -> Select[Any]:
    """Where the conversations stand, locked; those that somebody else has locked are passed over."""
    c = conversations.c
    line = select(c.id, c.last_seq, c.handled_by, SOMEBODY_LISTENS.label("listens"))
    return line.where(among(dialect, c.id, "ids")).order_by(c.id).with_for_update(skip_locked=True)


def _last(dialect: Dialect) -> Select[Any]:
    """The same, but those are waited for; and whether any of the client ids is known."""
    known = select(messages.c.seq).where(among(dialect, messages.c.client_id, "sent")).exists()
    return _free(dialect).add_columns(known.label("known")).with_for_update()


def _touched(dialect: Dialect) -> Update:
    c = conversations.c
    new = given(
        dialect,
        "marks",
        c_id=Integer,
        c_seq=BigInteger,
        c_text=String,
        c_author=String,
        c_now=UtcMoment,
        c_visitor_at=UtcMoment,
    )
    return (
        update(conversations)
        .where(c.id == new["c_id"])
        .values(
            last_seq=new["c_seq"],
            last_text=new["c_text"],
            last_author=new["c_author"],
            touched_at=new["c_now"],
            last_visitor_at=func.coalesce(new["c_visitor_at"], c.last_visitor_at),
            waiting_since=func.coalesce(c.waiting_since, new["c_visitor_at"]),
        )
    )


_LAST = Quick(_last)
_FREE = Quick(_free)
_KEEP = Writes(marks=_touched, rows=lambda dialect: insert_rows(dialect, "rows", messages))


class Gate:
    """Lets words pass while people have the conversation and nobody else writes to it just now.

    Once it has refused one, those that follow must wait too.
    """

    __slots__ = ("_is_shut",)

    def __init__(self) -> None:
        self._is_shut = False

    def refuses(self, handled_by: str | None) -> bool:
        """Whether more must happen than to keep these words: the bot answers, a closed conversation opens, or its row
        must be waited for (None)."""
        self._is_shut = self._is_shut or handled_by in ("bot", "closed", None)
        return self._is_shut


class Draft(NamedTuple):
    """What somebody wants to say. `sender` as in the table; `client_id` is None for the program's own words.

    What its `gate` refuses is not kept; the result is NeedsMore.
    """

    sender: str
    author: str
    name: str
    text: str
    client_id: str | None = None
    article: dict[str, Any] | None = None
    choices: Sequence[dict[str, str]] = ()
    asks_feedback: bool = False
    files: Sequence[dict[str, Any]] = ()
    provenance: dict[str, Any] | None = None
    gate: Gate | None = None


class NeedsMore(Exception):
    """These words are not only to be kept: their gate has refused them."""


class Posted(NamedTuple):
    """The frame as everybody sees it; `fresh` is False when this client id was there already.

    `handled_by` is who had the conversation when a fresh one was posted.
    """

    frame: dict[str, Any]
    fresh: bool
    handled_by: str = ""

    @property
    def seq(self) -> int:
        """Its place in the conversation."""
        return int(self.frame["seq"])


def topic(conversation_id: int) -> str:
    """The bell of one conversation."""
    return f"conversation:{conversation_id}"


def post(tx: Tx, conversation_id: int, draft: Draft) -> Posted:
    """Append `draft`. Raises Conflict when its client id was used for another text, NotFound without a conversation."""
    result = post_many(tx, [(conversation_id, draft)])[0]
    if isinstance(result, Exception):
        raise result
    return result


def post_many(tx: Tx, wanted: list[tuple[int, Draft]]) -> list[Posted | Exception]:
    """Append messages to any conversations, in order; one result each, an exception for the one it belongs to.

    The numbers are taken under the conversations' row locks, which are held until the commit: so commits happen in
    the order of seq, and a reader past n can never meet an n that commits later. Three statements, however many; on
    PostgreSQL two. Words that were there already, or that another process keeps while this one waits for the rows, meet
    the table's own rule, and are done again by the store.
    """
    dialect, at = tx.connection.dialect, wire_time(tx.now)
    numbers = sorted({conversation_id for conversation_id, _ in wanted})
    sent = [draft.client_id for _, draft in wanted if draft.client_id is not None]
    # Locked in the order of their ids: no two can wait for each other.
    ids = listed(dialect, numbers)
    # Where all words may go the ordinary way instead, nothing is waited for: what never waits is in no circle of waiters.
    # Nor is it asked whether they are there already, which hardly ever is so: the table's own rule tells.
    if all(draft.gate is not None for _, draft in wanted):
        locked = _FREE.read(tx.connection, {"ids": ids})
        may_be_known = tx.again
    else:
        locked = _LAST.read(tx.connection, {"ids": ids, "sent": listed(dialect, sent)})
        may_be_known = bool(locked and locked[0][4])
    last = {row[0]: row[1] for row in locked}
    hands = {row[0]: row[2] for row in locked}
    known = _known(tx, sent) if may_be_known else {}
    results: list[Posted | Exception] = []
    rows: list[dict[str, Any]] = []
    fresh: list[tuple[int, dict[str, Any]]] = []
    touched: dict[int, Draft] = {}
    for conversation_id, draft in wanted:
        key = (conversation_id, draft.sender, draft.client_id)
        if draft.gate is not None and draft.gate.refuses(hands.get(conversation_id)):
            results.append(NeedsMore())
        elif conversation_id not in last:
            results.append(NotFound())
        elif draft.client_id is not None and (before := known.get(key)) is not None:
            same = before["text"] == draft.text
            results.append(
                Posted(before, fresh=False)
                if same
                else Conflict("This message id was used for another text.")
            )
        else:
            last[conversation_id] += 1
            row = _row(conversation_id, last[conversation_id], draft)
            frame = message_frame(row, at)
            rows.append(row)
            fresh.append((conversation_id, frame))
            touched[conversation_id] = draft
            known[key] = frame
            results.append(Posted(frame, fresh=True, handled_by=hands[conversation_id]))
            tx.ring(topic(conversation_id), frame)
    if rows:
        _store(tx, rows, [(ident, last[ident], draft) for ident, draft in touched.items()])
        if locked[0][3]:
            publish_messages(tx, fresh)
    return results


def _known(tx: Tx, sent: list[str]) -> dict[tuple[int, str, str | None], dict[str, Any]]:
    found = tx.connection.execute(select(messages).where(messages.c.client_id.in_(sent))).mappings()
    return {(row["conversation_id"], row["sender"], row["client_id"]): message_frame(row) for row in found}


def _row(conversation_id: int, seq: int, draft: Draft) -> dict[str, Any]:
    return {
        "conversation_id": conversation_id,
        "seq": seq,
        "sender": draft.sender,
        "client_id": draft.client_id,
        "author": draft.author,
        "name": draft.name,
        "text": draft.text,
        "article": draft.article,
        "choices": draft.choices or None,
        "asks_feedback": draft.asks_feedback,
        "files": draft.files or None,
        "helpful": None,
        "helpful_reason": "",
        "provenance": draft.provenance,
    }


def _store(tx: Tx, rows: list[dict[str, Any]], touched: list[tuple[int, int, Draft]]) -> None:
    """Insert `rows` and move their conversations on."""
    dialect = tx.connection.dialect
    at = moment(dialect, tx.now)
    for row in rows:
        row["at"] = at
        for name in ("article", "choices", "files", "provenance"):
            if row[name] is not None:
                row[name] = as_json(row[name])
    marks = [
        {
            "c_id": conversation_id, "c_seq": seq, "c_text": draft.text[:PREVIEW_CHARS],
            "c_author": draft.author, "c_now": at, "c_visitor_at": at if draft.author == "visitor" else None,
        }
        for conversation_id, seq, draft in touched
    ]  # fmt: skip
    _KEEP.write(tx.connection, marks=marks, rows=rows)


def find(tx: Tx, conversation_id: int, sender: str, client_id: str) -> dict[str, Any] | None:
    """The message that this sender gave this client id, as a frame."""
    line = select(messages).where(
        messages.c.conversation_id == conversation_id,
        messages.c.sender == sender,
        messages.c.client_id == client_id,
    )
    row = tx.connection.execute(line).mappings().first()
    return None if row is None else message_frame(row)


def say_system(
    tx: Tx, conversation_id: int, text: str, client_id: str | None = None, sender: str = "system"
) -> Posted:
    """A line of the program itself, such as a change of hands."""
    return post(tx, conversation_id, Draft(sender, "system", "", text, client_id))
