"""A database that is busy, full, read-only or slow to sync: nothing is acknowledged that is not on disk."""

import asyncio
import contextlib
import os
import random
import resource
import signal
import sqlite3
import subprocess
import time
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import text

from helpdesk.store.engine import PRAGMAS, make_engine
from tests.fault.length import SEED
from tests.fault.people import Person, everybody_has, living, rest_and_judge
from tests.fault.processes import Process, served
from tests.world import start_world, until


@pytest.mark.parametrize("held_s", [4.0, 8.0])
async def test_a_stranger_who_holds_the_lock_makes_us_wait_and_then_say_so(
    tmp_path: Path, held_s: float
) -> None:
    dice = random.Random(SEED)
    async with start_world(tmp_path, limits="off") as world:
        people = [Person(lambda: world.url, random.Random(dice.random())) for _ in range(5)]
        async with living(people):
            await everybody_has(people, 1)
            with closing(sqlite3.connect(tmp_path / "data" / "helpdesk.db", isolation_level=None)) as other:
                other.execute("PRAGMA busy_timeout=5000")
                other.execute("BEGIN IMMEDIATE")
                begun = time.monotonic()
                if held_s > 5:
                    await until(lambda: any(p.errors() for p in people), 12)
                    refused = await world.browser().get("/readyz")
                    assert refused.status_code == 503
                await asyncio.sleep(max(0.0, held_s - (time.monotonic() - begun)))
                other.execute("ROLLBACK")
            had = max(len(p.record.receipts) for p in people)
            await everybody_has(people, had + 2, 15)
            await rest_and_judge(people)
        refusals = [f for p in people for f in p.frames if f["type"] == "error"]
        assert {f["code"] for f in refusals} == ({"unavailable"} if held_s > 5 else set())
        assert all(f["retry_after_ms"] for f in refusals)


async def test_a_full_disk_refuses_what_it_cannot_keep_and_recovers(tmp_path: Path) -> None:
    dice = random.Random(SEED)

    def small(process: Process) -> None:
        process.largest_file = 120 * 1024  # the write-ahead log soon comes to its end

    async with served(tmp_path, "embedded", small) as server:
        people = [Person(lambda: server.url, random.Random(dice.random()), pause_s=0.01) for _ in range(4)]
        async with living(people):
            await until(lambda: all("unavailable" in p.errors() for p in people), 60)
            assert set(people[0].errors()) == {"unavailable"}
            assert server.process is not None
            unlimited = (resource.RLIM_INFINITY, resource.RLIM_INFINITY)
            resource.prlimit(server.process.pid, resource.RLIMIT_FSIZE, unlimited)
            had = max(len(p.record.receipts) for p in people)
            await everybody_has(people, had + 2, 30)
            await rest_and_judge(people)
        assert server.tracebacks() == []
    assert sound(tmp_path / "helpdesk.db")


async def test_a_disk_that_is_full_at_the_start_leaves_no_half_address_for_the_workers(
    tmp_path: Path,
) -> None:
    def tiny(process: Process) -> None:
        process.largest_file = 10  # less than an address

    with pytest.raises(AssertionError, match="ended instead of starting"):
        async with served(tmp_path, "embedded", tiny):
            raise RuntimeError("it started")
    assert not [name for name in os.listdir(tmp_path) if name.startswith("base_url")]


def _mounted(folder: Path, options: str) -> bool:
    command = ["mount", "-t", "tmpfs", "-o", options, "none", str(folder)]
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


async def test_a_disk_without_room_loses_nothing_and_says_so(tmp_path: Path) -> None:
    dice, disk = random.Random(SEED), tmp_path / "disk"
    disk.mkdir()
    if not await asyncio.to_thread(_mounted, disk, "size=16m"):
        pytest.skip("mounting a disk is not allowed here")
    try:
        async with served(disk, "embedded") as server:
            people = [
                Person(lambda: server.url, random.Random(dice.random()), pause_s=0.05) for _ in range(3)
            ]
            async with living(people):
                await everybody_has(people, 2)
                await fill(disk)
                await until(lambda: all("unavailable" in p.errors() for p in people), 60)
                (disk / "ballast").unlink()
                had = max(len(p.record.receipts) for p in people)
                await everybody_has(people, had + 2, 30)
                await rest_and_judge(people)
            assert {code for p in people for code in p.errors()} == {"unavailable"}
            assert server.tracebacks() == []
        assert sound(disk / "helpdesk.db")
    finally:
        await asyncio.to_thread(subprocess.run, ["umount", "-l", str(disk)], check=False)


async def fill(disk: Path) -> None:
    """Until not one page fits."""

    def write() -> None:
        with (disk / "ballast").open("wb", buffering=0) as ballast, contextlib.suppress(OSError):
            while True:
                ballast.write(b"x" * 4096)

    await asyncio.to_thread(write)


def sound(path: Path) -> bool:
    """Whether the database is whole."""
    with closing(sqlite3.connect(path)) as database:
        return bool(database.execute("PRAGMA integrity_check").fetchone()[0] == "ok")


async def test_every_connection_has_the_settings_that_the_promise_rests_on(tmp_path: Path) -> None:
    engine = make_engine(f"sqlite:///{tmp_path / 'helpdesk.db'}")
    many = [engine.connect() for _ in range(20)]
    for connection in many:
        for name, wanted in PRAGMAS.items():
            assert connection.execute(text(f"PRAGMA {name}")).scalar() == wanted
    for connection in many:
        connection.close()
    engine.dispose()


async def test_there_is_a_sync_for_each_commit(tmp_path: Path) -> None:
    trace = tmp_path / "trace"
    command = ("strace", "-f", "-qq", "-o", str(trace), "-e", "trace=fdatasync,fsync")
    try:
        works = await asyncio.to_thread(subprocess.run, [*command, "true"], capture_output=True, check=False)
    except FileNotFoundError:
        pytest.skip("strace is not on this machine")
    if works.returncode != 0:
        pytest.skip("tracing is not allowed here")

    def traced(process: Process) -> None:
        process.before = command

    async with served(tmp_path, "embedded", traced, HELPDESK_WORKER="outside") as server:
        writer = Person(lambda: server.url, random.Random(SEED), pause_s=0.01)
        async with living([writer]):
            await everybody_has([writer], 1)
            before = syncs(trace)
            had = len(writer.record.receipts)
            await everybody_has([writer], had + 30, 60)
            assert syncs(trace) - before >= len(writer.record.receipts) - had - 1, (
                "one at a time: one commit each"
            )
        assert server.process is not None
        children = Path(f"/proc/{server.process.pid}/task/{server.process.pid}/children").read_text()  # noqa: ASYNC240
        for child in children.split():
            os.kill(int(child), signal.SIGKILL)  # the traced one would outlive its tracer


def syncs(trace: Path) -> int:
    """How many there were so far."""
    return sum("sync(" in line for line in trace.read_text().splitlines())
