"""The database engine from one URL; SQLite's safety settings are set and read back on every connection."""

from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.dialects import registry
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.engine import make_url

from helpdesk.store.folding import fold
from helpdesk.store.quick import run

BUSY_MS = 5_000
PRAGMAS = {
    "journal_mode": "wal",
    "synchronous": 2,
    "foreign_keys": 1,
    "busy_timeout": BUSY_MS,
    "trusted_schema": 0,
    "wal_autocheckpoint": 4_000,
}


class UnsafeDatabase(Exception):
    """The database did not take a setting that our promises rest on."""


class DirectSqlite(SQLiteDialect_pysqlite):
    """The library's SQLite, with savepoints asked of the driver: compiling one costs thirty times what it does."""

    supports_statement_cache = True

    def do_savepoint(self, connection: Connection, name: str) -> None:
        """Begin a part of a transaction."""
        run(connection, f"SAVEPOINT {name}")

    def do_rollback_to_savepoint(self, connection: Connection, name: str) -> None:
        """Undo it."""
        run(connection, f"ROLLBACK TO SAVEPOINT {name}")

    def do_release_savepoint(self, connection: Connection, name: str) -> None:
        """Keep it."""
        run(connection, f"RELEASE SAVEPOINT {name}")


registry.register("sqlite.direct", __name__, "DirectSqlite")


def is_sqlite(url: str) -> bool:
    """Whether this URL names a SQLite file."""
    return url.startswith("sqlite")


def make_engine(url: str) -> Engine:
    """An engine for `sqlite:///path` or `postgresql://…`; nothing is opened yet."""
    return _sqlite(url) if is_sqlite(url) else _postgres(url)


def _sqlite(url: str) -> Engine:
    place = make_url(url)
    path = place.database
    if path and path != ":memory:":
        Path(path).parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    engine = create_engine(
        place.set(drivername="sqlite+direct"),
        pool_size=16,
        max_overflow=16,
        connect_args={"check_same_thread": False},
    )

    @event.listens_for(engine, "connect")
    def _set(raw: Any, _record: Any) -> None:
        raw.isolation_level = None  # the driver must not begin transactions by itself
        for name, wanted in PRAGMAS.items():
            raw.execute(f"PRAGMA {name}={wanted}")
            got = raw.execute(f"PRAGMA {name}").fetchone()[0]
            if got != wanted:
                raise UnsafeDatabase(f"SQLite kept {name}={got} where {wanted} is needed.")
        raw.create_function("folded", 1, fold, deterministic=True)

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        # A transaction that reads first and writes later can fail at once with "database is locked",
        # whatever the time-out; so whoever will write says so at the start.
        writing = connection.get_execution_options().get("writing", False)
        run(connection, "BEGIN IMMEDIATE" if writing else "BEGIN")

    return engine


def _postgres(url: str) -> Engine:
    plain = url.split("://", 1)[1]
    return create_engine(
        f"postgresql+psycopg://{plain}",
        pool_size=8,
        max_overflow=8,
        pool_pre_ping=True,
        connect_args={
            "options": "-c timezone=UTC -c synchronous_commit=on -c lock_timeout=8s",
            "connect_timeout": 5,
        },
    )
