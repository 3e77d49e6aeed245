"""`kill -9` at random moments while both sides write: nothing acknowledged is lost, nothing stands twice."""

import asyncio
import contextlib
import json
import os
import random
import signal
import sys
import uuid
from pathlib import Path
from typing import Any, cast

from websockets.asyncio.client import connect
from websockets.exceptions import WebSocketException

from tests.world import ROOT

KILLS = int(os.environ.get("HELPDESK_FAULT_KILLS", "5"))
WRITERS = 6
SEED = 20261124


class Supervised:
    """`helpdesk serve` on one port, started again after each kill."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = 0
        self.process: asyncio.subprocess.Process | None = None
        self.environment = {
            **os.environ, "HELPDESK_DATA_DIR": str(folder), "HELPDESK_LIMITS": "off", "HELPDESK_FAQ_DIR": str(ROOT / "faq"),
        }  # fmt: skip

    async def start(self) -> None:
        command = [sys.executable, "-m", "helpdesk"]
        upgrade = await asyncio.create_subprocess_exec(
            *command, "db", "upgrade", env=self.environment, cwd=ROOT, stdout=asyncio.subprocess.DEVNULL
        )
        assert await upgrade.wait() == 0
        self.process = await asyncio.create_subprocess_exec(
            *command, "serve", "--port", str(self.port), env=self.environment, cwd=ROOT,
            stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL,
        )  # fmt: skip
        assert self.process.stdout is not None
        async with asyncio.timeout(30):
            while not (line := await self.process.stdout.readline()).startswith(b"listening on"):
                assert line, "the server ended instead of starting"
        self.port = int(line.rsplit(b":", 1)[1])

    async def kill(self) -> None:
        assert self.process is not None
        self.process.send_signal(signal.SIGKILL)
        await self.process.wait()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"


class Writer:
    """A visitor who sends one text after another, and again until the echo comes."""

    def __init__(self, server: Supervised) -> None:
        self.server = server
        self.token: str | None = None
        self.acknowledged: dict[str, int] = {}
        self.waiting: dict[str, str] = {}
        self.seen: dict[int, str] = {}
        self.doubles = 0

    async def run(self, stop: asyncio.Event) -> None:
        while not stop.is_set() or self.waiting:
            with contextlib.suppress(WebSocketException, OSError, TimeoutError):
                await self._connection(stop)

    async def _connection(self, stop: asyncio.Event) -> None:
        url = self.server.url
        async with connect(
            url.replace("http", "ws") + "/ws/visitor", origin=cast(Any, url), open_timeout=5
        ) as socket:
            last = max(self.seen, default=0)
            hello = {"type": "hello", "token": self.token, "after": last, "identity": None, "locale": "en"}
            await socket.send(json.dumps(hello))
            for ident, text in self.waiting.items():
                await socket.send(json.dumps({"type": "say", "client_id": ident, "text": text}))
            while not stop.is_set() or self.waiting:
                if not self.waiting and not stop.is_set():
                    ident = str(uuid.uuid4())
                    self.waiting[ident] = f"word {len(self.acknowledged)} {ident[:6]}"
                    await socket.send(
                        json.dumps({"type": "say", "client_id": ident, "text": self.waiting[ident]})
                    )
                async with asyncio.timeout(5):
                    self._take(json.loads(await socket.recv()))

    def _take(self, frame: dict[str, Any]) -> None:
        if frame["type"] == "welcome" and frame["token"]:
            self.token = frame["token"]
        if frame["type"] == "message":
            before = self.seen.setdefault(frame["seq"], frame["text"])
            self.doubles += before != frame["text"]
            if frame["client_id"] in self.waiting:
                self.acknowledged[frame["client_id"]] = frame["seq"]
                del self.waiting[frame["client_id"]]


async def whole_conversation(server: Supervised, token: str) -> list[dict[str, Any]]:
    async with connect(
        server.url.replace("http", "ws") + "/ws/visitor", origin=cast(Any, server.url)
    ) as socket:
        await socket.send(
            json.dumps({"type": "hello", "token": token, "after": 0, "identity": None, "locale": "en"})
        )
        frames = []
        while (frame := json.loads(await socket.recv()))["type"] != "state":
            frames.append(frame)
    return [frame for frame in frames if frame["type"] == "message"]


async def test_what_was_acknowledged_survives_kill_9_and_stands_once(tmp_path: Path) -> None:
    dice = random.Random(SEED)
    server = Supervised(tmp_path)
    await server.start()
    stop = asyncio.Event()
    writers = [Writer(server) for _ in range(WRITERS)]
    running = [asyncio.create_task(writer.run(stop)) for writer in writers]
    for _ in range(KILLS):
        await asyncio.sleep(0.2 + dice.random())
        await server.kill()
        await server.start()
    stop.set()
    async with asyncio.timeout(60):
        await asyncio.gather(*running)
    assert sum(len(writer.acknowledged) for writer in writers) > WRITERS * KILLS
    for writer in writers:
        assert writer.token is not None
        rows = await whole_conversation(server, writer.token)
        assert [row["seq"] for row in rows] == list(range(1, len(rows) + 1))
        ids = [row["client_id"] for row in rows if row["client_id"]]
        assert len(ids) == len(set(ids))
        assert set(writer.acknowledged) <= set(ids)
        assert writer.doubles == 0
        for row in rows:
            if row["seq"] in writer.seen:
                assert writer.seen[row["seq"]] == row["text"]
    await server.kill()
