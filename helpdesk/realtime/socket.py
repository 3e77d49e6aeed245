"""The life of one socket: origin, first frame in time, sizes, bad frames, floods, close codes.

Knows the wire; never knows what the frames mean.
"""

import asyncio
import random
import time
from collections import defaultdict
from collections.abc import Callable
from typing import Any

from pydantic_core import to_json
from starlette.responses import PlainTextResponse
from starlette.websockets import WebSocket, WebSocketDisconnect, WebSocketState

from helpdesk.realtime.carrier import Carrier
from helpdesk.realtime.frames_in import BadFrame, parse_object

HELLO_WITHIN_S = 5.0
MAX_BAD_FRAMES = 5
MAX_FRAMES_IN_10_S = 200
MAX_SOCKETS = 100  # of strangers at one address; and of one visitor or agent
RESTART_SPREAD_MS = 5000
OPENING_AT_ONCE = (
    16  # after a restart all come back at once: their reads must not stand before those of the others
)
BINARY, RULES, TRY_LATER, RESTART, REVOKED, FLOOD = 1003, 1008, 1013, 1012, 4401, 4429
WRITE_NOW = "helpdesk.write_now"
"""What `server.py` offers: `(payload) -> whether it went`, past all layers and without a task."""
READ_NOW = "helpdesk.read_now"
"""And: `(taker) -> None`; `taker(payload)` is asked about each text frame before it waits in line."""


class Wire:
    """One accepted socket that speaks JSON objects."""

    __slots__ = (
        "__weakref__", "_arrivals", "_offer", "_socket", "_taker", "_write_now", "bad_frames", "closed", "counted_for",
        "limited",
    )  # fmt: skip

    def __init__(self, websocket: WebSocket, counted_for: str, *, limited: bool = True) -> None:
        self._socket = websocket
        # Taken out: the protocol would point to itself by it, and only the collector could free it.
        self._write_now: Callable[[bytes], bool] = websocket.scope["extensions"].pop(WRITE_NOW, _cannot)
        self._offer: Callable[[Callable[[bytes], bool]], None] = websocket.scope["extensions"].pop(
            READ_NOW, _not_wanted
        )
        self._taker: Callable[[dict[str, Any]], bool] | None = None
        self.counted_for = counted_for
        self.limited = limited
        self.bad_frames = 0
        self._arrivals: list[float] = []  # a deque takes 64 places for the one frame of who only waits
        self.closed = False

    def offer_to(self, taker: Callable[[dict[str, Any]], bool]) -> None:
        """Let `taker` see each frame before `receive` does, while that waits; it says whether it has taken it."""
        self._taker = taker
        self._offer(self._take)

    def forget_opening(self) -> None:
        """Thousands only wait from here on: what the browser said when it opened the socket is needed no more."""
        self._socket.scope["headers"] = []
        for kept in ("_headers", "_cookies"):
            self._socket.__dict__.pop(kept, None)

    def let_go(self) -> None:
        """It has ended. Whoever took frames points back here: only the collector would free both."""
        self.closed, self._taker = True, None

    def _take(self, payload: bytes) -> bool:
        if self._taker is None or self.closed or (self.limited and self._is_flooded(now := time.monotonic())):
            return False
        try:
            value = parse_object(payload.decode())
        except (BadFrame, UnicodeDecodeError):
            return False
        if not self._taker(value):
            return False
        if self.limited:
            self._count(now)
        return True

    async def receive(self) -> dict[str, Any] | None:
        """The next object, or None when the socket has ended. Bad frames are answered here, the fifth one ends it."""
        while not self.closed:
            try:
                message = await self._socket.receive()
            except (WebSocketDisconnect, RuntimeError):
                break
            if message["type"] != "websocket.receive":
                break
            if self._floods():
                await self.close(FLOOD)
                break
            text = message.get("text")
            if text is None:
                await self.close(BINARY)
                break
            try:
                return parse_object(text)
            except BadFrame as error:
                await self.refuse_frame(str(error))
        self.closed = True
        return None

    async def refuse_frame(self, sentence: str) -> None:
        """Say what is wrong with a frame; the fifth time, close."""
        await self.send(
            {
                "type": "error",
                "code": "bad_frame",
                "detail": sentence,
                "client_id": None,
                "retry_after_ms": None,
            }
        )
        await self.count_bad_frame()

    async def count_bad_frame(self) -> None:
        """One that was answered already; the fifth time, close."""
        self.bad_frames += 1
        if self.bad_frames >= MAX_BAD_FRAMES:
            await self.close(RULES)

    async def send(self, frame: dict[str, Any]) -> None:
        """Write one frame; waits while the peer does not read. A peer that has gone is no error."""
        if self.closed or self._write_now(payload := to_json(frame)):
            return
        try:
            await self._socket.send_text(payload.decode())
        except (WebSocketDisconnect, RuntimeError):
            self.closed = True

    def send_now(self, frame: dict[str, Any]) -> bool:
        """Write one frame if that needs no waiting; whether it was."""
        return not self.closed and self._write_now(to_json(frame))

    async def close(self, code: int) -> None:
        """End it with this code; a peer that does not read is not waited for."""
        if self.closed:
            return
        self.closed = True
        if self._socket.application_state == WebSocketState.CONNECTED:
            try:
                async with asyncio.timeout(1):
                    await self._socket.close(code)
            except (TimeoutError, WebSocketDisconnect, RuntimeError):
                return

    def _floods(self) -> bool:
        if not self.limited:
            return False
        now = time.monotonic()
        flooded = self._is_flooded(now)
        self._count(now)
        return flooded

    def _is_flooded(self, now: float) -> bool:
        return len(self._arrivals) >= MAX_FRAMES_IN_10_S and now - self._arrivals[0] < 10

    def _count(self, now: float) -> None:
        self._arrivals.append(now)
        if len(self._arrivals) > MAX_FRAMES_IN_10_S:
            del self._arrivals[0]


