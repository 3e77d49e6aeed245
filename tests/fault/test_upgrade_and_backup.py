"""A schema step that is killed, a schema that is old, and a copy taken while everybody writes."""

import asyncio
import os
import random
import signal
import sqlite3
import sys
import time
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import inspect

import helpdesk.schema
from helpdesk.store import migrate
from helpdesk.store.engine import make_engine
from tests.commands import helpdesk as command
from tests.fault.length import BOTH, LONG, SEED, times
from tests.fault.oracle import judge
from tests.fault.people import Person, everybody_has, living, rest, whole_conversation
from tests.fault.processes import furnish
from tests.profiles import settings_of
from tests.services import fresh_database, postgres
from tests.world import ROOT, SECRET, start_world

MOST_UPGRADES = 10


@BOTH
@pytest.mark.timeout(900 if LONG else 120)
async def test_an_upgrade_that_was_killed_is_done_by_the_next_one(tmp_path: Path, kind: str) -> None:
    def place(number: int) -> tuple[Path, str]:
        data = tmp_path / str(number)
        return data, f"sqlite:///{data / 'helpdesk.db'}" if kind == "embedded" else fresh_database(empty=True)

    dice = random.Random(SEED)
    _, whole_s = await upgrade_and_kill(*place(0))
    killed, number = 0, 0
    while number < times(2, 20) or (killed == 0 and number < MOST_UPGRADES):
        number += 1
        data, url = place(number)
        was_killed, took_s = await upgrade_and_kill(data, url, dice.random() * whole_s / 2)
        killed += was_killed
        if not was_killed:  # it was over first: the one before it had waited for a busy machine
            whole_s = took_s
        ended = await command(data, "db", "upgrade", HELPDESK_DATABASE_URL=url)
        assert ended.code == 0, ended.err
        engine = make_engine(url)
        assert migrate.is_current(engine)
        wanted = set(migrate_tables())
        assert wanted <= set(inspect(engine).get_table_names()), "no step was taken by half"
        engine.dispose()
    assert killed > 0


async def upgrade_and_kill(data: Path, url: str, after_s: float | None = None) -> tuple[bool, float]:
    """`kill -9` some time after the steps began, or never; whether it was not over yet, and how long the steps took."""
    known = {name: value for name, value in os.environ.items() if not name.startswith("HELPDESK_")}
    environment = {
        **known, "HELPDESK_DATABASE_URL": url, "HELPDESK_DATA_DIR": str(data), "HELPDESK_SECRET_KEY": SECRET,
    }  # fmt: skip
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-X", "importtime", "-m", "helpdesk", "db", "upgrade", cwd=ROOT, env=environment,
        stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    assert process.stderr is not None
    async with asyncio.timeout(60):
        while b"helpdesk.schema" not in await process.stderr.readline():  # loaded last, by the steps
            continue
    begun, talking = time.monotonic(), asyncio.create_task(process.stderr.read())
    if after_s is not None:
        await asyncio.sleep(after_s)
        if process.returncode is None:
            process.send_signal(signal.SIGKILL)
    await talking
    return await process.wait() < 0, time.monotonic() - begun


def migrate_tables() -> list[str]:
    """The names of all tables that this program knows."""
    return [table.name for table in helpdesk.schema.metadata.sorted_tables]


@pytest.mark.parametrize("process", ["serve", "work"])
async def test_an_old_schema_is_refused_with_a_sentence(tmp_path: Path, process: str) -> None:
    await furnish(tmp_path, "embedded")
    with closing(sqlite3.connect(tmp_path / "helpdesk.db")) as database:
        database.execute("UPDATE alembic_version SET version_num = '0001'")
        database.commit()
    begun = time.monotonic()
    said = await command(tmp_path, process, *(["--port", "0"] if process == "serve" else []))
    assert said.code == 2
    assert "helpdesk db upgrade" in said.err
    assert "Traceback" not in said.err
    assert time.monotonic() - begun < 30


@BOTH
async def test_a_copy_taken_under_load_holds_all_that_was_acknowledged_before(
    tmp_path: Path, kind: str
) -> None:
    dice, copy = random.Random(SEED), tmp_path / "copy.backup"
    values = settings_of(kind)
    named = {f"HELPDESK_{name.upper()}": str(value) for name, value in values.items()}
    if kind == "clustered":
        await tools_of_postgres(named)
    where = {"url": ""}
    people = [Person(lambda: where["url"], random.Random(dice.random())) for _ in range(4)]
    async with living(people), start_world(tmp_path, limits="off", **values) as world:
        where["url"] = world.url
        await everybody_has(people, 3)
        before = {str(p.token): dict(p.record.receipts) for p in people}
        saved = await command(tmp_path / "data", "backup", str(copy), **named)
        assert saved.code == 0, saved.err
        await everybody_has(people, max(len(p.record.receipts) for p in people) + 3)
        await rest(people)
        later = {str(p.token): p.record.last for p in people}
        where["url"] = "http://127.0.0.1:9"  # nobody is at home meanwhile
    back = await command(tmp_path / "data", "restore", str(copy), **named)
    assert back.code == 0, back.err
    async with start_world(tmp_path, limits="off", **values) as world:
        for token, receipts in before.items():
            rows = await whole_conversation(world.url, token)
            judge(rows, [])
            places = {row["client_id"]: row["seq"] for row in rows}
            assert receipts.items() <= places.items(), "what was acknowledged before the copy is in it"
            assert len(rows) < later[token]
            panel = await world.visitor(token=token, after=later[token])
            assert (await panel.wait("error"))["code"] == "reset", (
                "a client that has more is told to begin again"
            )
            await panel.wait("state")
            assert [m["seq"] for m in panel.messages()] == list(range(1, len(rows) + 1))
    verified = await command(tmp_path / "data", "audit", "verify", **named)
    assert verified.code == 0, verified.err


async def tools_of_postgres(named: dict[str, Any]) -> None:
    """`pg_dump` of the server that runs here, or this profile is passed over."""
    folder = postgres().bin if not os.environ.get("HELPDESK_TEST_POSTGRES_URL") else Path("/usr/bin")
    if not (folder / "pg_dump").is_file():
        pytest.skip("pg_dump is not among the packaged server's tools")
    named["PATH"] = f"{folder}:{os.environ['PATH']}"
