"""The writer's connection stays until it breaks: a new one reads pages anew, and one of the pool is asked if it lives."""

from sqlalchemy import Connection, Engine, RootTransaction

from helpdesk.store.quick import run


class Kept:
    """For one thread: `begin`, then `commit`, or `let_go` after any error.

    On SQLite the library sees one transaction that never ends, and the driver is asked for those within it: a commit
    that is alone costs the library more than the database.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._connection: Connection | None = None
        self._outer: RootTransaction | None = None

    def begin(self) -> tuple[Connection, RootTransaction]:
        """A connection and its transaction, which may be rolled back and must not be committed but by `commit`."""
        if self._connection is None:
            self._connection = self._engine.connect()
            _prepare(self._connection)
        if self._outer is None or not self._outer.is_active:
            self._outer = self._connection.begin()
        else:
            run(self._connection, "BEGIN IMMEDIATE")
        return self._connection, self._outer

    def commit(self) -> None:
        """Keep what was done since `begin`, unless it was rolled back."""
        if self._connection is None or self._outer is None or not self._outer.is_active:
            return
        if self._connection.dialect.name == "sqlite":
            run(self._connection, "COMMIT")
        else:
            self._outer.commit()

    def let_go(self) -> None:
        """Give the connection back; what was not committed is undone."""
        connection, self._connection, self._outer = self._connection, None, None
        if connection is not None:
            connection.close()


def _prepare(connection: Connection) -> None:
    """On PostgreSQL: for this thread alone, and by indexes only.

    The server keeps the plans of what is asked often. One made while a table was new reads all of it, until its rows
    have been counted: for a minute each message would cost more than the one before.
    """
    if connection.dialect.name == "postgresql":
        connection.detach()
        connection.exec_driver_sql("SET enable_seqscan = off")
        connection.commit()
