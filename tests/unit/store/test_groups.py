"""Writes are grouped, and still each is all or nothing."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from helpdesk.clock import Clock
from helpdesk.errors import Conflict
from helpdesk.store.engine import PRAGMAS, make_engine
from helpdesk.store.session import Ring, Store, Tx


@pytest.fixture
def rung() -> list[Ring]:
    return []


@pytest.fixture
def store(tmp_path: Path, rung: list[Ring]) -> Iterator[Store]:
    made = Store(make_engine(f"sqlite:///{tmp_path / 'x.db'}"), Clock(), on_commit=rung.extend)
    made.write_now(lambda tx: tx.connection.execute(text("CREATE TABLE t (n INTEGER PRIMARY KEY)")))
    yield made
    made.close()


def add(tx: Tx, number: int, fail: bool = False) -> int:
    tx.connection.execute(text("INSERT INTO t VALUES (:n)"), {"n": number})
    tx.ring("t", number)
    if fail:
        raise Conflict("no")
    return number


def numbers(tx: Tx) -> list[int]:
    return [row[0] for row in tx.connection.execute(text("SELECT n FROM t ORDER BY n"))]


async def test_a_rule_that_fails_in_a_group_takes_only_its_own_rows_and_rings_away(
    store: Store, rung: list[Ring]
) -> None:
    results = await asyncio.gather(
        *(store.write(add, n, n % 3 == 0) for n in range(60)), return_exceptions=True
    )
    kept = [n for n in range(60) if n % 3]
    assert [r for r in results if isinstance(r, int)] == kept
    assert all(isinstance(results[n], Conflict) for n in range(0, 60, 3))
    assert await store.read(numbers) == kept
    assert sorted(fact for _, fact in rung) == kept


async def test_a_doubled_key_in_a_group_hurts_only_its_own_writer(store: Store) -> None:
    results = await asyncio.gather(*(store.write(add, n) for n in (1, 2, 2, 3)), return_exceptions=True)
    assert [r for r in results if isinstance(r, int)] == [1, 2, 3]
    assert await store.read(numbers) == [1, 2, 3]


async def test_a_batch_rule_gets_all_items_and_answers_each(store: Store) -> None:
    sizes: list[int] = []

    def many(tx: Tx, items: list[int]) -> list[object]:
        sizes.append(len(items))
        return [Conflict("odd") if n % 2 else add(tx, n) for n in items]

    results = await asyncio.gather(*(store.write_batched(many, n) for n in range(40)), return_exceptions=True)
    assert [r for r in results if isinstance(r, int)] == list(range(0, 40, 2))
    assert sum(isinstance(r, Conflict) for r in results) == 20
    assert max(sizes) > 1


def test_every_connection_has_the_settings_that_the_promises_rest_on(store: Store) -> None:
    connections = [store.engine.connect() for _ in range(5)]
    for connection in connections:
        for name, wanted in PRAGMAS.items():
            assert connection.exec_driver_sql(f"PRAGMA {name}").scalar() == wanted
        connection.close()


async def test_what_a_reading_rule_writes_is_thrown_away(store: Store) -> None:
    await store.read(add, 7)
    assert await store.read(numbers) == []
