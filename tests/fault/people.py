"""Visitors who write through the front door and try again until the receipt comes, whatever happens meanwhile."""

import asyncio
import contextlib
import json
import random
import time
import uuid
from collections.abc import AsyncIterator, Callable, Iterable
from functools import partial
from typing import Any, cast

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, WebSocketException

from tests.fault.oracle import Record, judge
from tests.world import until

TRY_AGAIN_S = 3.0
Frame = dict[str, Any]


class Person:
    """One socket of a visitor, opened again whenever it ends.

    A writer says one thing after another, `pause_s` apart; with `writes=False` it only reads. `url` is asked at each
    connection: after a restart the address may be another one. `obeys` waits as long as `restart` asks. Many in one
    process take turns at opening, by a semaphore: that they are slow at it is not the desk's fault.
    """

    def __init__(
        self, url: Callable[[], str], dice: random.Random, *, token: str | None = None, writes: bool = True,
        pause_s: float = 0.02, with_people: bool = True, origin: str = "",
        obeys: bool = False, turn: asyncio.Semaphore | None = None,
    ) -> None:  # fmt: skip
        self.url, self.dice, self.token, self.writes = url, dice, token, writes
        self.pause_s, self.with_people, self.origin = pause_s, with_people, origin
        self.obeys, self.come_back_s = obeys, 0.0
        self.turn = turn or contextlib.nullcontext()
        self.record = Record()
        self.waiting: dict[str, Frame] = {}
        self.sent_at: dict[str, float] = {}
        self.waits_s: list[float] = []
        self.frames: list[Frame] = []
        self.closed_with: list[int] = []
        self.connected = 0
        self.resting = asyncio.Event()
        self._socket: ClientConnection | None = None

    async def live(self) -> None:
        """Until it is cancelled."""
        while True:
            with contextlib.suppress(WebSocketException, OSError, TimeoutError):
                await self._connection()
            await asyncio.sleep(0.05 + self.dice.random() / 5 + self.come_back_s)
            self.come_back_s = 0.0

    async def _connection(self) -> None:
        async with contextlib.AsyncExitStack() as until_it_ends:
            async with self.turn:
                socket = self._socket = await until_it_ends.enter_async_context(self._open())
                hello = {"type": "hello", "token": self.token, "after": self.record.last, "identity": None}
                await socket.send(json.dumps({**hello, "locale": "en"}))
                async with asyncio.timeout(TRY_AGAIN_S * 2):
                    await self._until_the_state(socket)
            self.connected += 1
            talking = asyncio.create_task(self._talk(socket))
            try:
                while True:
                    self._take(json.loads(await socket.recv()))
            except ConnectionClosed as ended:
                self.closed_with.append(ended.rcvd.code if ended.rcvd else 1006)
                raise
            finally:
                self.connected -= 1
                talking.cancel()

    def _open(self) -> connect:
        url = self.url()
        return connect(
            url.replace("http", "ws") + "/ws/visitor", origin=cast(Any, self.origin or url), open_timeout=5,
            close_timeout=0.5, compression=None,
        )  # fmt: skip

    async def _until_the_state(self, socket: ClientConnection) -> None:
        while True:
            frame = json.loads(await socket.recv())
            self._take(frame)
            if frame["type"] == "state":
                return

    async def _talk(self, socket: ClientConnection) -> None:
        """Everything without a receipt once more, then new words; what gets no receipt in time is said again."""
        with contextlib.suppress(ConnectionClosed):
            if self.writes and self.with_people and not self.record.said:
                self.intend(
                    {
                        "type": "handover",
                        "to": "agent",
                        "email": None,
                        "subject": None,
                        "text": "A person, please",
                    }
                )
            while True:
                for frame in tuple(self.waiting.values()):
                    await socket.send(json.dumps(frame))
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(TRY_AGAIN_S):
                        while self.waiting:
                            await asyncio.sleep(0.005)
                if not self.waiting:
                    await asyncio.sleep(self.pause_s * (0.5 + self.dice.random()))
                    if self.writes and not self.resting.is_set():
                        self.intend({"type": "say", "text": f"word {len(self.record.said)}"})

    def intend(self, frame: Frame) -> None:
        """Say this next, and until it has its receipt."""
        ident = str(uuid.UUID(int=self.dice.getrandbits(128), version=4))
        self.record.said[ident] = frame["text"]
        self.waiting[ident] = {**frame, "client_id": ident}
        self.sent_at[ident] = time.monotonic()

    def _take(self, frame: Frame) -> None:
        if frame["type"] != "message":
            self.frames.append(frame)
        if frame["type"] == "restart" and self.obeys:
            self.come_back_s = frame["after_ms"] / 1000
        if frame["type"] == "welcome" and frame["token"]:
            self.token = frame["token"]
        if frame["type"] == "message":
            self.record.take(frame)
            if self.waiting.pop(frame["client_id"], None):
                self.waits_s.append(time.monotonic() - self.sent_at[frame["client_id"]])

    async def hang_up(self) -> None:
        """Drop the connection without a word."""
        if self._socket is not None:
            self._socket.transport.abort()

    def errors(self) -> list[str]:
        """The codes of all refusals so far."""
        return [frame["code"] for frame in self.frames if frame["type"] == "error"]


@contextlib.asynccontextmanager
async def living(people: Iterable[Person]) -> AsyncIterator[None]:
    """They live while the block runs."""
    tasks = [asyncio.create_task(person.live()) for person in people]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def everybody_has(people: Iterable[Person], receipts: int, within_s: float = 60) -> None:
    """Until each writer has so many receipts."""
    await until(lambda: all(len(p.record.receipts) >= receipts for p in people if p.writes), within_s)


async def rest(people: list[Person], within_s: float = 30) -> None:
    """No new words from here on; until every word said has its receipt."""
    for person in people:
        person.resting.set()
    await until(lambda: not any(person.waiting for person in people), within_s)


async def rest_and_judge(people: list[Person], within_s: float = 30) -> int:
    """Come to rest, let everybody catch up where they are, and ask the oracle; how many rows there were.

    People of one token share a conversation. They stay connected: what they have, they were sent.
    """
    await rest(people, within_s)
    rooms: dict[str, list[Person]] = {}
    for person in people:
        assert person.token is not None
        rooms.setdefault(person.token, []).append(person)
    total = 0
    for token, room in rooms.items():
        rows = await whole_conversation(room[0].url(), token, room[0].origin)
        with contextlib.suppress(TimeoutError):
            await until(partial(_all_have, room, len(rows)), 10)
        judge(rows, [person.record for person in room])
        total += len(rows)
    return total


def _all_have(room: list[Person], end: int) -> bool:
    return all(person.record.last >= end for person in room)


async def whole_conversation(url: str, token: str, origin: str = "") -> list[Frame]:
    """All messages, as a fresh page of this visitor gets them."""
    async with connect(
        url.replace("http", "ws") + "/ws/visitor", origin=cast(Any, origin or url), compression=None
    ) as socket:
        hello = {"type": "hello", "token": token, "after": 0, "identity": None, "locale": "en"}
        await socket.send(json.dumps(hello))
        frames: list[Frame] = []
        while (frame := json.loads(await socket.recv()))["type"] != "state":
            assert frame["type"] in ("welcome", "message"), frame
            frames.append(frame)
    return [frame for frame in frames if frame["type"] == "message"]
