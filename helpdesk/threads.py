"""A few threads for what must not be done on the event loop; the answer goes back to the loop that asked."""

import asyncio
import contextlib
import contextvars
import queue
import threading
from collections.abc import Callable
from functools import partial
from typing import Any, TypeVar

T = TypeVar("T")
Asked = tuple[Callable[[], Any], asyncio.AbstractEventLoop, "asyncio.Future[Any]"]


class Threads:
    """`count` threads, for one kind of work. The library's pool does more for each call than most reads take.

    Few are enough: they share one interpreter with the loop, which waits the longer for its turn the more of them there are.
    """

    def __init__(self, count: int, name: str) -> None:
        self._asked: queue.SimpleQueue[Asked | None] = queue.SimpleQueue()
        self._threads = [
            threading.Thread(target=self._work, name=f"{name}-{n}", daemon=True) for n in range(count)
        ]
        for thread in self._threads:
            thread.start()

    async def run(self, work: Callable[[], T]) -> T:
        """What `work` returns, or raises; it knows its request's id. It is not begun any more when its caller has gone."""
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[T] = loop.create_future()
        self._asked.put((partial(contextvars.copy_context().run, work), loop, answer))
        return await answer

    def close(self) -> None:
        """Finish what was asked, then end the threads."""
        for _ in self._threads:
            self._asked.put(None)
        for thread in self._threads:
            thread.join()

    def _work(self) -> None:
        while (asked := self._asked.get()) is not None:
            work, loop, answer = asked
            if answer.cancelled():
                continue
            result, error = None, None
            try:
                result = work()
            except BaseException as caught:
                error = caught
            with contextlib.suppress(RuntimeError):  # the loop has ended, and with it whoever asked
                loop.call_soon_threadsafe(_settle, answer, result, error)
            del asked, work, answer, result, error  # else they live until the next question


def _settle(answer: "asyncio.Future[Any]", result: Any, error: BaseException | None) -> None:
    if answer.done():
        return
    if error is not None:
        answer.set_exception(error)
    else:
        answer.set_result(result)
