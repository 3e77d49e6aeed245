"""Bells that are lost, and a Redis that is away, empty or slow: messages come later, they never stay away."""

import asyncio
import contextlib
import random
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from redis import Redis

from tests.fault.length import BOTH, SEED, times
from tests.fault.people import Person, everybody_has, living, rest_and_judge
from tests.profiles import settings_of
from tests.services import Valkey, fresh_database
from tests.world import World, start_world, until

LATE_S = 5.0
BUSY_S = 1.0  # a machine that runs other tests may need this much more


@BOTH
async def test_without_any_bell_everything_arrives_by_the_recheck(tmp_path: Path, kind: str) -> None:
    dice = random.Random(SEED)
    async with start_world(tmp_path, limits="off", **settings_of(kind)) as world:
        world.desk.store.on_commit = lambda rings: None  # a bus that loses everything
        writer = Person(lambda: world.url, dice, pause_s=0.3)
        async with living([writer]):
            await until(lambda: writer.connected and writer.token, 10)
            reader = Person(lambda: world.url, dice, token=writer.token, writes=False)
            async with living([reader]):
                await until(lambda: reader.connected, 10)
                await everybody_has([writer], 3)
                end = max(writer.record.receipts.values())
                await until(lambda: reader.record.last >= end, LATE_S + BUSY_S)
                await rest_and_judge([writer, reader])


@contextlib.asynccontextmanager
async def two_processes(folder: Path, valkey: Valkey, **changes: str) -> AsyncIterator[tuple[World, World]]:
    """Two web processes on one database and one Valkey of their own."""
    shared = {"database_url": fresh_database(), "redis_url": valkey.url, **changes}
    async with start_world(folder / "a", **shared) as one, start_world(folder / "b", **shared) as two:
        await until(lambda: one.desk.bus.healthy and two.desk.bus.healthy, 10)
        yield one, two


@pytest.mark.parametrize("fault", ["away", "flushed", "slow"])
async def test_a_redis_that_fails_under_load_delays_and_loses_nothing(tmp_path: Path, fault: str) -> None:
    dice, valkey = random.Random(SEED), Valkey()
    try:
        async with two_processes(tmp_path, valkey, limits="off") as (one, two):
            writers = [Person(lambda: one.url, random.Random(dice.random()), pause_s=0.1) for _ in range(3)]
            async with living(writers):
                await everybody_has(writers, 1)
                readers = [Person(lambda: two.url, dice, token=w.token, writes=False) for w in writers]
                async with living(readers):
                    await until(lambda: all(reader.connected for reader in readers), 10)
                    for _ in range(times(1, 10)):
                        await break_it(valkey, fault)
                        sent = [w.record.last for w in writers]
                        await until(lambda sent=sent: behind(readers, sent) == 0, LATE_S + BUSY_S)
                        had = min(len(w.record.receipts) for w in writers)
                        await everybody_has(writers, had + 2)
                        if fault == "away":
                            await asyncio.to_thread(valkey.start)
                            await until(lambda: one.desk.bus.healthy and two.desk.bus.healthy, 10)
                    await rest_and_judge([*writers, *readers])
                assert [person.errors() for person in writers] == [[]] * len(writers)
    finally:
        valkey.stop()


async def test_limits_hold_and_nobody_sees_an_error_while_redis_is_away(tmp_path: Path) -> None:
    valkey = Valkey()
    async with two_processes(tmp_path, valkey) as (one, _):
        valkey.stop()
        panel = await one.visitor()
        for number in range(5):
            await panel.say(f"still here {number}")
        assert (await one.browser().get("/readyz")).status_code == 200
        for number in range(30):
            await panel.send(type="say", client_id=f"00000000-0000-4000-8000-{number:012}", text="too many")
        refused = await panel.wait("error", within_s=20)
        assert refused["code"] == "too_fast", "without Redis a limit is counted here, and never open"


def behind(readers: list[Person], sent: list[int]) -> int:
    """How many readers lack what was there."""
    return sum(reader.record.last < seq for reader, seq in zip(readers, sent, strict=True))


async def break_it(valkey: Valkey, fault: str) -> None:
    """Away, flushed, or two seconds late."""
    if fault == "away":
        await asyncio.to_thread(valkey.stop)
        return
    with Redis.from_url(valkey.url) as client:
        if fault == "flushed":
            client.flushall()
            client.client_kill_filter(_type="pubsub")
        else:
            client.execute_command("CLIENT", "PAUSE", "2000", "ALL")
