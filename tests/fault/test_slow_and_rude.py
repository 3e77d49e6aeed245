"""Readers that do not read, handshakes that never end, and sockets that say nothing: others notice nothing."""

import asyncio
import base64
import contextlib
import json
import random
import socket
import statistics
import struct
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.fault.length import SEED, times
from tests.fault.people import Person, everybody_has, living, rest_and_judge
from tests.world import World, start_world, until

HANDSHAKE_WITHIN_S = 5.0
FAREWELL_S = 2.0  # a peer that does not answer the close is not waited for any longer
FILLING_S = 10.0  # what the system itself takes must be full before anybody can notice
BUSY_S = 3.0  # what a machine that runs other tests may need more
CLOSED_1013 = b"\x88\x02" + struct.pack("!H", 1013)


class Bare:
    """A TCP connection that does exactly what the test says."""

    def __init__(self, port: int, *, window: int = 0) -> None:
        self.socket = socket.socket()
        if window:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, window)
        self.socket.setblocking(False)
        self.port = port

    async def connect(self) -> None:
        """Open it."""
        await asyncio.get_running_loop().sock_connect(self.socket, ("127.0.0.1", self.port))

    async def send(self, data: bytes) -> None:
        """All of it."""
        await asyncio.get_running_loop().sock_sendall(self.socket, data)

    async def upgrade(self, extra: int = 0, *more: str, query: str = "") -> bytes:
        """Ask for the visitor's socket with `extra` headers and `more`; the head of the answer."""
        key = base64.b64encode(b"0123456789abcdef").decode()
        lines = [
            f"GET /ws/visitor{query} HTTP/1.1", f"Host: 127.0.0.1:{self.port}", "Upgrade: websocket", "Connection: Upgrade",
            f"Sec-WebSocket-Key: {key}", "Sec-WebSocket-Version: 13", f"Origin: http://127.0.0.1:{self.port}",
            *(f"X-More-{number}: x" for number in range(extra)), *more,
        ]  # fmt: skip
        await self.send("\r\n".join([*lines, "", ""]).encode())
        return await self.read()

    async def frame(self, **values: object) -> None:
        """One text frame, masked with zeros."""
        await self.send(masked(json.dumps(values).encode()))

    async def read(self, most: int = 4096) -> bytes:
        """What is there; empty at the end."""
        try:
            return await asyncio.get_running_loop().sock_recv(self.socket, most)
        except ConnectionError:
            return b""

    async def read_all(self) -> bytes:
        """Everything until it is closed."""
        found = b""
        while data := await self.read(1 << 20):
            found += data
        return found


def masked(payload: bytes) -> bytes:
    """A client's text frame."""
    size = len(payload)
    head = bytes([0x81, 0x80 | size]) if size < 126 else b"\x81\xfe" + struct.pack("!H", size)
    return head + b"\0\0\0\0" + payload


@contextlib.asynccontextmanager
async def bare(port: int, count: int, **options: int) -> AsyncIterator[list[Bare]]:
    """`count` open connections, closed afterwards."""
    made = [Bare(port, **options) for _ in range(count)]
    try:
        for each in made:
            await each.connect()
        yield made
    finally:
        for each in made:
            each.socket.close()


@pytest.mark.timeout(180)
async def test_readers_that_stop_reading_are_let_go_and_the_others_do_not_wait(tmp_path: Path) -> None:
    dice = random.Random(SEED)
    async with start_world(tmp_path, limits="off") as world:
        writer = Person(lambda: world.url, dice, pause_s=0.02)
        others = [Person(lambda: world.url, random.Random(dice.random()), pause_s=0.1) for _ in range(5)]
        async with living([writer, *others]), bare(world.port, times(5, 20), window=4096) as stuck:
            await everybody_has([writer, *others], 1)
            before = len(world.desk.sockets.wires)
            for each in stuck:
                await each.upgrade()
                hello = {"type": "hello", "token": writer.token, "after": 0, "identity": None, "locale": "en"}
                await each.frame(**hello)
            await until(lambda: len(world.desk.sockets.wires) == before + len(stuck), 10)
            flood = asyncio.create_task(long_words(writer))
            begun = time.monotonic()
            await until(lambda: len(world.desk.sockets.wires) <= before, 60)
            assert time.monotonic() - begun < 15 + FILLING_S
            flood.cancel()
            ends = [await each.read_all() for each in stuck]
            assert all(CLOSED_1013 in end[-8:] for end in ends), [end[-8:] for end in ends]
            waits = [wait for other in others for wait in other.waits_s]
            assert len(waits) > 20
            assert statistics.quantiles(waits, n=100)[98] < 0.5 * BUSY_S
            await rest_and_judge([writer, *others])


