"""Visitors that keep what they were sent, rows that are put in past the server, and a few figures."""

import asyncio
import contextlib
import json
import sqlite3
import statistics
import time
import uuid
from collections.abc import Callable
from typing import Any

from tests.benchmarks.server_process import Running
from tests.benchmarks.wire import Client, open_socket

AT_ONCE = 100
ROWS = """
WITH RECURSIVE n(i) AS (SELECT {first} UNION ALL SELECT i + 1 FROM n WHERE i < {last})
INSERT INTO message (conversation_id, seq, sender, author, name, text, at, asks_feedback, helpful_reason)
SELECT {conversation}, i, 'bot', 'agent', 'Bench', 'Line ' || i, '2026-01-01 00:00:00.000000', 0, '' FROM n
"""


class Visitor:
    """One visitor's side. `on_frame(visitor, frame)` is called for each frame."""

    def __init__(
        self, on_frame: Callable[["Visitor", dict[str, Any]], None] = lambda who, frame: None
    ) -> None:
        self.client: Client | None = None
        self.token: str | None = None
        self.conversation = ""
        self.seqs: list[int] = []
        self.sent_at: dict[str, float] = {}
        self.delays_ms: list[float] = []
        self.on_frame = on_frame
        self.welcome: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def _take(self, client: Client, payload: bytes) -> None:
        frame = json.loads(payload)
        if frame["type"] == "welcome":
            self.token, self.conversation = frame["token"] or self.token, frame["conversation"]
            if not self.welcome.done():
                self.welcome.set_result(None)
        elif frame["type"] == "message":
            self.seqs.append(frame["seq"])
            if sent := self.sent_at.pop(frame["client_id"] or "", None):
                self.delays_ms.append((time.perf_counter() - sent) * 1000)
        self.on_frame(self, frame)

    async def connect(self, running: Running) -> None:
        """A socket, nothing said yet."""
        self.client = await open_socket(running.url, "/ws/visitor", self._take)

    def hello(self, after: int | None = 0) -> None:
        """The first frame."""
        assert self.client is not None
        frame = {"type": "hello", "token": self.token, "after": after, "identity": None, "locale": "en"}
        self.client.send(json.dumps(frame).encode())

    async def open(self, running: Running, after: int | None = 0) -> None:
        """Connected and welcomed."""
        await self.connect(running)
        self.hello(after)
        async with asyncio.timeout(60):
            await self.welcome

    def say(self, text: str) -> None:
        """A message; its delay is kept when the echo comes."""
        assert self.client is not None
        ident = str(uuid.uuid4())
        self.sent_at[ident] = time.perf_counter()
        self.client.send(json.dumps({"type": "say", "client_id": ident, "text": text}).encode())

    def leave(self) -> None:
        """Cut the connection."""
        assert self.client is not None
        assert self.client.transport is not None
        self.client.transport.abort()
        self.welcome = asyncio.get_running_loop().create_future()


async def many(count: int, running: Running, **options: Any) -> list[Visitor]:
    """`count` new visitors, AT_ONCE at a time."""
    found = [Visitor(**options) for _ in range(count)]
    for start in range(0, count, AT_ONCE):
        await asyncio.gather(*(one.open(running) for one in found[start : start + AT_ONCE]))
    return found


async def until(ready: Callable[[], bool], within_s: float = 120) -> float:
    """Wait for it; how many seconds it took."""
    begun = time.perf_counter()
    async with asyncio.timeout(within_s):
        while not ready():
            await asyncio.sleep(0.005)
    return time.perf_counter() - begun


def rows(running: Running, write: Callable[[sqlite3.Connection], Any]) -> Any:
    """Write past the server, into its SQLite file."""
    with (
        contextlib.closing(sqlite3.connect(running.folder / "helpdesk.db", timeout=60)) as database,
        database,
    ):
        return write(database)


def add_messages(database: sqlite3.Connection, conversation: int, first: int, last: int) -> None:
    """Messages `first` to `last` of one conversation."""
    database.execute(ROWS.format(conversation=conversation, first=first, last=last))
    database.execute("UPDATE conversation SET last_seq = ? WHERE id = ?", (last, conversation))


def figures(delays_ms: list[float]) -> dict[str, float]:
    """Median and p99, in ms."""
    found = sorted(delays_ms) or [0.0]
    return {"median_ms": statistics.median(found), "p99_ms": found[max(0, int(len(found) * 0.99) - 1)]}


def show(what: dict[str, Any]) -> None:
    """As JSON, three figures behind the point."""
    print(
        json.dumps(json.loads(json.dumps(what), parse_float=lambda digits: round(float(digits), 3)), indent=1)
    )
