"""An SMTP server that costs almost nothing, so that one core can take what a worker on the other sends.

It speaks as much of the protocol as a sender needs, and keeps every mail whole, as it came.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import cast

REPLIES = {b"EHLO": b"250-sink\r\n250 8BITMIME\r\n", b"DATA": b"354 go on\r\n", b"QUIT": b"221 goodbye\r\n"}
END = b"\r\n.\r\n"


@dataclass
class Kept:
    """What came, in order."""

    url: str = ""
    mails: list[bytes] = field(default_factory=list)

    def message_ids(self) -> set[bytes]:
        """The ids in their heads."""
        heads = (mail.partition(b"\r\n\r\n")[0] for mail in self.mails)
        return {line for head in heads for line in head.split(b"\r\n") if line.startswith(b"Message-ID:")}


class Taking(asyncio.Protocol):
    """One connection."""

    def __init__(self, kept: Kept) -> None:
        self._kept, self._buffer, self._in_data = kept, bytearray(), False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)
        self._transport.write(b"220 sink\r\n")

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        while (end := self._buffer.find(END if self._in_data else b"\r\n")) >= 0:
            if self._in_data:
                self._take(end)
            else:
                self._answer(end)

    def _take(self, end: int) -> None:
        self._kept.mails.append(bytes(self._buffer[: end + 2]))
        del self._buffer[: end + len(END)]
        self._in_data = False
        self._transport.write(b"250 taken\r\n")

    def _answer(self, end: int) -> None:
        word = bytes(self._buffer[:4]).upper()
        del self._buffer[: end + 2]
        self._in_data = word == b"DATA"
        self._transport.write(REPLIES.get(word, b"250 OK\r\n"))


@contextlib.asynccontextmanager
async def mail_server() -> AsyncIterator[Kept]:
    """A running one on a free port."""
    kept = Kept()
    server = await asyncio.get_running_loop().create_server(lambda: Taking(kept), "127.0.0.1", 0)
    kept.url = f"smtp://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    try:
        yield kept
    finally:
        server.close()
