"""Find words among all messages and notes, newest conversations first, page by page."""

import re
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Text, literal, literal_column, or_, select, text
from sqlalchemy.sql import func

from helpdesk.actor import Agent
from helpdesk.chat.notes import notes
from helpdesk.chat.post import conversations, messages
from helpdesk.chat.search_ddl import SHIFT, words_sql
from helpdesk.errors import NotFound
from helpdesk.store.folding import fold, folded
from helpdesk.store.session import Tx
from helpdesk.tickets.rows import tickets

PAGE = 20
SNIPPET = 160
_WORD = re.compile(r"\w+", re.UNICODE)


@dataclass(frozen=True)
class Hit:
    """Where the words were found. `kind`: message, note or head (the subject, the name or the address)."""

    conversation: str
    name: str
    subject: str
    kind: str
    author: str
    seq: int
    snippet: str
    at: Any


def find(tx: Tx, agent: Agent, typed: str, skip: int = 0) -> tuple[list[Hit], bool]:
    """(at most PAGE hits, whether there are more). Words between quotation marks must stand together."""
    if not agent.may_see_conversations:
        raise NotFound()
    phrases = _phrases(typed)
    if not phrases:
        return [], False
    found = _heads(tx, typed.strip()) if skip == 0 else []
    rows = (
        _sqlite(tx, phrases, skip) if tx.connection.dialect.name == "sqlite" else _postgres(tx, phrases, skip)
    )
    hits = [_hit(kind, row, phrases) for kind, row in rows[:PAGE]]
    return [*found, *hits], len(rows) > PAGE


def _phrases(typed: str) -> list[str]:
    parts = re.findall(r'"([^"]+)"|(\S+)', typed[:200])
    words = [" ".join(_WORD.findall(fold(quoted or plain))) for quoted, plain in parts]
    return [word for word in words if word][:10]


def _sqlite(tx: Tx, phrases: list[str], skip: int) -> list[tuple[str, Any]]:
    wanted = " ".join(f'"{phrase}"' for phrase in phrases) + "*"
    places: list[tuple[int, str]] = []
    for kind in ("note", "message"):
        line = text(f"SELECT rowid FROM {kind}_search WHERE text MATCH :q ORDER BY rowid DESC LIMIT :n")  # noqa: S608
        found = tx.connection.execute(line, {"q": wanted, "n": skip + PAGE + 1})
        places += [(row[0], kind) for row in found]
    page = sorted(places, reverse=True)[skip : skip + PAGE + 1]
    rows: dict[tuple[int, str], Any] = {}
    for kind, table, number in (("note", notes, notes.c.note), ("message", messages, messages.c.seq)):
        pairs = [(place // SHIFT, place % SHIFT) for place, of in page if of == kind]
        if pairs:
            here = or_(*((table.c.conversation_id == one) & (number == seq) for one, seq in pairs))
            for row in tx.connection.execute(_joined(table, number).where(here)).mappings():
                rows[row["number"] * SHIFT + row["seq"], kind] = row
    return [(kind, rows[place, kind]) for place, kind in page if (place, kind) in rows]


def _postgres(tx: Tx, phrases: list[str], skip: int) -> list[tuple[str, Any]]:
    # Phrases hold word characters and spaces only, so nothing typed can be an operator.
    wanted = " & ".join("(" + " <-> ".join(f"'{word}'" for word in one.split(" ")) + ")" for one in phrases)
    query = func.to_tsquery(text("'simple'"), wanted.removesuffix(")") + ":*)")
    found: list[tuple[str, Any]] = []
    for kind, table, number in (("note", notes, notes.c.note), ("message", messages, messages.c.seq)):
        line = _joined(table, number).where(literal_column(words_sql(table.name)).op("@@")(query))
        if kind == "message":
            line = line.where(table.c.author.in_(("visitor", "agent")))
        line = line.order_by(table.c.conversation_id.desc(), number.desc()).limit(skip + PAGE + 1)
        found += [(kind, row) for row in tx.connection.execute(line).mappings()]
    found.sort(key=lambda one: (one[1]["number"], one[1]["seq"]), reverse=True)
    return found[skip : skip + PAGE + 1]


def _joined(table: Any, number: Any) -> Any:
    c = conversations.c
    author = table.c.author if table is messages else literal("note", Text)
    return select(
        c.id.label("number"), c.public_id, c.name, c.subject, number.label("seq"), table.c.text,
        table.c.name.label("who"), author.label("author"), table.c.at,
    ).join(conversations, c.id == table.c.conversation_id)  # fmt: skip


def _heads(tx: Tx, typed: str, limit: int = 10) -> list[Hit]:
    """Conversations whose subject, name or address holds what was typed."""
    c = conversations.c
    like = f"%{fold(typed.replace('%', '').replace('_', '')[:100])}%"
    dialect = tx.connection.dialect.name
    if len(like) < 5:
        return []
    line = (
        select(c.public_id, c.name, c.subject, c.last_seq, c.touched_at, tickets.c.email)
        .select_from(conversations.outerjoin(tickets, tickets.c.conversation_id == c.id))
        .where(or_(*(folded(dialect, one).like(like) for one in (c.subject, c.name, tickets.c.email))))
        .order_by(c.id.desc())
        .limit(limit)
    )
    return [
        Hit(
            row.public_id,
            row.name,
            row.subject,
            "head",
            "",
            row.last_seq,
            row.email or row.subject,
            row.touched_at,
        )
        for row in tx.connection.execute(line)
    ]


def _hit(kind: str, row: Any, phrases: list[str]) -> Hit:
    body, first = row["text"], phrases[0].split(" ")[0]
    start = max(0, fold(body).find(first) - SNIPPET // 3)
    snippet = (
        ("…" if start else "") + body[start : start + SNIPPET] + ("…" if start + SNIPPET < len(body) else "")
    )
    who = row["name"] if row["author"] == "visitor" else row["who"]
    return Hit(row["public_id"], row["name"], row["subject"], kind, who, row["seq"], snippet, row["at"])
