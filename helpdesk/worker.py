"""The worker: job kind → handler, timers, an orderly stop. Inside the web process, or as `helpdesk work`."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from typing import Any

import structlog

from helpdesk.accounts import letters_out
from helpdesk.delivery.runner import Runner
from helpdesk.errors import Unavailable
from helpdesk.tickets import notify
from helpdesk.webhooks import deliver
from helpdesk.wiring import Desk

log = structlog.get_logger()
Timer = tuple[float, Callable[[Desk], Awaitable[Any]]]


def handlers(desk: Desk) -> dict[str, Any]:
    """Every kind of job that this program knows."""
    return {
        "letter": desk.mailer.send_job,
        **letters_out.handlers(desk),
        **notify.handlers(desk),
        **deliver.handlers(desk),
    }


def timers() -> list[Timer]:
    """(seconds, what) for all that happens by the clock alone."""
    return [*notify.timers(), *deliver.timers()]


class Worker:
    """Runs the outbox and the timers until it is stopped."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.runner = Runner(desk.store, desk.bus, handlers(desk))
        self._tasks: list[asyncio.Task[None]] = []

    def start(self) -> None:
        """Begin, on the running loop."""
        self._tasks = [asyncio.create_task(self.runner.run())]
        self._tasks += [asyncio.create_task(self._every(seconds, act)) for seconds, act in timers()]

    async def stop(self) -> None:
        """Finish the jobs under way, at most 10 s."""
        self.runner.stop()
        for task in self._tasks[1:]:
            task.cancel()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(10):
                await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _every(self, seconds: float, act: Callable[[Desk], Awaitable[Any]]) -> None:
        while True:
            await asyncio.sleep(seconds)
            try:
                await act(self.desk)
            except Unavailable:
                continue
            except Exception:
                log.exception("a timer failed", timer=act.__name__)
