"""Statements of the hot path: compiled once for each database, their values handed to the driver as they are.

The library's own care for each value costs more than the disk where many rows are written at once.
"""

import json
from collections.abc import Callable, Sequence
from datetime import datetime
from operator import itemgetter
from typing import Any

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    Connection,
    CursorResult,
    Dialect,
    any_,
    bindparam,
    func,
    select,
)

from helpdesk.store.columns import UtcMoment

Values = dict[str, Any]


class Quick:
    """`build(dialect)` gives the statement, all of its values named. They must be what the driver takes: `moment`, `listed`."""

    def __init__(self, build: Callable[[Dialect], Any]) -> None:
        self._build = build
        self._ready: dict[str, tuple[str, Callable[[Values], Any]]] = {}

    def run(self, connection: Connection, rows: Sequence[Values]) -> CursorResult[Any]:
        """Execute it once for each of `rows`."""
        ready = self._ready.get(connection.dialect.name)
        if ready is None:
            ready = self._ready[connection.dialect.name] = self._compiled(connection.dialect)
        line, picked = ready
        return connection.exec_driver_sql(line, [picked(row) for row in rows])

    def _compiled(self, dialect: Dialect) -> tuple[str, Callable[[Values], Any]]:
        compiled = self._build(dialect).compile(dialect=dialect)
        names = compiled.positiontup
        if names is None:
            return compiled.string, lambda row: row
        if len(names) == 1:
            return compiled.string, lambda row: (row[names[0]],)
        return compiled.string, itemgetter(*names)


def moment(dialect: Dialect, value: datetime) -> Any:
    """A moment as the driver takes it."""
    convert = UtcMoment().dialect_impl(dialect).bind_processor(dialect)
    return convert(value) if convert else value


def among(dialect: Dialect, column: ColumnElement[Any], name: str) -> ColumnElement[bool]:
    """Whether `column` is one of the values `name`: one text of the statement, however many they are."""
    if dialect.name == "sqlite":
        return column.in_(select(func.json_each(bindparam(name)).table_valued("value").c.value))
    return column == any_(bindparam(name, type_=ARRAY(column.type)))


def listed(dialect: Dialect, values: list[Any]) -> Any:
    """The values of `among` as the driver takes them."""
    return json.dumps(values) if dialect.name == "sqlite" else values
