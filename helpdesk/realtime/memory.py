"""Bells inside one process."""

import asyncio
from collections.abc import Callable

from helpdesk.realtime.bus import Listener, Ring


class MemoryBus:
    """The bus of one process: a dictionary of listeners, called on the loop."""

    healthy = True

    def __init__(self) -> None:
        self._listeners: dict[str, tuple[Listener, ...]] = {}  # most topics have one, which a set makes large
        self._loop: asyncio.AbstractEventLoop | None = None

    async def start(self) -> None:
        """Remember the loop on which listeners are called."""
        self._loop = asyncio.get_running_loop()

    async def stop(self) -> None:
        """Nothing is held."""
        self._loop = None

    def ring(self, rings: list[Ring]) -> None:
        """Hand the rings to the loop; without one (a command), there is nobody to tell."""
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self.deliver, rings)

    def deliver(self, rings: list[Ring]) -> None:
        """Call the listeners now; for the loop's own thread."""
        for topic, fact in rings:
            for listener in self._listeners.get(topic, ()):
                listener(fact)

    def deliver_all(self) -> None:
        """Ring every bell: after a connection was lost, anybody may have missed something."""
        for topic in tuple(self._listeners):
            self.deliver([(topic, None)])

    def listen(self, topic: str, listener: Listener) -> Callable[[], None]:
        """Call `listener` on each ring of `topic` until the returned function is called."""
        self._listeners[topic] = (*self._listeners.get(topic, ()), listener)

        def leave() -> None:
            left = tuple(one for one in self._listeners.get(topic, ()) if one != listener)
            if left:
                self._listeners[topic] = left
            else:
                self._listeners.pop(topic, None)

        return leave
