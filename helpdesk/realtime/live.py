"""Who follows what in this process: bells at once, and a re-check that makes a lost bell a delay, never a loss."""

from collections.abc import Awaitable, Callable, Iterable
from typing import Any

from helpdesk.realtime.bus import Bus

RECHECK_S = 4.0
Poke = Callable[[Any], None]


class Live:
    """Followers by the number of what they follow. `bus` brings bells; `recheck` compares with the rows."""

    def __init__(self, bus: Bus) -> None:
        self._bus = bus
        self._known: dict[int, tuple[tuple[Poke, Callable[[], int]], ...]] = {}

    def follow(self, topic: str, number: int, poke: Poke, cursor: Callable[[], int]) -> Callable[[], None]:
        """Call `poke(fact)` on each bell of `topic`, and `poke(None)` when the rows are past `cursor()`."""
        leave_bus = self._bus.listen(topic, poke)
        me = (poke, cursor)
        self._known[number] = (*self._known.get(number, ()), me)

        def leave() -> None:
            leave_bus()
            left = tuple(one for one in self._known.get(number, ()) if one is not me)
            if left:
                self._known[number] = left
            else:
                self._known.pop(number, None)

        return leave

    async def recheck(self, latest: Callable[[], Awaitable[Iterable[tuple[int, int]]]]) -> None:
        """Poke whoever is behind; `latest` gives (number, last) of all that changed lately, in one read."""
        if not self._known:
            return
        for number, last in await latest():
            for poke, cursor in self._known.get(number, ()):
                if cursor() < last:
                    poke(None)
