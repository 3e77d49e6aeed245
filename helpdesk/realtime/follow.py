"""Replay and live by one path: a follower reads what lies behind its cursor, sends it, and rests until poked.

A poke is a flag, not a queue: whoever reads slowly coalesces, and memory stays bounded by one page. A ring's
fact that follows directly on the cursor spares the read; anything else is read from the rows.
"""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from helpdesk.errors import Unavailable

Frame = dict[str, Any]
PAGE = 100
SEND_TIMEOUT_S = 10.0
READ_AGAIN_S = 2.0


class Follower:
    """One reader of one numbered list of rows.

    `read(after)` gives at most PAGE frames with `number > after`, in order; `send` writes one to the reader, and
    `send_now` does where that needs no waiting (else it says False). `on_stall` is called when a send does not finish within `patience_s`.
    """

    __slots__ = (  # there is one for each that only waits
        "_again", "_closed", "_number", "_on_stall", "_patience_s", "_pending", "_read", "_send", "_send_now", "_task",
        "cursor",
    )  # fmt: skip

    def __init__(
        self,
        read: Callable[[int], Awaitable[list[Frame]]],
        send: Callable[[Frame], Awaitable[None]],
        *,
        send_now: Callable[[Frame], bool] = lambda frame: False,
        number: str = "seq",
        after: int = 0,
        on_stall: Callable[[], Any] = lambda: None,
        patience_s: float = SEND_TIMEOUT_S,
    ) -> None:
        self.cursor = after
        self._read, self._send, self._send_now, self._number = read, send, send_now, number
        self._on_stall, self._patience_s = on_stall, patience_s
        self._pending: list[Frame] = []
        self._again = False
        self._task: asyncio.Task[None] | None = None
        self._closed = False

    def poke(self, frames: list[Frame] | None = None) -> None:
        """Something may be new; `frames` are rows just committed, if the bell brought them."""
        if self._closed:
            return
        if frames and self._task is None and self._sent_now(frames):
            return
        if frames and len(self._pending) < PAGE:
            self._pending += frames
        else:
            self._again = True
        if self._task is None:
            self._task = asyncio.create_task(self._run())

    def _sent_now(self, frames: list[Frame]) -> bool:
        """Whether all of `frames` went out or were there before: most often it is the next one, and nothing waits."""
        for frame in frames:
            seq = frame[self._number]
            if seq > self.cursor:
                if seq != self.cursor + 1 or not self._send_now(frame):
                    return False
                self.cursor = seq
        return True

    async def catch_up(self) -> None:
        """Send all that is there now; returns when the cursor has reached the end once."""
        self.poke()
        await self.settled()

    async def settled(self) -> None:
        """Wait for what is under way; nothing is looked for."""
        if self._task is not None:
            await asyncio.shield(self._task)

    def close(self) -> None:
        """Send no more."""
        self._closed = True
        if self._task is not None:
            self._task.cancel()

    async def _run(self) -> None:
        try:
            while (self._again or self._pending) and not self._closed:
                frames = self._take_pending()
                if frames is None:
                    self._again = False
                    self._pending.clear()
                    frames = await self._read(self.cursor)
                    self._again = self._again or len(frames) >= PAGE
                for frame in frames:
                    if frame[self._number] > self.cursor:
                        if not self._send_now(frame):
                            async with asyncio.timeout(self._patience_s):
                                await self._send(frame)
                        self.cursor = frame[self._number]
        except TimeoutError:
            self._closed = True
            self._on_stall()
        except Unavailable:
            # The rows cannot be read right now, and no bell may come again for what was missed.
            self._again = False
            self._pending.clear()
            asyncio.get_running_loop().call_later(READ_AGAIN_S, self.poke)
        finally:
            self._task = None
            if (self._again or self._pending) and not self._closed:
                self.poke()

    def _take_pending(self) -> list[Frame] | None:
        """The pending frames when they continue the cursor without a gap, else None: then the rows must be read."""
        if self._again or not self._pending:
            return None
        fresh = sorted(
            (f for f in self._pending if f[self._number] > self.cursor), key=lambda f: f[self._number]
        )
        self._pending = []
        if any(f[self._number] != self.cursor + 1 + i for i, f in enumerate(fresh)):
            self._again = True
            return None
        return fresh