async def long_words(writer: Person) -> None:
    """Much to read, in one conversation."""
    while True:
        if len(writer.waiting) < 50:
            writer.intend({"type": "say", "text": "x" * 3900 + str(len(writer.record.said))})
        await asyncio.sleep(0.004)


async def test_handshakes_and_greetings_that_never_end_are_cut_and_nobody_else_notices(
    tmp_path: Path,
) -> None:
    dice, many = random.Random(SEED), times(100, 5000)
    async with start_world(tmp_path, limits="off") as world:
        honest = Person(lambda: world.url, dice, pause_s=0.1)
        async with living([honest]), bare(world.port, 10) as heads, contextlib.AsyncExitStack() as stack:
            await everybody_has([honest], 1)
            begun = time.monotonic()
            silent = await upgraded(stack, world.port, many)
            dripping = await upgraded(stack, world.port, 10)
            drips = [
                asyncio.create_task(drip(each, b"GET /ws/visitor HTTP/1.1\r\nHost: 127.0.0.1\r\n" * 9))
                for each in heads
            ]
            drips += [
                asyncio.create_task(drip(each, masked(b'{"type":"hello","token":null}'))) for each in dripping
            ]
            await asyncio.wait_for(
                asyncio.gather(*(each.read_all() for each in [*heads, *silent, *dripping])),
                HANDSHAKE_WITHIN_S + FAREWELL_S + BUSY_S + many / 200,
            )
            for task in drips:
                task.cancel()
            assert time.monotonic() - begun > 1
            await rest_and_judge([honest])
            assert honest.closed_with == []
            assert max(honest.waits_s) < BUSY_S


async def upgraded(stack: contextlib.AsyncExitStack, port: int, count: int) -> list[Bare]:
    """So many open sockets, made a few at a time: who connects has five seconds to say what for."""
    found: list[Bare] = []
    while len(found) < count:
        some = await stack.enter_async_context(bare(port, min(100, count - len(found))))
        assert [each for each in some if b"101" not in await each.upgrade()] == []
        found += some
    return found


async def drip(each: Bare, data: bytes) -> None:
    """One byte a second."""
    for byte in data:
        with contextlib.suppress(OSError):
            await each.send(bytes([byte]))
        await asyncio.sleep(1)


async def test_upgrades_with_too_many_headers_are_answered_and_closed(world_without_limits: World) -> None:
    world = world_without_limits
    async with bare(world.port, 300) as crowd:
        answers = []
        async with asyncio.timeout(HANDSHAKE_WITHIN_S + 3 * BUSY_S):
            for each in crowd:
                answers.append(await each.upgrade(extra=150))
            assert [await each.read_all() for each in crowd] == [b""] * 300
    assert {answer.split(b"\r\n")[0] for answer in answers} == {
        b"HTTP/1.1 431 Request Header Fields Too Large"
    }
    panel = await world.visitor()
    await panel.say("still here")


@pytest.mark.parametrize(
    ("more", "query", "status"),
    [
        (f"Cookie: a={'x' * 8192}", "", b"431 Request Header Fields Too Large"),
        ("X-More: y", "?" + "x" * 9000, b"414 URI Too Long"),
        ("Content-Length: 5", "", b"400 Bad Request"),
        ("Transfer-Encoding: chunked", "", b"400 Bad Request"),
    ],
)
async def test_an_upgrade_that_the_sockets_cannot_read_is_answered_and_closed(
    world: World, more: str, query: str, status: bytes
) -> None:
    async with bare(world.port, 1) as (rude,):
        async with asyncio.timeout(HANDSHAKE_WITHIN_S + BUSY_S):
            answer = await rude.upgrade(0, more, query=query)
            assert await rude.read_all() == b""
    assert answer.startswith(b"HTTP/1.1 " + status)


@pytest.fixture
async def world_without_limits(tmp_path: Path) -> AsyncIterator[World]:
    """A running desk that lets one address open as many sockets as it likes."""
    async with start_world(tmp_path, limits="off") as world:
        yield world
