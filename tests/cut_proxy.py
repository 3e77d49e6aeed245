"""A TCP proxy before the desk, to cut the network of some: at once, silently, or not at all."""

import asyncio
import contextlib
from collections.abc import AsyncIterator

CHUNK = 64 * 1024


class CutProxy:
    """Connections whose first bytes contain one of `cut_paths` are dropped and refused while it is cut.

    With `is_silent` they stay open, and nothing passes: a half-open network.
    """

    def __init__(self) -> None:
        self.target_port = 0
        self.url = ""
        self.cut_paths: tuple[bytes, ...] = ()
        self.is_silent = False
        self.is_stuck = False
        """Whether something did not pass."""
        self._open: dict[asyncio.StreamWriter, bytes] = {}
        self._mended = asyncio.Event()
        self._mended.set()

    def cut(self, *paths: str, silent: bool = False) -> None:
        """From now on nothing of these paths passes; without paths, nothing at all."""
        self.cut_paths = tuple(path.encode() for path in paths) or (b" /",)
        self.is_silent = silent
        self._mended.clear()
        for writer, head in list(self._open.items()):
            if not silent and self._is_cut(head):
                writer.transport.abort()

    def mend(self) -> None:
        """Everything passes again; connections that were silent are gone."""
        for writer, head in list(self._open.items()):
            if self._is_cut(head):
                writer.transport.abort()
        self.cut_paths = ()
        self._mended.set()

    def _is_cut(self, head: bytes) -> bool:
        return any(path in head for path in self.cut_paths)

    async def handle(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection."""
        tasks: list[asyncio.Task[None]] = []
        with contextlib.suppress(OSError):
            head = await reader.read(CHUNK)
            self._open[writer] = head
            if self._is_cut(head) and not self.is_silent:
                writer.transport.abort()
                return
            far_reader, far_writer = await asyncio.open_connection("127.0.0.1", self.target_port)
            far_writer.write(head)
            tasks = [
                asyncio.create_task(self._pipe(reader, far_writer, writer)),
                asyncio.create_task(self._pipe(far_reader, writer, writer)),
            ]
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            far_writer.close()
        for task in tasks:
            task.cancel()
        self._open.pop(writer, None)
        writer.close()

    async def _pipe(
        self, source: asyncio.StreamReader, sink: asyncio.StreamWriter, near: asyncio.StreamWriter
    ) -> None:
        with contextlib.suppress(OSError):
            while data := await source.read(CHUNK):
                if self._is_cut(self._open.get(near, b"")) or (sink is not near and self._is_cut(data)):
                    await self._wait_for_the_end(near)
                    return
                sink.write(data)
                await sink.drain()

    async def _wait_for_the_end(self, near: asyncio.StreamWriter) -> None:
        self.is_stuck = True
        if self.is_silent:
            await self._mended.wait()
        near.transport.abort()


@contextlib.asynccontextmanager
async def cut_proxy() -> AsyncIterator[CutProxy]:
    """A running proxy; set `target_port` before anybody comes."""
    proxy = CutProxy()
    server = await asyncio.start_server(proxy.handle, "127.0.0.1", 0)
    proxy.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    try:
        yield proxy
    finally:
        server.close()
        proxy.cut()
