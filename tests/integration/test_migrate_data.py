"""From SQLite to PostgreSQL: every row, going on after an interruption, and nothing into a desk that is in use."""

import asyncio
import os
import signal
import sqlite3
import sys
import uuid
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import psycopg

from tests.commands import SECRET, Said, helpdesk
from tests.services import fresh_database
from tests.world import ADA, ROOT, start_world, submit


async def lived_in(folder: Path) -> tuple[str, str]:
    """A desk on SQLite in which things happened; its URL, and the token of a visitor."""
    async with start_world(folder, limits="off") as world:
        panel = await world.visitor()
        token = (await panel.wait("welcome"))["token"]
        for number in range(20):
            await panel.say(f"Zeichen wie ü und 💚, number {number}")
        for each in (panel, await world.visitor()):
            ticket = {"to": "ticket", "email": ADA, "subject": "s", "text": "t"}
            await each.send(type="handover", client_id=str(uuid.uuid4()), **ticket)
            await each.wait("state", handled_by="ticket")
        await world.staff()
        await submit(world.browser(), "/forgot-password", email=ADA)
    return f"sqlite:///{folder / 'data' / 'helpdesk.db'}", token


def add_rows(url: str, count: int) -> None:
    """Many letters, so that a move takes a while; and a ticket that points to a later one."""
    with closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as database:
        now = datetime.now(UTC).isoformat(sep=" ")
        rows = [("a@example.com", f"s{n}", "raw" * 50, f"<{n}@x>", now) for n in range(count)]
        line = "INSERT INTO kept_mail (recipient, subject, raw, message_id, at) VALUES (?, ?, ?, ?, ?)"
        database.executemany(line, rows)
        database.execute("UPDATE ticket SET merged_into = 2 WHERE id = 1")
        database.commit()


async def test_a_desk_moves_with_every_row_and_goes_on_there(tmp_path: Path) -> None:
    source, token = await lived_in(tmp_path)
    await asyncio.to_thread(add_rows, source, 1500)
    target = fresh_database(empty=True)
    moved = await helpdesk(tmp_path / "data", "migrate-data", source, target)
    assert moved.code == 0, moved.err + moved.out
    assert "kept_mail: 1000 of" in moved.out
    assert "the audit chain holds" in moved.out
    verified = await helpdesk(tmp_path / "data", "audit", "verify", HELPDESK_DATABASE_URL=target)
    assert verified.code == 0, verified.out
    with psycopg.connect(target) as there:
        assert there.execute("SELECT merged_into FROM ticket WHERE id = 1").fetchone() == (2,)
    async with start_world(tmp_path / "after", database_url=target) as world:
        panel = await world.visitor(token=token)
        await panel.wait("seen")
        assert next(m["text"] for m in panel.messages() if m["author"] == "visitor").startswith(
            "Zeichen wie ü"
        )
        await panel.say("and it goes on")
        fresh = await world.visitor()
        await fresh.say("with numbers past the old ones")
        await world.customer(ADA)


async def run_and_kill(data: Path, source: str, target: str, after_s: float) -> int:
    """`kill -9` after a while; the exit code."""
    known = {name: value for name, value in os.environ.items() if not name.startswith("HELPDESK_")}
    environment = {**known, "HELPDESK_DATA_DIR": str(data), "HELPDESK_SECRET_KEY": SECRET}
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "helpdesk", "migrate-data", source, target, cwd=ROOT, env=environment,
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL,
    )  # fmt: skip
    assert process.stdout is not None
    async with asyncio.timeout(60):
        while b"kept_mail: 2000 of" not in (line := await process.stdout.readline()):
            assert line, "it ended before it could be killed"
    await asyncio.sleep(after_s)
    process.send_signal(signal.SIGKILL)
    await process.stdout.read()
    return await process.wait()


async def test_a_move_that_was_killed_goes_on_where_it_stopped(tmp_path: Path) -> None:
    source, _ = await lived_in(tmp_path)
    await asyncio.to_thread(add_rows, source, 20_000)
    target = fresh_database(empty=True)
    assert await run_and_kill(tmp_path / "data", source, target, 0.05) == -signal.SIGKILL
    again = await helpdesk(tmp_path / "data", "migrate-data", source, target)
    assert again.code == 0, again.err + again.out
    assert "Going on" in again.out
    assert "kept_mail: 1000 of" not in again.out
    third = await helpdesk(tmp_path / "data", "migrate-data", source, target)
    assert_refused(third, "not empty")


async def test_what_cannot_be_moved_is_refused_with_a_sentence(tmp_path: Path) -> None:
    source, _ = await lived_in(tmp_path)
    data = tmp_path / "data"
    assert_refused(await helpdesk(data, "migrate-data", fresh_database(), source), "in this order")
    old = f"sqlite:///{tmp_path / 'old.db'}"
    assert_refused(await helpdesk(data, "migrate-data", old, fresh_database(empty=True)), "db upgrade")
    other = "another-secret-0123456789-abcdefghijklm"
    wrong = await helpdesk(
        data, "migrate-data", source, fresh_database(empty=True), HELPDESK_SECRET_KEY=other
    )
    assert_refused(wrong, "key")


def assert_refused(said: Said, words: str) -> None:
    assert said.code == 2, said
    assert words in said.err
    assert "Traceback" not in said.err
