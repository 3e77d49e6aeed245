"""`read` and `write`: rules are plain functions `(tx, …)`, run in threads, never on the event loop.

Writes are grouped: whatever has gathered while the last commit ran goes into the next one, each job under its
own savepoint, and everybody is answered after the commit. A rule may run twice (after a deadlock on
PostgreSQL), so its only side effects are rows and rings. There, words have two partitions, as two processes have
one each: a group is made ready while the database computes the other's (ADR 0011).
"""

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Concatenate, ParamSpec, TypeVar

from sqlalchemy import Connection, Engine, NestedTransaction, Transaction
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session

from helpdesk.clock import Clock
from helpdesk.errors import Unavailable
from helpdesk.store.failing import DATABASE_ERRORS, as_unavailable, may_go_well
from helpdesk.store.kept import Kept
from helpdesk.store.partition import PARTITIONS, Answer, Job, Partition, answer_all
from helpdesk.threads import Threads
from helpdesk.traces import step

P = ParamSpec("P")
T = TypeVar("T")
Ring = tuple[str, Any]
READERS = 4


@dataclass
class Tx:
    """One transaction as a rule sees it: a connection for hot paths, a session for the rest, the time, the bells.

    `cause` is the id of the request that it belongs to, or "". `again`: the same was done just now, and undone for a row
    that was there already or a connection that was gone.
    """

    connection: Connection
    now: datetime
    cause: str = ""
    again: bool = False
    rings: list[Ring] = field(default_factory=list)
    _session: Session | None = None

    @property
    def session(self) -> Session:
        """The ORM session of this transaction; flushed before the commit, never committed by a rule."""
        if self._session is None:
            self._session = Session(
                bind=self.connection, join_transaction_mode="rollback_only", expire_on_commit=False
            )
        return self._session

    def ring(self, topic: str, fact: Any = None) -> None:
        """Wake those who follow `topic`, after the commit. `fact` (JSON) may spare them a read; it is only a hint."""
        self.rings.append((topic, fact))

    def finish(self) -> None:
        """Send what the session still holds."""
        if self._session is not None:
            self._session.flush()

    def close(self) -> None:
        """Let the session go; the transaction is the caller's."""
        if self._session is not None:
            self._session.close()
            self._session = None


BatchRule = Callable[[Tx, list[Any]], list[Any]]


@dataclass
class _Reached:
    """How far a group came: into its transaction, and to its commit."""

    statements: bool = False
    commit: bool = False


