"""Who looks at which conversation, for the rows of every list: heard from the consoles of all processes."""

import time
from collections.abc import Callable, Iterable
from typing import Any

from helpdesk.wiring import Desk

TOPIC = "lookers"
GONE_AFTER_S = 25.0
FORGET_EACH_S = 1.0
Listener = Callable[[int, str], None]
Looker = tuple[int, str, str, float]
"""(id of the staff, name, viewing or replying, until when) of one console."""


def told(lookers: Iterable[Looker], but: int) -> list[dict[str, str]]:
    """Who they are, as the wire says it, without one of the staff; of one person's consoles the replying one counts."""
    doing: dict[str, str] = {}
    for who, name, what, _ in lookers:
        if who != but and doing.get(name) != "replying":
            doing[name] = what
    return [{"name": name, "doing": doing[name]} for name in sorted(doing)]


class Lookers:
    """Listeners are called with (number, public id) of a conversation whose lookers have changed."""

    def __init__(self, desk: Desk) -> None:
        self._here: dict[int, dict[str, Looker]] = {}
        self._ids: dict[int, str] = {}
        self._listeners: set[Listener] = set()
        self._forget_at = 0.0
        desk.bus.listen(TOPIC, self._on_fact)

    def listen(self, listener: Listener) -> Callable[[], None]:
        """Call it from now on; returns the function that ends it."""
        self._listeners.add(listener)
        return lambda: self._listeners.discard(listener)

    def at(self, number: int) -> dict[str, Looker]:
        """The consoles that look at it, by their own ids."""
        now = time.monotonic()
        return {key: one for key, one in self._here.get(number, {}).items() if one[3] > now}

    def of(self, number: int, but: int) -> list[dict[str, str]]:
        """Who looks at it, as the wire says it, without one of the staff."""
        return told(self.at(number).values(), but)

    def _on_fact(self, fact: Any) -> None:
        if not isinstance(fact, dict):
            return
        number, console = fact["number"], fact["console"]
        self._forget_old(number)
        here = self._here.setdefault(number, {})
        before = here.get(console)
        if fact["doing"] == "gone":
            here.pop(console, None)
        else:
            until = time.monotonic() + GONE_AFTER_S
            here[console] = (fact["who"], fact["name"], fact["doing"], until)
        self._ids[number] = fact["conversation"]
        if before is None or fact["doing"] != before[2]:
            self._tell(number)
        if not here:
            self._here.pop(number, None)
            self._ids.pop(number, None)

    def _forget_old(self, spared: int) -> None:
        """Consoles that vanished without a word."""
        now = time.monotonic()
        if now < self._forget_at:
            return
        self._forget_at = now + FORGET_EACH_S
        for number in [n for n, here in self._here.items() if any(one[3] <= now for one in here.values())]:
            left = {key: one for key, one in self._here[number].items() if one[3] > now}
            self._here[number] = left
            if number != spared:
                self._tell(number)
                if not left:
                    del self._here[number], self._ids[number]

    def _tell(self, number: int) -> None:
        for listener in tuple(self._listeners):
            listener(number, self._ids[number])


def lookers_of(desk: Desk) -> Lookers:
    """The one of this process, made when the first console opens."""
    found = desk.extras.get("lookers")
    if not isinstance(found, Lookers):
        found = desk.extras["lookers"] = Lookers(desk)
    return found
