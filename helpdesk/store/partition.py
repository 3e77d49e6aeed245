"""Writes that are done one after the other: a queue of jobs, the connection they go over, and who waits for them."""

import asyncio
import queue
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, Protocol

from sqlalchemy import Engine

from helpdesk.logs import REQUEST
from helpdesk.store.kept import Kept

MAX_GROUP = 128
PARTITIONS = {"sqlite": 1, "postgresql": 2}
"""SQLite has one writer at a time. PostgreSQL computes one group while the next is made ready (ADR 0011)."""


class Answer(Protocol):
    """What is settled after the commit: a future, or whatever can be told like one."""

    def done(self) -> bool:
        """Whether nobody waits for it any more."""

    def set_result(self, result: Any, /) -> None:
        """What the rule gave."""

    def set_exception(self, error: BaseException, /) -> None:
        """What it raised; nothing was kept."""


@dataclass(eq=False)
class Job:
    """One rule to run; a batch rule takes `item` together with its likes. `answer` is settled after the commit."""

    rule: Callable[..., Any]
    answer: Answer
    loop: asyncio.AbstractEventLoop | None
    item: Any = None
    is_batch: bool = False
    cause: str = field(default_factory=REQUEST.get)
    result: Any = None
    error: BaseException | None = None

    def settle(self) -> None:
        """Tell whoever waits; one who has gone away is no error."""
        if self.answer.done():
            return
        if self.error is not None:
            self.answer.set_exception(self.error)
        else:
            self.answer.set_result(self.result)


class Partition:
    """For one thread that works, and any that hand in."""

    def __init__(self, engine: Engine) -> None:
        self.writing = Kept(engine.execution_options(writing=True))
        self._jobs: queue.SimpleQueue[Job | None] = queue.SimpleQueue()

    def put(self, job: Job) -> None:
        """Hand a job in."""
        self._jobs.put(job)

    def close(self) -> None:
        """No more comes; what was handed in is still done."""
        self._jobs.put(None)

    def groups(self) -> Iterator[list[Job]]:
        """Whatever has gathered while the last group was done, at most MAX_GROUP; waits for the first of it."""
        while (first := self._jobs.get()) is not None:
            group = [first]
            while len(group) < MAX_GROUP:
                try:
                    job = self._jobs.get_nowait()
                except queue.Empty:
                    break
                if job is None:
                    yield group
                    return
                group.append(job)
            yield group


def answer_all(jobs: list[Job]) -> None:
    """Wake each event loop once for all of its jobs: a wake-up costs more than a message."""
    by_loop: dict[asyncio.AbstractEventLoop, list[Job]] = {}
    for job in jobs:
        if job.loop is None:
            job.settle()
        else:
            by_loop.setdefault(job.loop, []).append(job)
    for loop, its_own in by_loop.items():
        if not loop.is_closed():
            loop.call_soon_threadsafe(_settle_all, its_own)


def _settle_all(jobs: list[Job]) -> None:
    for job in jobs:
        job.settle()
