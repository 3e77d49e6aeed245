"""PostgreSQL restarted and its backends ended at random under load: nothing is lost, and the pool heals."""

import asyncio
import random
import uuid
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import text

from helpdesk.chat.models import Conversation
from helpdesk.chat.post import Draft, post
from helpdesk.clock import Clock
from helpdesk.store import migrate
from helpdesk.store.engine import make_engine
from helpdesk.store.session import Store, Tx
from tests.fault.length import PATIENT, SEED, times
from tests.fault.people import Person, everybody_has, living, rest_and_judge
from tests.services import Postgres, fresh_database, postgres, redis_url
from tests.world import start_world

HEALS_WITHIN_S = 10.0
ALLOWED = {"unavailable"}


@PATIENT
async def test_backends_that_are_ended_at_random_lose_nothing(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    dice, url = random.Random(SEED), fresh_database()
    name = url.partition("?")[0].rpartition("/")[2]
    async with start_world(tmp_path, limits="off", database_url=url, redis_url=redis_url()) as world:
        people = [
            Person(lambda: world.url, random.Random(dice.random()), with_people=n % 2 == 0) for n in range(6)
        ]
        async with living(people):
            await everybody_has(people, 2)
            for _ in range(times(15, 300)):
                await asyncio.to_thread(end_one, postgres().url, name, dice)
                await asyncio.sleep(0.02 + dice.random() / 10)
            await everybody_has(people, min(len(p.record.receipts) for p in people) + 2, HEALS_WITHIN_S)
            await rest_and_judge(people)
        assert {code for person in people for code in person.errors()} <= ALLOWED
    assert crashes(caplog) == []


def end_one(url: str, name: str, dice: random.Random) -> None:
    """End one of the desk's backends, whatever it is doing."""
    with psycopg.connect(url, autocommit=True) as connection:
        line = "SELECT pid FROM pg_stat_activity WHERE datname = %s AND pid <> pg_backend_pid() ORDER BY pid"
        backends = connection.execute(line, (name,)).fetchall()
        if backends:
            connection.execute("SELECT pg_terminate_backend(%s)", dice.choice(backends))


@PATIENT
async def test_a_postgresql_that_restarts_under_load_loses_nothing_and_the_pool_heals(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    dice, server = random.Random(SEED), await asyncio.to_thread(Postgres)
    try:
        engine = make_engine(server.url)
        await asyncio.to_thread(migrate.upgrade, engine)
        engine.dispose()
        settings = {"database_url": server.url, "redis_url": redis_url()}
        async with start_world(tmp_path, limits="off", **settings) as world:
            people = [Person(lambda: world.url, random.Random(dice.random())) for _ in range(4)]
            async with living(people):
                await everybody_has(people, 2)
                for _ in range(times(1, 10)):
                    await asyncio.to_thread(server.stop)
                    assert (await world.browser().get("/readyz")).status_code == 503
                    await asyncio.to_thread(server.start)
                    had = min(len(p.record.receipts) for p in people)
                    await everybody_has(people, had + 3, HEALS_WITHIN_S)
                await rest_and_judge(people)
            assert {code for person in people for code in person.errors()} <= ALLOWED
    finally:
        server.remove()
    assert crashes(caplog) == []


def crashes(caplog: pytest.LogCaptureFixture) -> list[str]:
    """What was logged with a traceback: a database that is away is a matter of waiting, never a crash."""
    return [str(record.exc_info) for record in caplog.records if record.exc_info]


@pytest.fixture
def store() -> Iterator[Store]:
    made = Store(make_engine(fresh_database()), Clock())
    yield made
    made.close()


def begun(tx: Tx) -> int:
    conversation = Conversation(created_at=tx.now, touched_at=tx.now, handled_by="agent")
    tx.session.add(conversation)
    tx.session.flush()
    return conversation.id or 0


def say(tx: Tx, conversation: int, count: int) -> int:
    return [
        post(tx, conversation, Draft("v:1", "visitor", "You", "Hello", str(uuid.uuid4())))
        for _ in range(count)
    ][-1].seq


def asked(tx: Tx, line: str) -> object:
    return tx.connection.execute(text(line)).scalar()


def test_a_writer_whose_connection_ended_while_it_rested_takes_another(store: Store) -> None:
    conversation = store.write_now(begun)
    for seq in (1, 2, 3):
        backend = store.write_now(asked, "SELECT pg_backend_pid()")
        assert store.read_now(asked, f"SELECT pg_terminate_backend({backend})")
        assert store.write_now(say, conversation, 1) == seq
        assert store.write_now(asked, "SELECT pg_backend_pid()") != backend


def test_what_the_writer_looks_for_is_found_by_indexes_from_the_first_minute(store: Store) -> None:
    conversation = store.write_now(begun)
    for _ in range(20):
        store.write_now(say, conversation, 100)
    assert store.write_now(asked, "SELECT pg_stat_force_next_flush()") is not None
    read = "SELECT seq_tup_read FROM pg_stat_user_tables WHERE relname = 'message'"
    assert store.read_now(asked, read) == 0
    assert store.read_now(asked, "SHOW enable_seqscan") == "on"  # reports may read all
