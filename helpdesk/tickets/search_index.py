"""Keeps SQLite's index of words up to date, a little behind the messages; PostgreSQL does it by itself."""

import asyncio
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING

from sqlalchemy import TextClause, bindparam, delete, select, text, update
from sqlalchemy.sql import column, table

from helpdesk.chat.post import conversations
from helpdesk.chat.search_ddl import SHIFT, SQLITE
from helpdesk.store.folding import fold
from helpdesk.store.session import Tx
from helpdesk.tickets.models import DeskFact

if TYPE_CHECKING:
    from helpdesk.wiring import Desk

LOOK_EVERY_S = 10.0
AT_ONCE = 40  # few, so that nobody who writes a message waits behind it
ROWS_AT_ONCE = 200
REST_S = 0.05
MOST_STEPS = 1000
OVERLAP = timedelta(seconds=30)
BEGINNING = datetime(2000, 1, 1, tzinfo=UTC)
CURSOR = "search_cursor"
RESIDUE = "search_residue"
PAGES_AT_ONCE = 500
HUMAN = ("visitor", "agent")
indexes = {name: table(f"{name}_search", column("rowid"), column("text")) for name in ("message", "note")}


async def look(desk: "Desk") -> None:
    """For the worker's clock: step by step, until nothing is left of what was there when it began."""
    if desk.store.engine.dialect.name == "sqlite":
        until = desk.clock.now()
        for _ in range(MOST_STEPS):
            if await desk.store.write(index_new, until) < AT_ONCE:
                break
            await asyncio.sleep(REST_S)
        for _ in range(MOST_STEPS):
            if not await desk.store.write(settle):
                break
            await asyncio.sleep(REST_S)


def index_new(tx: Tx, until: datetime | None = None) -> int:
    """Index what was said in the AT_ONCE conversations that changed next, up to `until`; fewer are the last ones."""
    if not _is_kept_here(tx):
        return 0
    kept = tx.session.get(DeskFact, CURSOR)
    since = datetime.fromisoformat(kept.value) if kept else BEGINNING
    c = conversations.c
    changed = tx.connection.execute(
        select(c.id, c.touched_at)
        .where(c.touched_at > since, c.touched_at <= (until or tx.now))
        .order_by(c.touched_at, c.id)
        .limit(AT_ONCE)
    ).all()
    numbers = [row[0] for row in changed]
    if any(_index(tx, name, numbers) >= ROWS_AT_ONCE for name in indexes):
        return AT_ONCE  # the same ones again
    if changed:
        reached = changed[-1][1] if len(changed) >= AT_ONCE else min(changed[-1][1], tx.now - OVERLAP)
        if kept is None or reached > since:
            tx.session.merge(DeskFact(name=CURSOR, value=max(reached, since).isoformat()))
    return len(changed)


def _is_kept_here(tx: Tx) -> bool:
    """False with PostgreSQL, which keeps its own; with SQLite the index is there from now on."""
    if tx.connection.dialect.name != "sqlite":
        return False
    for line in SQLITE:
        tx.connection.execute(text(line))
    return True


def _index(tx: Tx, name: str, numbers: list[int]) -> int:
    """Put in at most ROWS_AT_ONCE rows of these conversations that are not in the index yet; how many."""
    return tx.connection.execute(_missing(name), {"numbers": numbers}).rowcount if numbers else 0


@cache
def _missing(name: str) -> TextClause:
    place, human = ("seq", f"AND m.author IN {HUMAN}") if name == "message" else ("note", "")
    return text(
        f"INSERT INTO {name}_search (rowid, text) "  # noqa: S608 — names of ours
        f"SELECT c.id * {SHIFT} + m.{place}, folded(m.text) FROM conversation c JOIN {name} m ON m.conversation_id = c.id "
        f"AND m.{place} > coalesce((SELECT i.rowid FROM {name}_search i WHERE i.rowid > c.id * {SHIFT} "
        f"AND i.rowid < (c.id + 1) * {SHIFT} ORDER BY i.rowid DESC LIMIT 1) - c.id * {SHIFT}, 0) "
        f"WHERE c.id IN :numbers {human} ORDER BY c.id, m.{place} LIMIT {ROWS_AT_ONCE}"
    ).bindparams(bindparam("numbers", expanding=True))


def forget(tx: Tx, numbers: list[int]) -> None:
    """Take these conversations out of the index."""
    if not _is_kept_here(tx):
        return
    for index in indexes.values():
        for number in numbers:
            span = index.c.rowid.between(number * SHIFT, (number + 1) * SHIFT - 1)
            tx.connection.execute(delete(index).where(span))
    tx.session.merge(DeskFact(name=RESIDUE, value="new"))


def settle(tx: Tx) -> bool:
    """One step of writing the index anew after `forget`, which only crosses words out; whether more is to do."""
    fact = tx.session.get(DeskFact, RESIDUE)
    if fact is None:
        return False
    is_new = fact.value == "new"
    before = _changes(tx)
    for name in indexes:
        step = f"INSERT INTO {name}_search ({name}_search, rank) VALUES ('merge', :pages)"  # noqa: S608 — names of ours
        tx.connection.execute(text(step), {"pages": -PAGES_AT_ONCE if is_new else PAGES_AT_ONCE})
    is_over = not is_new and _changes(tx) - before <= len(indexes)
    if is_over:
        tx.session.delete(fact)
    else:
        fact.value = "under way"
    return not is_over


def _changes(tx: Tx) -> int:
    """What the connection has written so far; a step that finds nothing to do counts as one for each index."""
    return int(tx.connection.connection.driver_connection.total_changes)  # type: ignore[union-attr]


def replace(tx: Tx, number: int, seq: int, words: str) -> None:
    """Another text for one message, if it is in the index already."""
    if not _is_kept_here(tx):
        return
    index = indexes["message"]
    tx.connection.execute(update(index).where(index.c.rowid == number * SHIFT + seq).values(text=fold(words)))
