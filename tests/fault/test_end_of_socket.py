"""The end of one socket on Python's own loop, where a connection that is gone has nothing left to be ended."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from typing import Any

from helpdesk.server import CLOSE_WITHIN_S, WRITE_NOW, Server, bind, config_for
from tests.fault.test_slow_and_rude import CLOSED_1013, Bare


class WoundLoop(asyncio.SelectorEventLoop):
    """Python's own loop, with a clock that can be set forward."""

    ahead_s = 0.0

    def time(self) -> float:
        return super().time() + self.ahead_s


@contextlib.asynccontextmanager
async def served(app: Any) -> AsyncIterator[int]:
    """The port where `app` is served as the desk is."""
    sock = bind("127.0.0.1", 0)
    port = int(sock.getsockname()[1])
    config = config_for(app, "127.0.0.1", port)
    config.lifespan = "off"
    server = Server(config, lambda: asyncio.sleep(0))
    sock.listen(16)
    sock.setblocking(False)
    running = asyncio.create_task(server._serve(sockets=[sock]))
    yield port
    server.should_exit = True
    await running


def test_a_peer_that_reads_late_and_is_gone_before_its_time_is_over_is_not_ended_twice() -> None:
    loop, went_wrong = WoundLoop(), []
    closed = asyncio.Event()

    async def fill_and_close(scope: Any, receive: Any, send: Any) -> None:
        await receive()
        await send({"type": "websocket.accept"})
        while scope["extensions"][WRITE_NOW](b"x" * 60_000):
            pass
        await send({"type": "websocket.close", "code": 1013})
        closed.set()

    async def visit() -> None:
        async with asyncio.timeout(30), served(fill_and_close) as port:
            peer = Bare(port, window=4096)
            await peer.connect()
            await peer.upgrade()
            await closed.wait()
            assert (await peer.read_all()).endswith(CLOSED_1013), "all that was written came, then why"
            loop.ahead_s += 3 * CLOSE_WITHIN_S
            await asyncio.sleep(0)
            peer.socket.close()

    loop.set_exception_handler(lambda _loop, said: went_wrong.append(said))
    with asyncio.Runner(loop_factory=lambda: loop) as runner:
        runner.run(visit())
    assert went_wrong == []
