"""The bus as everybody sees it; two implementations ship (`memory.py`, `redis.py`)."""

from collections.abc import Callable
from typing import Any, Protocol

Ring = tuple[str, Any]
Listener = Callable[[Any], None]


class Bus(Protocol):
    """Topics with listeners. A listener is called on the event loop with the ring's fact, or None."""

    def ring(self, rings: list[Ring]) -> None:
        """Tell the listeners of these topics; safe from any thread, never waits, never raises."""

    def listen(self, topic: str, listener: Listener) -> Callable[[], None]:
        """Call `listener(fact)` on each ring of `topic`; returns the function that ends it."""

    async def start(self) -> None:
        """Connect, and remember the running loop."""

    async def stop(self) -> None:
        """Let the connections go."""

    @property
    def healthy(self) -> bool:
        """Whether rings reach other processes at this moment."""
