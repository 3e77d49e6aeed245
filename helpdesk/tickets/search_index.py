"""Keeps SQLite's index of words up to date, a little behind the messages; PostgreSQL does it by itself."""

import asyncio
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, insert, select, text, update
from sqlalchemy.sql import column, table

from helpdesk.chat.notes import notes
from helpdesk.chat.post import conversations, messages
from helpdesk.chat.search_ddl import SHIFT, SQLITE
from helpdesk.store.session import Tx
from helpdesk.tickets.models import DeskFact

LOOK_EVERY_S = 10.0
AT_ONCE = 40  # few, so that nobody who writes a message waits behind it
REST_S = 0.05
MOST_STEPS = 1000
OVERLAP = timedelta(seconds=30)
CURSOR = "search_cursor"
HUMAN = ("visitor", "agent")
indexes = {name: table(f"{name}_search", column("rowid"), column("text")) for name in ("message", "note")}


async def look(desk: Any) -> None:
    """For the worker's clock: step by step, until nothing is left."""
    if desk.store.engine.dialect.name == "sqlite":
        for _ in range(MOST_STEPS):
            if await desk.store.write(index_new) < AT_ONCE:
                return
            await asyncio.sleep(REST_S)


def index_new(tx: Tx) -> int:
    """Index what was said in the AT_ONCE conversations that changed next; how many there were."""
    if tx.connection.dialect.name != "sqlite":
        return 0
    for line in SQLITE:
        tx.connection.execute(text(line))
    kept = tx.session.get(DeskFact, CURSOR)
    since = (
        datetime.fromisoformat(kept.value) if kept else datetime.fromisoformat("2000-01-01T00:00:00+00:00")
    )
    c = conversations.c
    changed = tx.connection.execute(
        select(c.id, c.touched_at).where(c.touched_at > since).order_by(c.touched_at, c.id).limit(AT_ONCE)
    ).all()
    for number, _ in changed:
        _index(tx, "message", messages, messages.c.seq, number)
        _index(tx, "note", notes, notes.c.note, number)
    if changed:
        reached = changed[-1][1] if len(changed) >= AT_ONCE else min(changed[-1][1], tx.now - OVERLAP)
        if kept is None or reached > since:
            tx.session.merge(DeskFact(name=CURSOR, value=max(reached, since).isoformat()))
    return len(changed)


def forget(tx: Tx, numbers: list[int]) -> None:
    """Take these conversations out of the index."""
    if tx.connection.dialect.name != "sqlite":
        return
    for line in SQLITE:
        tx.connection.execute(text(line))
    for index in indexes.values():
        for number in numbers:
            span = index.c.rowid.between(number * SHIFT, (number + 1) * SHIFT - 1)
            tx.connection.execute(delete(index).where(span))


def _index(tx: Tx, name: str, source: Any, place: Any, number: int) -> None:
    index = indexes[name]
    low, high = number * SHIFT, (number + 1) * SHIFT - 1
    newest = (
        select(index.c.rowid).where(index.c.rowid.between(low, high)).order_by(index.c.rowid.desc()).limit(1)
    )
    done = (tx.connection.execute(newest).scalar() or low) - low
    line = select(place, source.c.text).where(source.c.conversation_id == number, place > done)
    if name == "message":
        line = line.where(source.c.author.in_(HUMAN))
    rows = [{"rowid": low + row[0], "text": row[1]} for row in tx.connection.execute(line)]
    if rows:
        tx.connection.execute(insert(index), rows)


def replace(tx: Tx, number: int, seq: int, words: str) -> None:
    """Another text for one message, if it is in the index already."""
    if tx.connection.dialect.name != "sqlite":
        return
    for line in SQLITE:
        tx.connection.execute(text(line))
    index = indexes["message"]
    tx.connection.execute(update(index).where(index.c.rowid == number * SHIFT + seq).values(text=words))
