"""A copy while everybody writes, and the way back."""

import asyncio
import os
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

from sqlalchemy import func, select

from helpdesk.chat.models import Message
from helpdesk.store.session import Tx
from tests.commands import helpdesk, upgraded
from tests.services import fresh_database, postgres
from tests.world import ADA, World, start_world


def how_many(tx: Tx) -> int:
    return int(tx.session.execute(select(func.count()).select_from(Message)).scalar_one())


async def chatter(world: World) -> None:
    """Write until it is cancelled."""
    panel = await world.visitor()
    await panel.wait("seen")
    while True:
        await panel.say("Is anybody there?")


async def test_a_copy_taken_while_people_write_is_whole_and_comes_back(tmp_path: Path) -> None:
    data, copy = tmp_path / "data", tmp_path / "copy.backup"
    async with start_world(tmp_path, limits="off") as world:
        writing = [asyncio.create_task(chatter(world)) for _ in range(3)]
        saved = await helpdesk(data, "backup", str(copy))
        for task in writing:
            task.cancel()
        await asyncio.gather(*writing, return_exceptions=True)
        assert saved.code == 0, saved.err
        assert "checked" in saved.out
        running = await helpdesk(data, "restore", str(copy))
        assert running.code == 2
        assert "in use" in running.err
        later = await world.desk.store.read(how_many)
    assert copy.stat().st_mode & 0o077 == 0
    back = await helpdesk(data, "restore", str(copy))
    assert back.code == 0, back.err
    assert "before-restore" in back.out
    async with start_world(tmp_path) as world:
        assert 0 < await world.desk.store.read(how_many) <= later
        await world.customer(ADA)
    verified = await helpdesk(data, "audit", "verify")
    assert verified.code == 0, verified.err


async def test_of_backups_that_begin_together_one_has_the_name(tmp_path: Path) -> None:
    data, copy = upgraded(tmp_path / "data"), tmp_path / "copy.backup"
    said = await asyncio.gather(*(helpdesk(data, "backup", str(copy)) for _ in range(4)))
    assert sorted(each.code for each in said) == [0, 2, 2, 2]
    assert all("never overwritten" in each.err for each in said if each.code)
    assert sorted(os.listdir(tmp_path)) == ["copy.backup", "data"]


async def test_what_is_no_backup_changes_nothing(tmp_path: Path) -> None:
    data, copy = tmp_path / "data", tmp_path / "copy.backup"
    assert (await helpdesk(data, "backup", str(copy))).code == 2, "there is no database yet"
    upgraded(data)
    assert (await helpdesk(data, "backup", str(copy))).code == 0
    again = await helpdesk(data, "backup", str(copy))
    assert again.code == 2
    assert "exists already" in again.err
    before = (data / "helpdesk.db").read_bytes()
    for name, content in (("empty", b""), ("junk", b"x" * 9000), ("cut", copy.read_bytes()[:-200])):
        bad = tmp_path / name
        bad.write_bytes(content)
        refused = await helpdesk(data, "restore", str(bad))
        assert refused.code == 2, name
        assert refused.err.count("\n") == 1
    assert (await helpdesk(data, "restore", str(tmp_path / "missing"))).code == 2
    assert (data / "helpdesk.db").read_bytes() == before
    assert not list(data.glob(".restore-*"))


async def test_the_copy_of_a_newer_program_changes_nothing(tmp_path: Path) -> None:
    newer, data, copy = tmp_path / "newer", upgraded(tmp_path / "data"), tmp_path / "copy.backup"
    with closing(sqlite3.connect(upgraded(newer) / "helpdesk.db")) as database, database:
        database.execute("UPDATE alembic_version SET version_num = '0999'")
    assert (await helpdesk(newer, "backup", str(copy))).code == 0
    before = (data / "helpdesk.db").read_bytes()
    refused = await helpdesk(data, "restore", str(copy))
    assert (refused.code, refused.err.count("\n")) == (2, 1)
    assert "step 0999, which this program does not know" in refused.err
    assert (data / "helpdesk.db").read_bytes() == before


async def test_a_damaged_database_comes_back_and_another_key_is_said(tmp_path: Path) -> None:
    data, copy = tmp_path / "data", tmp_path / "copy.backup"
    upgraded(data)
    await helpdesk(data, "backup", str(copy))
    (data / "helpdesk.db").write_bytes(b"not a database any more" * 100)
    back = await helpdesk(
        data, "restore", str(copy), HELPDESK_SECRET_KEY="another-secret-9876543210-zyxwvutsr"
    )
    assert back.code == 0, back.err
    assert "HELPDESK_SECRET_KEY" in back.err
    with sqlite3.connect(data / "helpdesk.db") as database:
        assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    database.close()


async def test_sent_files_come_back_too(tmp_path: Path) -> None:
    data, copy = tmp_path / "data", tmp_path / "copy.backup"
    upgraded(data)
    (data / "files").mkdir()
    (data / "files" / "abc").write_bytes(b"a picture")
    await helpdesk(data, "backup", str(copy))
    shutil.rmtree(data / "files")
    await helpdesk(data, "restore", str(copy))
    assert (data / "files" / "abc").read_bytes() == b"a picture"


async def test_a_postgresql_desk_is_copied_and_brought_back_by_its_own_tools(tmp_path: Path) -> None:
    server, copy = postgres(), tmp_path / "copy.backup"
    url = fresh_database()
    tools = {"PATH": f"{server.bin}:{os.environ['PATH']}", "HELPDESK_DATABASE_URL": url}
    async with start_world(tmp_path, database_url=url) as world:
        panel = await world.visitor()
        await panel.say("Is anybody there?")
        saved = await helpdesk(tmp_path / "data", "backup", str(copy), **tools)
        assert saved.code == 0, saved.err
        await panel.say("This comes after the copy.")
    without = await helpdesk(
        tmp_path / "data", "backup", str(tmp_path / "x"), **{**tools, "PATH": "/nowhere"}
    )
    assert without.code == 2
    assert "pg_dump is not installed" in without.err
    elsewhere = {**tools, "HELPDESK_DATABASE_URL": f"{url}&port=1&sslmode=disable"}
    said = await helpdesk(tmp_path / "data", "backup", str(tmp_path / "x"), **elsewhere)
    assert ".s.PGSQL.1" in said.err, "what stands behind the question mark counts"
    away = {**tools, "HELPDESK_DATABASE_URL": "postgresql://desk@127.0.0.1:1/desk"}
    assert (
        "Connection refused" in (await helpdesk(tmp_path / "data", "backup", str(tmp_path / "x"), **away)).err
    )
    back = await helpdesk(tmp_path / "data", "restore", str(copy), **tools)
    assert back.code == 0, back.err
    assert "before-restore-1.dump" in back.out
    async with start_world(tmp_path, database_url=url) as world:
        kept = await world.desk.store.read(
            lambda tx: list(tx.session.execute(select(Message.text)).scalars())
        )
        assert "Is anybody there?" in kept
        assert "This comes after the copy." not in kept
    other = await helpdesk(tmp_path / "data", "restore", str(copy), HELPDESK_DATABASE_URL="")
    assert other.code == 2
    assert "PostgreSQL" in other.err
