"""Statements past the library say the same as through it, and fail the same way."""

import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import Boolean, Column, Integer, MetaData, Table, bindparam, insert, select, text, update
from sqlalchemy.exc import IntegrityError

from helpdesk.clock import Clock
from helpdesk.errors import Unavailable
from helpdesk.store.columns import JsonText, UtcMoment
from helpdesk.store.engine import make_engine
from helpdesk.store.quick import Quick, Writes, moment
from helpdesk.store.session import Store, Tx

things = Table(
    "thing",
    MetaData(),
    Column("id", Integer, primary_key=True),
    Column("at", UtcMoment, nullable=False),
    Column("facts", JsonText),
    Column("is_new", Boolean, nullable=False),
)
ADD = Writes(new=lambda dialect: insert(things))
ALL = Quick(lambda dialect: select(things).order_by(things.c.id))
AGE = Quick(lambda dialect: update(things).where(things.c.id > bindparam("than")).values(is_new=0))
MORNING = datetime(2026, 1, 2, 3, 4, 5, 678901, UTC)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    made = Store(make_engine(f"sqlite:///{tmp_path / 'x.db'}"), Clock())
    made.write_now(lambda tx: things.metadata.create_all(tx.connection))
    yield made
    made.close()


def add(tx: Tx, number: int, facts: str | None = None) -> None:
    at = moment(tx.connection.dialect, MORNING)
    ADD.write(tx.connection, new=[{"id": number, "at": at, "facts": facts, "is_new": True}])


def shown(tx: Tx) -> list[tuple[object, ...]]:
    return [tuple(row) for row in ALL.rows(tx.connection, {})]


def test_rows_have_names_and_hold_what_the_library_would_give(store: Store) -> None:
    store.write_now(add, 1, '{"a":[1]}')
    store.write_now(add, 2)
    (first, second) = store.read_now(lambda tx: ALL.rows(tx.connection, {}))
    assert (first.id, first.at, first.facts, first.is_new) == (1, MORNING, {"a": [1]}, True)
    assert second.facts is None
    assert store.read_now(shown) == store.read_now(
        lambda tx: [*map(tuple, tx.connection.execute(select(things)))]
    )


def test_a_change_says_how_many_rows_it_met(store: Store) -> None:
    for number in (1, 2, 3):
        store.write_now(add, number)
    assert store.write_now(lambda tx: AGE.change(tx.connection, {"than": 1})) == 2
    assert [row[3] for row in store.read_now(shown)] == [True, False, False]


def test_a_fault_of_the_driver_is_the_librarys_and_quotes_nobody(store: Store) -> None:
    store.write_now(add, 1)
    with pytest.raises(IntegrityError) as caught:
        store.write_now(add, 1, "what somebody wrote")
    assert "what somebody wrote" not in str(caught.value)


def test_a_part_that_is_undone_leaves_the_rest(store: Store) -> None:
    def rule(tx: Tx) -> None:
        add(tx, 1)
        part = tx.connection.begin_nested()
        add(tx, 2)
        inner = tx.connection.begin_nested()
        add(tx, 3)
        inner.commit()
        part.rollback()
        add(tx, 4)

    store.write_now(rule)
    assert [row[0] for row in store.read_now(shown)] == [1, 4]


def test_a_reading_rule_sees_one_moment_also_past_the_library(store: Store, tmp_path: Path) -> None:
    def twice(tx: Tx) -> tuple[int, int]:
        before = len(shown(tx))
        with sqlite3.connect(tmp_path / "x.db") as other:
            other.execute("INSERT INTO thing VALUES (9, '2026-01-01 00:00:00.000000', NULL, 1)")
        return before, len(shown(tx))

    assert store.read_now(twice) == (0, 0)
    assert len(store.read_now(shown)) == 1


def test_what_a_reading_rule_changes_is_thrown_away(store: Store) -> None:
    store.read_now(add, 1)
    assert store.read_now(shown) == []


def test_a_database_that_a_stranger_holds_is_unavailable_for_now(tmp_path: Path, store: Store) -> None:
    store.write_now(lambda tx: tx.connection.execute(text("PRAGMA busy_timeout=1")))
    stranger = sqlite3.connect(tmp_path / "x.db", isolation_level=None)
    stranger.execute("BEGIN IMMEDIATE")
    with pytest.raises(Unavailable):
        store.write_now(add, 1)
    stranger.execute("ROLLBACK")
    stranger.close()
    store.write_now(add, 1)
