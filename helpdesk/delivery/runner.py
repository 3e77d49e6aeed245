"""The worker's loop: claim, run, settle; drains when it is told to stop."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from typing import Any

import structlog

from helpdesk.delivery import outbox
from helpdesk.delivery.models import Job
from helpdesk.delivery.transports import RefusedForGood
from helpdesk.errors import Unavailable
from helpdesk.logs import belongs_to
from helpdesk.realtime.bus import Bus
from helpdesk.store.session import Store
from helpdesk.traces import REQUEST, Facts, step

IDLE_S = 1.0
AT_ONCE = 8
MOST_PATIENT = 5
log = structlog.get_logger()
Handler = Callable[[Job], Awaitable[None]]


class Runner:
    """Runs due jobs, AT_ONCE at a time. `handlers` maps a job's kind to what is done.

    Jobs of the kind `patient` wait for others and take MOST_PATIENT places: a hundred that hang hold up no mail.
    """

    def __init__(self, store: Store, bus: Bus, handlers: dict[str, Handler], patient: str = "") -> None:
        self._store, self._bus, self._handlers, self._patient = store, bus, handlers, patient
        self._under_way: dict[asyncio.Task[None], str] = {}
        self._wake = asyncio.Event()
        self._stopping = False

    async def run(self) -> None:
        """Until `stop` was called; what is under way is finished first."""
        leave = self._bus.listen(outbox.RING, lambda fact: self._wake.set())
        try:
            while not self._stopping:
                self._wake.clear()
                if await self._start_due() == 0:
                    await self._rest()
            await asyncio.gather(*self._under_way)
        finally:
            leave()
            for task in self._under_way:
                task.cancel()

    def stop(self) -> None:
        """End after the jobs under way."""
        self._stopping = True
        self._wake.set()

    async def run_due(self) -> int:
        """Run one claim of due jobs to its end; how many there were."""
        count = await self._start_due()
        await asyncio.gather(*self._under_way)
        return count

    async def _start_due(self) -> int:
        """Start due jobs on the free places: one that hangs keeps its own place and no other."""
        free = AT_ONCE - len(self._under_way)
        if free == 0:
            return 0
        try:
            hanging = sum(kind == self._patient for kind in self._under_way.values())
            jobs = await self._store.write(outbox.claim, free, self._patient, MOST_PATIENT - hanging)
        except Unavailable:
            return 0
        for job in jobs:
            task = asyncio.create_task(self._run_one(job))
            self._under_way[task] = job.kind
            task.add_done_callback(self._one_is_done)
        return len(jobs)

    def _one_is_done(self, task: asyncio.Task[None]) -> None:
        self._under_way.pop(task, None)
        self._wake.set()

    async def _rest(self) -> None:
        # Not wait_for: before Python 3.12 it loses a cancellation that comes together with the bell.
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(IDLE_S):
                await self._wake.wait()

    async def _run_one(self, job: Job) -> None:
        belongs_to(job.cause)
        about: Facts = {REQUEST: job.cause, "helpdesk.job": job.id or 0, "helpdesk.attempt": job.attempts}
        with step(f"job {job.kind}", about, cause=job.cause) as under_way:
            outcome = await self._attempt(job)
            if outcome is not None:
                under_way.fail(outcome if isinstance(outcome, str) else "refused for good")
            try:
                await self._settle(job, outcome)
            except Unavailable:
                log.warning("job outcome could not be written; its lease will end", job=job.id)

    async def _attempt(self, job: Job) -> str | RefusedForGood | None:
        """None: done. A text: try later. RefusedForGood: never."""
        if job.expires_at is not None and job.expires_at <= self._store.clock.now():
            return "expired"
        try:
            async with asyncio.timeout(outbox.LEASE_S - 15):
                await self._handlers[job.kind](job)
        except RefusedForGood as error:
            return error
        except Exception as error:
            log.warning(
                "job failed", job=job.id, kind=job.kind, attempt=job.attempts, error=type(error).__name__
            )
            return type(error).__name__
        return None

    async def _settle(self, job: Job, outcome: Any) -> None:
        if outcome is None:
            await self._store.write_batched(outbox.finish_many, job.id or 0)
        elif outcome == "expired":
            await self._store.write(outbox.expire, job.id or 0)
        elif isinstance(outcome, RefusedForGood):
            await self._store.write(outbox.give_up, job, f"refused: {outcome}")
        else:
            await self._store.write(outbox.retry, job, outcome)