def _cannot(payload: bytes) -> bool:
    return False


def _not_wanted(taker: Callable[[bytes], bool]) -> None:
    return


class Sockets:
    """All live sockets of this process: for limits by address, and for telling them about a restart.

    `held` are the requests that stand in for a socket, while they wait for something to say.
    """

    def __init__(self) -> None:
        self.wires: set[Wire] = set()
        self.held: set[Carrier] = set()
        self.counts: dict[str, int] = defaultdict(int)
        self.opening = asyncio.Semaphore(OPENING_AT_ONCE)

    async def accept(self, websocket: WebSocket, address: str, *, limited: bool) -> Wire | None:
        """The accepted wire; None after a refusal with HTTP 429, when this address has too many sockets."""
        if limited and self.counts[address] >= MAX_SOCKETS:
            await websocket.send_denial_response(PlainTextResponse("Too many connections.", 429))
            return None
        await websocket.accept()
        wire = Wire(websocket, address, limited=limited)
        self.wires.add(wire)
        self.counts[address] += 1
        return wire

    async def known(self, wire: Wire, holder: str) -> None:
        """It has said whose it is: no stranger's any more, so many may come from one house. Too many of one end."""
        self._uncount(wire)
        wire.counted_for = holder
        self.counts[holder] += 1
        if wire.limited and self.counts[holder] > MAX_SOCKETS:
            await wire.close(FLOOD)

    def gone(self, wire: Wire) -> None:
        """The socket has ended."""
        wire.let_go()
        self.wires.discard(wire)
        self._uncount(wire)

    def _uncount(self, wire: Wire) -> None:
        self.counts[wire.counted_for] -= 1
        if self.counts[wire.counted_for] <= 0:
            del self.counts[wire.counted_for]

    async def tell_restart(self) -> None:
        """Ask every client to come back, each at its own time within RESTART_SPREAD_MS."""
        dice = random.Random()  # noqa: S311 — spreads load, guards nothing

        async def tell(one: Wire | Carrier) -> None:
            try:
                async with asyncio.timeout(1):
                    await one.send({"type": "restart", "after_ms": dice.randrange(RESTART_SPREAD_MS)})
            except TimeoutError:
                return

        await asyncio.gather(*(tell(one) for one in (*self.wires, *self.held)))


async def refuse(websocket: WebSocket, status: int, sentence: str) -> None:
    """Answer the upgrade with plain HTTP."""
    await websocket.send_denial_response(PlainTextResponse(sentence, status))


async def first_frame(wire: Wire) -> dict[str, Any] | None:
    """The first object, within HELLO_WITHIN_S; else the socket is closed with 1008."""
    try:
        async with asyncio.timeout(HELLO_WITHIN_S):
            return await wire.receive()
    except TimeoutError:
        await wire.close(RULES)
        return None
