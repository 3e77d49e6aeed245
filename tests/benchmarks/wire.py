"""A WebSocket client that costs almost nothing, so that one core can load a server on the other.

The mask key is zero (allowed: a mask is only there against old proxies), so masking is copying.
"""

import asyncio
import base64
import os
from collections.abc import Callable
from typing import cast
from urllib.parse import urlsplit

Take = Callable[["Client", bytes], None]


class Client(asyncio.Protocol):
    """One socket. `take(client, payload)` is called for each text frame."""

    def __init__(self, take: Take) -> None:
        self.take = take
        self.open: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.closed = asyncio.get_running_loop().create_future()
        self.transport: asyncio.Transport | None = None
        self._buffer = bytearray()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.Transport, transport)  # uvloop's are not of the standard class

    def connection_lost(self, exc: Exception | None) -> None:
        if not self.closed.done():
            self.closed.set_result(None)
        if not self.open.done():
            self.open.set_exception(exc or ConnectionError("closed"))

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        if not self.open.done():
            end = self._buffer.find(b"\r\n\r\n")
            if end < 0:
                return
            if not self._buffer.startswith(b"HTTP/1.1 101"):
                self.open.set_exception(ConnectionError(bytes(self._buffer[:120]).decode("latin-1")))
                return
            del self._buffer[: end + 4]
            self.open.set_result(None)
        self._frames()

    def _frames(self) -> None:
        buffer, start, have = self._buffer, 0, len(self._buffer)
        while have - start >= 2:
            size, head = buffer[start + 1] & 127, 2
            if size == 126:
                head = 4
            elif size == 127:
                head = 10
            if have - start < head:
                break
            if head > 2:
                size = int.from_bytes(buffer[start + 2 : start + head], "big")
            if have - start < head + size:
                break
            kind = buffer[start] & 15
            payload = bytes(buffer[start + head : start + head + size])
            start += head + size
            if kind == 1:
                self.take(self, payload)
            elif kind == 9 and self.transport:
                self.transport.write(_frame(payload, 0x8A))
        if start:
            del buffer[:start]

    def send(self, text: bytes) -> None:
        """One text frame."""
        assert self.transport is not None
        self.transport.write(_frame(text, 0x81))


def _frame(payload: bytes, kind: int) -> bytes:
    size = len(payload)
    if size < 126:
        return bytes((kind, 0x80 | size, 0, 0, 0, 0)) + payload
    return bytes((kind, 0x80 | 126)) + size.to_bytes(2, "big") + b"\0\0\0\0" + payload


async def open_socket(url: str, path: str, take: Take, **headers: str) -> Client:
    """A connected client; `url` is http://host:port, which is also its Origin unless a bearer token is given."""
    parts = urlsplit(url)
    key = base64.b64encode(os.urandom(16)).decode()
    lines = [
        f"GET {path} HTTP/1.1", f"Host: {parts.netloc}", "Upgrade: websocket", "Connection: Upgrade",
        f"Sec-WebSocket-Key: {key}", "Sec-WebSocket-Version: 13",
    ]  # fmt: skip
    if "Authorization" not in headers:
        lines.append(f"Origin: {url}")
    lines += [f"{name}: {value}" for name, value in headers.items()]
    _, client = await asyncio.get_running_loop().create_connection(
        lambda: Client(take), parts.hostname, parts.port
    )
    assert client.transport is not None
    client.transport.write(("\r\n".join(lines) + "\r\n\r\n").encode())
    await client.open
    return client
