"""PostgreSQL restarted and its backends ended at random under load: nothing is lost, and the pool heals."""

import asyncio
import random
from pathlib import Path

import psycopg
import pytest

from helpdesk.store import migrate
from helpdesk.store.engine import make_engine
from tests.fault.length import SEED, times
from tests.fault.people import Person, everybody_has, living, rest_and_judge
from tests.services import Postgres, fresh_database, postgres, redis_url
from tests.world import start_world

HEALS_WITHIN_S = 10.0
ALLOWED = {"unavailable"}


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
