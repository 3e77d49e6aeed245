"""`read` and `write`: rules are plain functions `(tx, …)`, run in threads, never on the event loop.

Writes are grouped: whatever has gathered while the last commit ran goes into the next one, each job under its
own savepoint, and everybody is answered after the commit. A rule may run twice (after a deadlock on
PostgreSQL), so its only side effects are rows and rings.
"""

import asyncio
import queue
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Concatenate, ParamSpec, TypeVar

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session

from helpdesk.clock import Clock
from helpdesk.errors import DeskError, Unavailable

P = ParamSpec("P")
T = TypeVar("T")
Ring = tuple[str, Any]
MAX_GROUP = 128
READERS = 4


@dataclass
class Tx:
    """One transaction as a rule sees it: a connection for hot paths, a session for the rest, the time, the bells."""

    connection: Connection
    now: datetime
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


@dataclass
class _Job:
    rule: Callable[[Tx], Any]
    done: Callable[["_Job"], None]
    result: Any = None
    error: BaseException | None = None


class Store:
    """The two doors. `on_commit` is told the rings of a group once it is durable (from the writer's thread)."""

    def __init__(self, engine: Engine, clock: Clock, on_commit: Callable[[list[Ring]], None] | None = None) -> None:
        self.engine = engine
        self.clock = clock
        self.on_commit = on_commit or (lambda rings: None)
        self._writing = engine.execution_options(writing=True)
        self._jobs: queue.SimpleQueue[_Job | None] = queue.SimpleQueue()
        self._readers = ThreadPoolExecutor(READERS, thread_name_prefix="store-read")
        self._writer = threading.Thread(target=self._write_loop, name="store-write", daemon=True)
        self._writer.start()

    # -- reading ---------------------------------------------------------------------------------------

    def read_now(self, rule: Callable[Concatenate[Tx, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run a reading rule in this thread; what it changes is thrown away."""
        try:
            with self.engine.connect() as connection:
                tx = Tx(connection, self.clock.now())
                try:
                    return rule(tx, *args, **kwargs)
                finally:
                    tx.close()
        except DBAPIError as error:
            raise _as_unavailable(error) from error

    async def read(self, rule: Callable[Concatenate[Tx, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run a reading rule in a thread."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._readers, lambda: self.read_now(rule, *args, **kwargs))

    # -- writing ---------------------------------------------------------------------------------------

    def write_now(self, rule: Callable[Concatenate[Tx, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run a writing rule and wait for its commit. For threads and commands, never on the event loop."""
        answer: Future[T] = Future()

        def done(job: _Job) -> None:
            if job.error is None:
                answer.set_result(job.result)
            else:
                answer.set_exception(job.error)

        self._jobs.put(_Job(lambda tx: rule(tx, *args, **kwargs), done))
        return answer.result()

    async def write(self, rule: Callable[Concatenate[Tx, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run a writing rule; returns after it is durable, raises what it raised (and then nothing was kept)."""
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[T] = loop.create_future()

        def settle(job: _Job) -> None:
            if answer.cancelled():
                return
            if job.error is None:
                answer.set_result(job.result)
            else:
                answer.set_exception(job.error)

        self._jobs.put(
            _Job(lambda tx: rule(tx, *args, **kwargs), lambda job: loop.call_soon_threadsafe(settle, job))
        )
        return await answer

    def close(self) -> None:
        """Finish what is queued, then stop the threads and give the connections back."""
        self._jobs.put(None)
        self._writer.join(timeout=15)
        self._readers.shutdown(wait=True)
        self.engine.dispose()

    def _write_loop(self) -> None:
        while True:
            first = self._jobs.get()
            if first is None:
                return
            group, stop = [first], False
            while len(group) < MAX_GROUP:
                try:
                    job = self._jobs.get_nowait()
                except queue.Empty:
                    break
                if job is None:
                    stop = True
                    break
                group.append(job)
            self._commit_group(group)
            if stop:
                return

    def _commit_group(self, group: list[_Job]) -> None:
        try:
            rings = self._run_group(group)
        except DBAPIError as error:
            if len(group) > 1:
                for job in group:  # one by one: only the guilty one is refused
                    self._commit_group([job])
                return
            group[0].error = _as_unavailable(error)
            rings = []
        except Exception as error:
            for job in group:
                job.error = job.error or error
            rings = []
        if rings:
            self.on_commit(rings)
        for job in group:
            job.done(job)

    def _run_group(self, group: list[_Job]) -> list[Ring]:
        rings: list[Ring] = []
        with self._writing.connect() as connection, connection.begin() as outer:
            now = self.clock.now()
            for job in group:
                job.error = None
                tx = Tx(connection, now)
                savepoint = connection.begin_nested() if len(group) > 1 else None
                try:
                    job.result = job.rule(tx)
                    tx.finish()
                    if savepoint:
                        savepoint.commit()
                    rings += tx.rings
                except DBAPIError:
                    raise
                except Exception as error:
                    job.error = error
                    (savepoint or outer).rollback()
                finally:
                    tx.close()
        return rings


def _as_unavailable(error: DBAPIError) -> DeskError | DBAPIError:
    """A busy, full, read-only or unreachable database is a matter of waiting; anything else is our fault."""
    text = str(error.orig).lower()
    waiting = ("locked", "full", "readonly", "read-only", "i/o error", "unable to open", "busy", "disk")
    if error.connection_invalidated or any(word in text for word in waiting) or "operational" in type(error).__name__.lower():
        return Unavailable()
    return error
