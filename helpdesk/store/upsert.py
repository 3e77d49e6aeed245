"""The insert that may meet a row of the same key, which each database has of its own."""

from typing import Any

from sqlalchemy import Dialect
from sqlalchemy.dialects import sqlite


def insert_of(dialect: Dialect, table: Any) -> Any:
    """An insert into `table` that has `on_conflict_do_nothing` and `on_conflict_do_update`."""
    insert: Any = sqlite.insert
    if dialect.name == "postgresql":
        from sqlalchemy.dialects.postgresql import insert  # with its drivers, 2 MB that SQLite has no use for
    return insert(table)
