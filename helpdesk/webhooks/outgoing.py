"""One POST to an address that was looked up once, checked and connected to: no redirects."""

import asyncio
import socket
import ssl
from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any

import httpcore2

from helpdesk.webhooks.addresses import may_go_to

WITHIN_S = 5.0
MOST_ANSWER_BYTES = 64 * 1024


class NotAllowed(Exception):
    """The name leads to an address where webhooks may not go."""


class Pinned(httpcore2.AsyncNetworkBackend):
    """Connects by address. Every address of the name must be allowed: a mixed answer is a trick."""

    def __init__(self, allowed: Sequence[str]) -> None:
        self._allowed = allowed
        self._below = httpcore2.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 — the library's own contract
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore2.AsyncNetworkStream:
        """Look the name up once, check, connect to what was checked."""
        loop = asyncio.get_running_loop()
        found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        addresses = [str(entry[4][0]) for entry in found]
        if not addresses or not all(may_go_to(address, self._allowed) for address in addresses):
            raise NotAllowed("The name leads to an address that is not public.")
        return await self._below.connect_tcp(addresses[0], port, timeout, local_address, socket_options)

    async def connect_unix_socket(self, *args: Any, **kwargs: Any) -> httpcore2.AsyncNetworkStream:
        """Never."""
        raise NotAllowed("Webhooks go over the network.")

    async def sleep(self, seconds: float) -> None:
        """As the library asks."""
        await asyncio.sleep(seconds)


@cache
def authorities() -> ssl.SSLContext:
    """Whose certificates count: the system's list, read once, because reading it takes longer than most answers."""
    return ssl.create_default_context()


async def post(
    url: str,
    body: bytes,
    headers: dict[str, str],
    allowed: Sequence[str] = (),
    tls: ssl.SSLContext | None = None,
) -> int:
    """The status of the answer; its content is read a little and dropped, and may be slow or cut.

    Raises TimeoutError after 5 s without a status, NotAllowed, or what the connection raises.
    """
    status = 0
    sent = [("content-type", "application/json"), ("user-agent", "helpdesk-webhooks"), *headers.items()]
    try:
        async with (
            asyncio.timeout(WITHIN_S),
            httpcore2.AsyncConnectionPool(
                ssl_context=tls or authorities(), network_backend=Pinned(allowed)
            ) as pool,
            pool.stream("POST", url, headers=sent, content=body) as answer,
        ):
            status, size = int(answer.status), 0
            async for part in answer.aiter_stream():
                size += len(part)
                if size > MOST_ANSWER_BYTES:
                    break
    except (TimeoutError, httpcore2.NetworkError, httpcore2.ProtocolError):
        if not status:
            raise
    return status
