"""The worker: job kind → handler, timers, an orderly stop. Inside the web process, or as `helpdesk work`."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

import structlog

from helpdesk.accounts import letters_out, sweep
from helpdesk.api import idempotency
from helpdesk.chat import waiting
from helpdesk.delivery.runner import Runner
from helpdesk.errors import Unavailable
from helpdesk.faqstats import gaps
from helpdesk.tickets import notify
from helpdesk.tickets.security_reports import open_security_ticket
from helpdesk.webhooks import deliver
from helpdesk.webhooks.publish import JOB as WEBHOOK
from helpdesk.wiring import Desk

STOP_WITHIN_S = 6.0  # a supervisor kills after 12: a busy machine must still get the rest done
log = structlog.get_logger()
OFFER_EVERY_S = 5.0
LISTEN_AGAIN_S = 2.0
FORGET_EVERY_S = 3600.0
Timer = tuple[float, Callable[[Desk], Awaitable[Any]]]


def handlers(desk: Desk) -> dict[str, Any]:
    """Every kind of job that this program knows."""
    desk.extras.setdefault("open_security_ticket", partial(open_security_ticket, desk))
    return {
        "letter": desk.mailer.send_job,
        **letters_out.handlers(desk),
        **notify.handlers(desk),
        **deliver.handlers(desk),
    }


def timers() -> list[Timer]:
    """(seconds, what) for all that happens by the clock alone."""
    own: list[Timer] = [(OFFER_EVERY_S, offer_tickets), (FORGET_EVERY_S, forget_old)]
    return [*notify.timers(), *deliver.timers(), *sweep.timers(), *own]


async def offer_tickets(desk: Desk) -> None:
    """Whoever waits too long for a person is offered a ticket."""
    await desk.store.write(waiting.offer_tickets, float(desk.settings.pickup_seconds))


async def forget_old(desk: Desk) -> None:
    """Questions that nobody has asked for long are no gaps any more; answers of the API are kept for a day."""
    await desk.store.write(gaps.forget_old)
    await desk.store.write(idempotency.forget_old)


class Worker:
    """Runs the outbox and the timers until it is stopped."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.runner = Runner(desk.store, desk.bus, handlers(desk), patient=WEBHOOK)
        self._tasks: list[asyncio.Task[None]] = []

    def start(self) -> None:
        """Begin, on the running loop."""
        self._tasks = [asyncio.create_task(self.runner.run())]
        self._tasks += [asyncio.create_task(self._every(seconds, act)) for seconds, act in timers()]
        if self.desk.settings.inbound:
            self._tasks.append(asyncio.create_task(self._take_mail()))

    async def stop(self, within_s: float = STOP_WITHIN_S) -> None:
        """Finish the jobs under way; what takes longer is given up, and done by others when its lease ends."""
        self.runner.stop()
        for task in self._tasks[1:]:
            task.cancel()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(within_s):
                await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _take_mail(self) -> None:
        from helpdesk.inbound.listener import listen  # most desks take no mail, and it brings 1 MB

        host, _, port = self.desk.settings.inbound.rpartition(":")
        said = False
        while True:
            try:
                async with await listen(self.desk, host.strip("[]"), int(port)) as server:
                    log.info("mail may come in", address=self.desk.settings.inbound)
                    await server.serve_forever()
            except (
                OSError
            ) as error:  # another worker of this machine has it, and may end; or there is no such place
                if not said:
                    said = True
                    log.warning("no mail comes in here", address=self.desk.settings.inbound, why=str(error))
                await asyncio.sleep(LISTEN_AGAIN_S)

    async def _every(self, seconds: float, act: Callable[[Desk], Awaitable[Any]]) -> None:
        while True:
            await asyncio.sleep(seconds)
            try:
                await act(self.desk)
            except Unavailable:
                continue
            except Exception:
                log.exception("a timer failed", timer=act.__name__)
