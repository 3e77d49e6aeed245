"""One reader of the inbox's changes for all consoles of a process: many bells are one read, however many agents."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Any

from helpdesk.chat import hands
from helpdesk.errors import Unavailable
from helpdesk.tickets import inbox
from helpdesk.wiring import Desk

GATHER_S = 0.02
MOST_S = 0.3
Listener = Callable[[inbox.News, set[int], bool], Awaitable[None] | None]


class InboxFeed:
    """Listeners are called with (news, numbers that changed, whether anything may have changed).

    One who has nothing to tell returns None at once: most consoles show few of the rows that change.
    """

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._listeners: set[Listener] = set()
        self._dirty: set[int] = set()
        self._all_dirty = False
        self._task: asyncio.Task[None] | None = None
        self._rest_s, self._told_at = GATHER_S, 0.0
        desk.bus.listen(hands.INBOX, self._on_bell)

    def listen(self, listener: Listener) -> Callable[[], None]:
        """Tell `listener` of every change until the returned function is called."""
        self._listeners.add(listener)
        return lambda: self._listeners.discard(listener)

    def _on_bell(self, fact: Any) -> None:
        if not self._listeners:
            return
        if isinstance(fact, dict) and isinstance(fact.get("conversation"), int):
            self._dirty.add(fact["conversation"])
        else:
            self._all_dirty = True
        if self._task is None:
            self._task = asyncio.create_task(self._tell())

    async def _tell(self) -> None:
        """Read once, tell all, rest a moment. Under load the rest grows: a fortieth of the time is the most it takes."""
        try:
            while (self._dirty or self._all_dirty) and self._listeners:
                await asyncio.sleep(max(0.0, self._told_at + self._rest_s - time.monotonic()))
                numbers, everything = set(self._dirty), self._all_dirty
                self._dirty.clear()
                self._all_dirty = False
                begun = time.monotonic()
                try:
                    news = await self._desk.store.read(inbox.news, sorted(numbers))
                except Unavailable:
                    self._all_dirty = True
                    self._rest_s, self._told_at = MOST_S, time.monotonic()
                    continue
                told = [listener(news, numbers, everything) for listener in tuple(self._listeners)]
                await asyncio.gather(*(telling for telling in told if telling), return_exceptions=True)
                self._told_at = time.monotonic()
                self._rest_s = min(MOST_S, max(GATHER_S, 39 * (self._told_at - begun)))
        finally:
            self._task = None


def feed_of(desk: Desk) -> InboxFeed:
    """The feed of this process, made when the first console opens."""
    found = desk.extras.get("inbox feed")
    if not isinstance(found, InboxFeed):
        found = desk.extras["inbox feed"] = InboxFeed(desk)
    return found