class Store:
    """The two doors. `on_commit` is told the rings of a group once it is durable (from a writer's thread)."""

    def __init__(
        self, engine: Engine, clock: Clock, on_commit: Callable[[list[Ring]], None] | None = None
    ) -> None:
        self.engine = engine
        self.clock = clock
        self.on_commit = on_commit or (lambda rings: None)
        self._partitions = [Partition(engine) for _ in range(PARTITIONS[engine.dialect.name])]
        self._readers = Threads(READERS, "store-read")
        self._writers = [
            threading.Thread(target=self._write_loop, args=(each,), name="store-write", daemon=True)
            for each in self._partitions
        ]
        for writer in self._writers:
            writer.start()

    # -- reading ---------------------------------------------------------------------------------------

    def read_now(self, rule: Callable[Concatenate[Tx, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run a reading rule in this thread; what it changes is thrown away."""
        try:
            with self.engine.connect() as connection:
                connection.begin()  # all that the rule reads is of one moment, also past the library
                tx = Tx(connection, self.clock.now())
                try:
                    return rule(tx, *args, **kwargs)
                finally:
                    tx.close()
        except DATABASE_ERRORS as error:
            raise as_unavailable(error) from error

    async def read(self, rule: Callable[Concatenate[Tx, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run a reading rule in a thread."""
        return await self._readers.run(lambda: self.read_now(rule, *args, **kwargs))

    # -- writing ---------------------------------------------------------------------------------------

    def write_now(self, rule: Callable[Concatenate[Tx, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run a writing rule and wait for its commit. For threads and commands, never on the event loop."""
        answer: Future[T] = Future()
        self._partitions[0].put(Job(lambda tx: rule(tx, *args, **kwargs), answer, None))
        return answer.result()

    async def write(self, rule: Callable[Concatenate[Tx, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run a writing rule; returns after it is durable, raises what it raised (and then nothing was kept)."""
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[T] = loop.create_future()
        self._partitions[0].put(Job(lambda tx: rule(tx, *args, **kwargs), answer, loop))
        with step("write", rule=rule):
            return await answer

    async def write_batched(self, rule: BatchRule, item: Any) -> Any:
        """As `write`, for a rule that takes all the items of a group at once: `rule(tx, items) -> results`.

        A result that is an exception is raised to its own caller only.
        """
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[Any] = loop.create_future()
        self._partitions[0].put(Job(rule, answer, loop, item, is_batch=True))
        with step("write", rule=rule):
            return await answer

    def hand_in(self, rule: BatchRule, item: Any, answer: Answer, cause: str, *, key: int) -> None:
        """As `write_batched`, without anybody who waits: `answer` is settled on this loop. `cause`: the request's id.

        What has the same `key` is done in the order in which it is handed in. On PostgreSQL, other keys and other
        writes may be done at the same time, so the rule must not wait for their rows.
        """
        job = Job(rule, answer, asyncio.get_running_loop(), item, is_batch=True, cause=cause)
        self._partitions[key % len(self._partitions)].put(job)

    def close(self) -> None:
        """Finish what is queued, then stop the threads and give the connections back."""
        for each in self._partitions:
            each.close()
        for writer in self._writers:
            writer.join(timeout=15)
        self._readers.close()
        self.engine.dispose()

    def _write_loop(self, partition: Partition) -> None:
        for group in partition.groups():
            self._commit_group(partition.writing, group)
        partition.writing.let_go()

    def _commit_group(self, writing: Kept, group: list[Job], *, again: bool = False) -> bool:
        """Whether the database took a transaction at all. One job's fault is found by trying one by one."""
        rings: list[Ring] = []
        reached = _Reached()
        try:
            rings = self._run_group(writing, group, reached, again=again)
        except DATABASE_ERRORS as error:
            if not again and not reached.commit and may_go_well(error):
                return self._commit_group(writing, group, again=True)
            if reached.statements and not reached.commit and len(group) > 1:
                works = True
                for job in group:
                    if works:
                        works = self._commit_group(writing, [job])
                    else:  # nobody's fault any more: each would only wait as long as the one before
                        job.error = Unavailable()
                        answer_all([job])
                return works
            # Without a transaction, all can try again later. A commit that failed may have been kept, so it is not
            # done a second time here: only the sender has the id that makes a repeat harmless.
            for job in group:
                job.error = as_unavailable(error)
        except Exception as error:
            for job in group:
                job.error = job.error or error
        if rings:
            self.on_commit(rings)
        answer_all(group)
        return reached.statements

    def _run_group(self, writing: Kept, group: list[Job], reached: "_Reached", *, again: bool) -> list[Ring]:
        rings: list[Ring] = []
        batches: dict[BatchRule, list[Job]] = {}
        for job in group:
            job.error = None
            if job.is_batch:
                batches.setdefault(job.rule, []).append(job)
        units = [*batches.values(), *([job] for job in group if not job.is_batch)]
        try:
            connection, outer = writing.begin()
            reached.statements = True
            now = self.clock.now()
            for jobs in units:
                savepoint = connection.begin_nested() if len(units) > 1 else outer
                rings += _run_unit(Tx(connection, now, _cause_of(jobs), again), jobs, savepoint)
            reached.commit = True
            writing.commit()
        except BaseException:
            writing.let_go()
            raise
        return rings


def _cause_of(jobs: list[Job]) -> str:
    """The request behind a unit; none where several were put together."""
    cause = jobs[0].cause
    return cause if len(jobs) == 1 or all(job.cause == cause for job in jobs) else ""


def _run_unit(tx: Tx, jobs: list[Job], savepoint: Transaction) -> list[Ring]:
    """One rule, or one batch rule with all its items, undone up to `savepoint` if it fails; what it rings."""
    try:
        _run_rule(tx, jobs)
        tx.finish()
        if isinstance(savepoint, NestedTransaction):
            savepoint.commit()
        return tx.rings
    except DBAPIError:
        raise
    except Exception as error:
        savepoint.rollback()
        for job in jobs:
            job.error = error
        return []
    finally:
        tx.close()


def _run_rule(tx: Tx, jobs: list[Job]) -> None:
    if not jobs[0].is_batch:
        jobs[0].result = jobs[0].rule(tx)
        return
    results = jobs[0].rule(tx, [job.item for job in jobs])
    for job, result in zip(jobs, results, strict=True):
        job.result, job.error = (None, result) if isinstance(result, Exception) else (result, None)
