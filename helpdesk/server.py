"""The server around the application: limits before anything is parsed, a graceful end, the address really bound."""

import asyncio
import signal
import socket
import sys
from collections.abc import Awaitable, Callable, Generator
from contextlib import contextmanager
from typing import Any

import uvicorn
from httptools import HttpParserInvalidMethodError
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.exceptions import HeaderLineTooLong, RequestLineTooLong
from websockets.protocol import State

MAX_HEADERS = 100
MAX_HEAD_BYTES = 32 * 1024
HEAD_DEADLINE_S = 5.0
WS_MAX_BYTES = 64 * 1024
STOP_WITHIN_S = 8
CLOSE_WITHIN_S = 2.0
SEND_BUFFER_BYTES = 256 * 1024
AT_ONCE_BYTES = 32 * 1024
UNREADABLE: dict[type[Exception], bytes] = {
    HeaderLineTooLong: b"431 Request Header Fields Too Large",
    RequestLineTooLong: b"414 URI Too Long",
}
WRITE_NOW = "helpdesk.write_now"
READ_NOW = "helpdesk.read_now"
"""Extensions of our own, for text frames that need not wait: what they do is told in `realtime/socket.py`."""


class GuardedHttp(HttpToolsProtocol):
    """uvicorn's HTTP protocol, with a deadline and a size for the head of the first request.

    An upgrade with more headers than the sockets' library reads would otherwise get no answer, for ever.
    """

    _deadline: asyncio.TimerHandle | None = None
    _head_bytes = 0
    _head_done = False

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """A new connection has HEAD_DEADLINE_S to say what it wants."""
        super().connection_made(transport)
        self._deadline = self.loop.call_later(HEAD_DEADLINE_S, self._too_late)

    def connection_lost(self, exc: Exception | None) -> None:
        """The deadline goes with the connection."""
        self._meet_deadline()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Count until the head is complete."""
        if not self._head_done:
            self._head_bytes += len(data)
            if self._head_bytes > MAX_HEAD_BYTES and self._head_end(data) > MAX_HEAD_BYTES:
                self._refuse(b"431 Request Header Fields Too Large")
                return
        super().data_received(data)

    def on_headers_complete(self) -> None:
        """The head is here in time."""
        self._head_done = True
        self._meet_deadline()
        super().on_headers_complete()

    def send_400_response(self, msg: str) -> None:
        """What the parser cannot read is answered here; a method that it does not know is no fault of form."""
        if isinstance(sys.exception(), HttpParserInvalidMethodError):
            self._refuse(b"405 Method Not Allowed\r\nallow: GET, HEAD, POST")
        else:
            super().send_400_response(msg)

    def handle_websocket_upgrade(self) -> None:
        """Only with as many headers as the sockets' library reads; what it cannot read is answered here."""
        if len(self.headers) > MAX_HEADERS:
            self._refuse(b"431 Request Header Fields Too Large")
            return
        super().handle_websocket_upgrade()
        protocol = self.transport.get_protocol()
        if protocol is not self:
            self.parser = None  # type: ignore[assignment]  # it points back here: only the collector would free both
        if isinstance(protocol, FirmSocket) and (fault := protocol.conn.handshake_exc):
            # The library leaves its answer to a head that it cannot read in a buffer that nobody sends.
            self._refuse(UNREADABLE.get(type(fault), b"400 Bad Request"))

    def _head_end(self, data: bytes) -> int:
        end = data.find(b"\r\n\r\n")
        return self._head_bytes if end < 0 else self._head_bytes - len(data) + end

    def _meet_deadline(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None

    def _too_late(self) -> None:
        if not self._head_done:
            self._refuse(b"408 Request Timeout")

    def _refuse(self, status: bytes) -> None:
        if not self.transport.is_closing():
            self.transport.write(
                b"HTTP/1.1 " + status + b"\r\nconnection: close\r\ncontent-length: 0\r\n\r\n"
            )
            self.transport.close()


class FirmSocket(WebSocketsSansIOProtocol):
    """uvicorn's socket protocol, which also ends a connection whose peer does not read, and writes without a task.

    Closing waits until all that was written has been read, and the library waits before it even says why: with a
    peer that has stopped reading, both would be for ever.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.close_timeout = CLOSE_WITHIN_S
        self.taker: Callable[[bytes], bool] | None = None
        self.unsent = b""

    def handle_connect(self, event: Any) -> None:
        """Offer the short ways out and in to the application."""
        super().handle_connect(event)
        if hasattr(self, "scope"):
            extensions: dict[str, Any] = self.scope["extensions"]
            extensions[WRITE_NOW] = self.write_now
            extensions[READ_NOW] = self.offer_to

    def offer_to(self, taker: Callable[[bytes], bool]) -> None:
        """Ask `taker` about each text frame while none waits; one that it takes needs no queue, no pause and no task."""
        self.taker = taker
        self.request = self.response = None  # type: ignore[assignment]  # the opening is over

    def handle_text(self, event: Any) -> None:
        """A text frame."""
        taker = self.taker
        if (
            taker is None
            or not event.fin
            or self.close_sent
            or not self.queue.empty()
            or not taker(event.data)
        ):
            super().handle_text(event)

    def connection_lost(self, exc: Exception | None) -> None:
        """Nobody takes anything any more; the taker points back here, and only the collector would free both."""
        self.taker = None
        super().connection_lost(exc)

    def write_now(self, payload: bytes) -> bool:
        """Write one text frame, past all layers; False where the peer reads slowly or the socket is not open.

        What comes in one turn of the loop goes out together: a call of the system costs more than all else here.
        """
        if not self.writable.is_set() or self.conn.state is not State.OPEN or self.transport.is_closing():
            return False
        size = len(payload)
        if size < 126:
            head = bytes((0x81, size))
        elif size < 65536:
            head = b"\x81\x7e" + size.to_bytes(2, "big")
        else:
            head = b"\x81\x7f" + size.to_bytes(8, "big")
        if not self.unsent:
            self.loop.call_soon(self.flush)
        self.unsent = b"".join((self.unsent, head, payload))
        if len(self.unsent) > AT_ONCE_BYTES:
            self.flush()
        return True

    def flush(self) -> None:
        """Hand over what was written."""
        unsent, self.unsent = self.unsent, b""
        if unsent and self.conn.state is State.OPEN and not self.transport.is_closing():
            self.transport.write(unsent)

    async def send(self, message: Any) -> None:
        """As ever, but a close does not wait in line."""
        self.flush()
        if message["type"] != "websocket.close" or not self.handshake_complete:
            await super().send(message)
            return
        if self.writable.is_set():
            await super().send(message)
        elif not self.close_sent and not self.transport.is_closing():
            self.queue.put_nowait({"type": "websocket.disconnect", "code": message["code"], "reason": ""})
            self.conn.send_close(message["code"])
            self.transport.write(b"".join(self.conn.data_to_send()))
            self.close_sent = True
            self.transport.close()
        self._end_soon()

    def shutdown(self) -> None:
        """The server stops."""
        self.flush()
        super().shutdown()
        self._end_soon()

    def keepalive_timeout(self) -> None:
        """The peer did not answer a ping."""
        super().keepalive_timeout()
        self._end_soon()

    def _end_soon(self) -> None:
        def end() -> None:
            if self in self.connections:  # else it has ended, and Python's own loop has nothing left to abort
                self.transport.abort()

        self.loop.call_later(2 * CLOSE_WITHIN_S, end)


def config_for(app: Any, host: str, port: int) -> uvicorn.Config:
    """Every limit said aloud; the library's defaults take 16 MiB frames and deflate bombs."""
    return uvicorn.Config(
        app,
        host=host,
        port=port,
        http=GuardedHttp,
        ws=FirmSocket,
        ws_max_size=WS_MAX_BYTES,
        ws_per_message_deflate=False,
        ws_ping_interval=20,
        ws_ping_timeout=20,
        timeout_keep_alive=15,
        timeout_graceful_shutdown=STOP_WITHIN_S,
        proxy_headers=False,
        server_header=False,
        access_log=False,
        log_config=None,
        log_level="warning",  # a line for each socket that opens is a tenth of what opening it costs
        backlog=4096,
        lifespan="on",
    )


class Server(uvicorn.Server):
    """Ends by itself on SIGTERM: `drain` first (not ready, clients are told), then the sockets close with 1012."""

    def __init__(
        self,
        config: uvicorn.Config,
        drain: Callable[[], Awaitable[None]],
        hello: Callable[[], None] = lambda: None,
    ) -> None:
        super().__init__(config)
        self._drain, self._hello = drain, hello
        self._draining: asyncio.Task[None] | None = None
        self._up = asyncio.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """`hello` is said when connections are answered and signals are heard: who waits for it may stop us at once."""
        await super().startup(sockets)
        self._hello()
        self._up.set()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """A second Ctrl+C waits for nobody, but the application still ends by itself."""
        await super().shutdown(sockets)
        if self.force_exit:
            await asyncio.wait([asyncio.ensure_future(self.lifespan.shutdown())], timeout=CLOSE_WITHIN_S)

    @contextmanager
    def capture_signals(self) -> Generator[None, None, None]:
        """None of the library's: whoever starts us calls `begin_stop`."""
        yield

    def begin_stop(self, sign: signal.Signals = signal.SIGTERM) -> None:
        """Start the orderly end. Supervisors may say SIGTERM twice; only a second Ctrl+C ends at once."""
        if self._draining is None:
            self._draining = asyncio.get_running_loop().create_task(self._stop())
        elif sign == signal.SIGINT:
            self.force_exit = self.should_exit = True

    async def _stop(self) -> None:
        await self._up.wait()
        try:
            await self._drain()
        finally:
            self.should_exit = True


def bind(host: str, port: int) -> socket.socket:
    """A listening address; port 0 takes a free one. OSError when it is taken."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # The protocol is named, else asyncio sets no TCP_NODELAY and every page waits 40 ms for an acknowledgement.
    sock = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    # Inherited by each connection: else the system takes megabytes for a peer that does not read, and nobody notices.
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SEND_BUFFER_BYTES)
    sock.bind((host, port))
    sock.set_inheritable(True)
    return sock
