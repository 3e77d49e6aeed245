"""The database engine from one URL; SQLite's safety settings are set and read back on every connection."""

from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import make_url

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


def is_sqlite(url: str) -> bool:
    """Whether this URL names a SQLite file."""
    return url.startswith("sqlite")


def make_engine(url: str) -> Engine:
    """An engine for `sqlite:///path` or `postgresql://…`; nothing is opened yet."""
    return _sqlite(url) if is_sqlite(url) else _postgres(url)


def _sqlite(url: str) -> Engine:
    path = make_url(url).database
    if path and path != ":memory:":
        Path(path).parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    engine = create_engine(url, pool_size=16, max_overflow=16, connect_args={"check_same_thread": False})

    @event.listens_for(engine, "connect")
    def _set(raw: Any, _record: Any) -> None:
        raw.isolation_level = None  # the driver must not begin transactions by itself
        for name, wanted in PRAGMAS.items():
            raw.execute(f"PRAGMA {name}={wanted}")
            got = raw.execute(f"PRAGMA {name}").fetchone()[0]
            if got != wanted:
                raise UnsafeDatabase(f"SQLite kept {name}={got} where {wanted} is needed.")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        # A transaction that reads first and writes later can fail at once with "database is locked",
        # whatever the time-out; so whoever will write says so at the start.
        writing = connection.get_execution_options().get("writing", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")

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
