"""A place in the queue moves when others go: looked at again when the inbox rings, at most once in ten seconds."""

import asyncio
from collections.abc import Callable
from typing import Any

from helpdesk.chat.hands import INBOX
from helpdesk.realtime.bus import Bus

REST_S = 10.0


class Line:
    """Calls `look` for as long as it watches. Nobody who does not wait costs anything, or is known here."""

    __slots__ = ("_bus", "_is_late", "_leave", "_look", "_rest_s", "_resting")

    def __init__(self, bus: Bus, rest_s: float = REST_S) -> None:
        self._bus, self._rest_s = bus, rest_s
        self._look: Callable[[], None] | None = None
        self._leave: Callable[[], None] | None = None
        self._resting: asyncio.TimerHandle | None = None
        self._is_late = False

    def watch(self, look: Callable[[], None] | None) -> None:
        """Begin, or stop with None."""
        self._look = look
        if look is not None and self._leave is None:
            self._leave = self._bus.listen(INBOX, self._on_bell)
        elif look is None and self._leave is not None:
            self._leave()
            self._leave = None
            if self._resting is not None:
                self._resting.cancel()
                self._resting = None

    def _on_bell(self, fact: Any) -> None:
        if self._resting is not None:
            self._is_late = True
            return
        self._is_late = False
        self._resting = asyncio.get_running_loop().call_later(self._rest_s, self._rested)
        if self._look is not None:
            self._look()

    def _rested(self) -> None:
        self._resting = None
        if self._is_late:
            self._on_bell(None)
