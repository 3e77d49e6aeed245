"""The writer's connection stays until it breaks: a new one reads pages anew, and one of the pool is asked if it lives."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, Engine


class Kept:
    """For one thread."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._connection: Connection | None = None

    @contextmanager
    def use(self) -> Iterator[Connection]:
        """A connection, for one transaction. After an error it is not used again."""
        try:
            if self._connection is None:
                self._connection = self._engine.connect()
                _prepare(self._connection)
            yield self._connection
        except BaseException:
            self.let_go()
            raise

    def let_go(self) -> None:
        """Give it back."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None


def _prepare(connection: Connection) -> None:
    """On PostgreSQL: for this thread alone, and by indexes only.

    The server keeps the plans of what is asked often. One made while a table was new reads all of it, until its rows
    have been counted: for a minute each message would cost more than the one before.
    """
    if connection.dialect.name == "postgresql":
        connection.detach()
        connection.exec_driver_sql("SET enable_seqscan = off")
        connection.commit()
