"""An orderly restart under load: everybody is told, everything under way is finished, the process ends by itself."""

import asyncio
import contextlib
import os
import random
import signal
import time
from pathlib import Path

import pytest

from tests.fault.length import BOTH, LONG, SEED, times
from tests.fault.people import Person, everybody_has, living, rest_and_judge
from tests.fault.processes import Process, furnish, served
from tests.world import until

EXIT_WITHIN_S = 12.0
RESTARTS = times(1, 20)
CLIENTS = times(200, 2000)
AT_ONCE = 50


@BOTH
@pytest.mark.timeout(1800 if LONG else 120)
async def test_a_restart_under_load_is_orderly_and_nobody_sees_an_error(tmp_path: Path, kind: str) -> None:
    dice = random.Random(SEED)
    async with served(tmp_path, kind) as server:
        people = [Person(lambda: server.url, random.Random(dice.random())) for _ in range(6)]
        async with living(people):
            await everybody_has(people, 2)
            for _ in range(RESTARTS):
                await until(lambda: all(person.connected for person in people), 30)
                server.tell(signal.SIGTERM)
                assert await server.ended(EXIT_WITHIN_S) == 0
                await server.start()
            await rest_and_judge(people)
        for person in people:
            told = [frame for frame in person.frames if frame["type"] == "restart"]
            assert len(told) == RESTARTS
            assert all(0 <= frame["after_ms"] <= 5000 for frame in told)
            assert person.closed_with == [1012] * RESTARTS
            assert person.errors() == []
        assert server.tracebacks() == []


@pytest.mark.parametrize("signs", [[signal.SIGTERM], [signal.SIGINT], [signal.SIGINT, signal.SIGINT]])
async def test_who_stops_it_the_moment_it_listens_sees_an_orderly_end(
    tmp_path: Path, signs: list[signal.Signals]
) -> None:
    async with served(tmp_path, "embedded") as server:
        for sign in signs:
            server.tell(sign)
        assert await server.ended(EXIT_WITHIN_S) == 0
        assert server.tracebacks() == []


@pytest.mark.parametrize("command", ["serve", "work"])
async def test_who_says_it_again_and_again_until_the_end_changes_nothing(
    tmp_path: Path, command: str
) -> None:
    process = Process(tmp_path, await furnish(tmp_path, "embedded"), command=command)
    process.afresh = True
    await process.start()
    assert process.process is not None
    try:
        end = asyncio.ensure_future(process.ended(EXIT_WITHIN_S))
        while not end.done():
            with contextlib.suppress(ProcessLookupError):  # gone, and the news of it under way
                os.kill(process.process.pid, signal.SIGTERM)
            await asyncio.wait([end], timeout=0.002)
        assert await end == 0
        assert process.tracebacks() == []
    finally:
        await process.kill()


@pytest.mark.parametrize("command", ["serve", "work"])
async def test_a_mail_server_that_hangs_does_not_hold_up_the_end(tmp_path: Path, command: str) -> None:
    dice, asked = random.Random(SEED), asyncio.Event()

    async def says_nothing(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        asked.set()
        with contextlib.suppress(ConnectionError):
            await reader.read()
        writer.close()

    tarpit = await asyncio.start_server(says_nothing, "127.0.0.1", 0)
    smtp = f"smtp://127.0.0.1:{tarpit.sockets[0].getsockname()[1]}"
    where = "inside" if command == "serve" else "outside"
    async with (
        tarpit,
        contextlib.AsyncExitStack() as afterwards,
        served(tmp_path, "embedded", HELPDESK_SMTP_URL=smtp, HELPDESK_WORKER=where) as server,
    ):
        ending = server
        if command == "work":
            ending = Process(tmp_path, {"HELPDESK_SMTP_URL": smtp}, command="work")
            afterwards.push_async_callback(ending.kill)
            await ending.start()
        visitor = Person(lambda: server.url, dice)
        async with living([visitor]):
            await everybody_has([visitor], 1)
            visitor.intend(
                {"type": "handover", "to": "ticket", "email": "ada@example.com", "subject": "x", "text": "y"}
            )
            async with asyncio.timeout(30):
                await asked.wait()
            begun = time.monotonic()
            ending.tell(signal.SIGTERM)
            assert await ending.ended(EXIT_WITHIN_S) == 0
            assert time.monotonic() - begun < EXIT_WITHIN_S


@pytest.mark.timeout(600 if LONG else 120)
async def test_many_clients_come_back_after_a_restart_each_at_its_own_time(tmp_path: Path) -> None:
    dice, turn = random.Random(SEED), asyncio.Semaphore(AT_ONCE)
    async with served(tmp_path, "embedded") as server:
        crowd = [
            Person(lambda: server.url, random.Random(dice.random()), writes=False, obeys=True, turn=turn)
            for _ in range(CLIENTS)
        ]
        writers = [Person(lambda: server.url, random.Random(dice.random())) for _ in range(2)]
        async with living([*crowd, *writers]):
            await until(lambda: all(person.connected for person in crowd), times(90, 400))
            server.tell(signal.SIGTERM)
            assert await server.ended(EXIT_WITHIN_S) == 0
            pauses = {f["after_ms"] for p in crowd for f in p.frames if f["type"] == "restart"}
            assert len(pauses) > CLIENTS / 3
            await server.start()
            await until(lambda: all(person.connected for person in crowd), 30)
            await rest_and_judge(writers)
        assert all(person.errors() == [] for person in crowd)
