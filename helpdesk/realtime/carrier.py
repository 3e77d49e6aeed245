"""What brings the frames of one visitor: a socket, or a request that is held open."""

from typing import Any, Protocol


class Carrier(Protocol):
    """The way out of a session."""

    async def send(self, frame: dict[str, Any]) -> None:
        """Write one frame; waits while the peer does not read."""

    def send_now(self, frame: dict[str, Any]) -> bool:
        """Write one frame if that needs no waiting; whether it was."""

    async def close(self, code: int) -> None:
        """End it with this code."""
