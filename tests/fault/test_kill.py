"""`kill -9` at random moments, between a commit and its echo, and between two statements of one transaction."""

import asyncio
import random
import shutil
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import func, select

from helpdesk.chat.models import Conversation, Message
from helpdesk.store.engine import make_engine
from tests.fault.length import BOTH, LONG, SEED, times
from tests.fault.people import Person, everybody_has, living, rest_and_judge
from tests.fault.processes import served
from tests.profiles import settings_of
from tests.world import ROOT, furnished

KILLS = times(2, 100)
WRITERS = times(5, 50)


@BOTH
@pytest.mark.timeout(1800 if LONG else 120)
async def test_what_was_acknowledged_survives_kill_9_and_stands_once(tmp_path: Path, kind: str) -> None:
    dice = random.Random(SEED)
    async with served(tmp_path, kind) as server:
        people = [
            Person(lambda: server.url, random.Random(dice.random()), with_people=number % 3 != 0)
            for number in range(WRITERS)
        ]
        async with living(people):
            await everybody_has(people, 1)
            for _ in range(KILLS):
                had = sum(len(p.record.receipts) for p in people)
                await asyncio.sleep(0.1 + dice.random())
                await server.kill()
                await server.start()
                assert sum(len(p.record.receipts) for p in people) >= had
            followers = [Person(lambda: server.url, dice, token=p.token, writes=False) for p in people[:2]]
            async with living(followers):
                rows = await rest_and_judge([*people, *followers])
    assert rows >= WRITERS * KILLS


DIES = '''
"""Posts once to each conversation and dies: `after` the commit and before its echo, or `between` two statements."""
import os, sys
import helpdesk.schema
from helpdesk.chat.post import Draft, post
from helpdesk.clock import Clock
from helpdesk.store.engine import make_engine
from helpdesk.store.session import Store

url, where, first, count = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])

def die(*_): os._exit(9)

def rule(tx, number):
    post(tx, number, Draft("v:1", "visitor", "You", "the first", f"first-{number}"))
    if where == "between":
        die()
    post(tx, number, Draft("v:1", "visitor", "You", "the second", f"second-{number}"))

for number in range(first, first + count):
    child = os.fork()
    if child == 0:
        Store(make_engine(url), Clock(), on_commit=die).write_now(rule, number)
        os._exit(1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 9
'''


@BOTH
@pytest.mark.parametrize("where", ["after", "between"])
async def test_a_transaction_is_whole_or_absent_wherever_the_process_dies(
    tmp_path: Path, kind: str, where: str
) -> None:
    count = times(10, 200)
    url = settings_of(kind).get("database_url") or f"sqlite:///{tmp_path / 'helpdesk.db'}"
    if kind == "embedded":
        shutil.copy(await furnished(), tmp_path / "helpdesk.db")
    engine = make_engine(url)
    now = datetime(2026, 1, 2, tzinfo=UTC)
    with engine.execution_options(writing=True).begin() as connection:
        rows = [{"public_id": f"c{i}", "bot": {}, "created_at": now, "touched_at": now} for i in range(count)]
        connection.execute(Conversation.__table__.insert(), rows)  # type: ignore[attr-defined]
        ids = sorted(connection.execute(select(Conversation.id)).scalars())[-count:]  # type: ignore[call-overload]
    died = await asyncio.to_thread(
        subprocess.run, [sys.executable, "-c", DIES, url, where, str(ids[0]), str(count)], cwd=ROOT,
        capture_output=True, text=True, timeout=600,
    )  # fmt: skip
    assert died.returncode == 0, died.stderr
    with engine.connect() as connection:
        kept = connection.execute(
            select(Message.conversation_id, func.count(), func.max(Message.seq)).group_by(
                Message.conversation_id
            )  # type: ignore[call-overload]
        ).all()
        last = dict(connection.execute(select(Conversation.id, Conversation.last_seq)).all())  # type: ignore[call-overload]
    engine.dispose()
    found = {row[0]: (row[1], row[2]) for row in kept if row[0] in ids}
    assert found == (dict.fromkeys(ids, (2, 2)) if where == "after" else {})
    assert {last[ident] for ident in ids} == ({2} if where == "after" else {0})
