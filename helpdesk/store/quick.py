"""Statements of the hot path: compiled once for each database, their values handed to the driver as they are.

The library's own care for each value costs more than the disk where many rows are written at once.
"""

import sqlite3
from collections import namedtuple
from collections.abc import Callable, Sequence
from datetime import datetime
from functools import lru_cache
from operator import itemgetter
from typing import Any

from pydantic_core import to_json
from sqlalchemy import (
    ARRAY,
    ColumnElement,
    Connection,
    Dialect,
    Insert,
    Table,
    Update,
    any_,
    bindparam,
    func,
    insert,
    select,
)
from sqlalchemy.exc import DBAPIError
from sqlalchemy.types import TypeEngine

from helpdesk.store import postgres
from helpdesk.store.columns import UtcMoment, moment_of
from helpdesk.store.postgres import Kind

Values = dict[str, Any]
Shape = tuple[Callable[[list[Any]], Any], list[tuple[int, Callable[[Any], Any]]]]
"""What makes a named row, and the places in it whose values are read as their columns say."""


class Quick:
    """`build(dialect)` gives the statement. Its values must be what the driver takes: `moment`, `listed`.
    Where a list is asked for, say `among`, or `or_`: an `in_` is not finished before its values are known.

    The driver is asked past the library, which takes ten times as long for a row as SQLite's driver does.
    """

    def __init__(self, build: Callable[[Dialect], Any]) -> None:
        self._build = build
        self._ready: dict[str, tuple[str, Callable[[Values], Any]]] = {}
        self._shapes: dict[str, Shape] = {}

    def rows(self, connection: Connection, values: Values) -> list[Any]:
        """The rows with a name for each value, and moments, truths and JSON as their columns say."""
        named, places = self._shape_of(connection.dialect)
        found = list(map(list, self.read(connection, values)))
        for row in found:
            for place, convert in places:
                if row[place] is not None:
                    row[place] = convert(row[place])
        return list(map(named, found))

    def read(self, connection: Connection, values: Values) -> list[Any]:
        """The rows, as the driver gives them."""
        line, picked = self._of(connection.dialect)
        if connection.dialect.name != "sqlite":
            return postgres.read(connection, line, picked(values))
        return run(connection, line, picked(values)).fetchall()

    def change(self, connection: Connection, values: Values) -> int:
        """Execute it; how many rows it changed."""
        line, picked = self._of(connection.dialect)
        if connection.dialect.name != "sqlite":
            return postgres.change(connection, line, picked(values))
        return run(connection, line, picked(values)).rowcount

    def each(self, connection: Connection, rows: Sequence[Values]) -> None:
        """Execute it for each of `rows`, on SQLite."""
        line, picked = self._of(connection.dialect)
        try:
            driver(connection).executemany(line, [picked(row) for row in rows])
        except sqlite3.Error as error:
            raise as_ours(error) from error

    def _of(self, dialect: Dialect) -> tuple[str, Callable[[Values], Any]]:
        ready = self._ready.get(dialect.name)
        if ready is None:
            ready = self._ready[dialect.name] = self._compiled(dialect)
        return ready

    def _compiled(self, dialect: Dialect) -> tuple[str, Callable[[Values], Any]]:
        compiled = self._build(dialect).compile(dialect=dialect)
        names = compiled.positiontup
        fixed = {name: value for name, value in compiled.params.items() if value is not None}
        if names is None:
            return compiled.string, (lambda row: {**fixed, **row}) if fixed else lambda row: row
        if len(names) < 2:
            return compiled.string, lambda row: tuple({**fixed, **row}[name] for name in names)
        picked = itemgetter(*names)
        return compiled.string, (lambda row: picked({**fixed, **row})) if fixed else picked

    def _shape_of(self, dialect: Dialect) -> Shape:
        shape = self._shapes.get(dialect.name)
        if shape is None:
            shape = self._shapes[dialect.name] = self._shaped(dialect)
        return shape

    def _shaped(self, dialect: Dialect) -> Shape:
        columns = list(self._build(dialect).selected_columns)
        readers = [_reader(dialect, column.type) for column in columns]
        named = namedtuple("Found", [column.key for column in columns])  # type: ignore[misc]
        return named._make, [(place, convert) for place, convert in enumerate(readers) if convert]


def _reader(dialect: Dialect, kind: TypeEngine[Any]) -> Callable[[Any], Any] | None:
    """What a value of a column of this kind goes through."""
    if dialect.name == "sqlite" and isinstance(kind, UtcMoment):
        return moment_of
    return kind.dialect_impl(dialect).result_processor(dialect, None)


class Writes:
    """Statements that take rows: one after the other on SQLite, together on PostgreSQL, where each answer costs a wait.

    `builds` gives each by the name of its rows, which it reads by `given` or `insert_rows`.
    """

    def __init__(self, **builds: Callable[[Dialect], Insert | Update]) -> None:
        self._builds = builds
        self._single = {name: Quick(build) for name, build in builds.items()}
        self._together = Quick(self._in_one)

    def write(self, connection: Connection, **rows: Sequence[Values]) -> None:
        """Execute them for the rows of their names."""
        if connection.dialect.name != "sqlite":
            texts = {name: postgres.as_text(values) for name, values in rows.items()}
            self._together.change(connection, texts)
            return
        for name, statement in self._single.items():
            statement.each(connection, rows[name])

    def _in_one(self, dialect: Dialect) -> Insert | Update:
        made = {name: build(dialect) for name, build in self._builds.items()}
        _, last = made.popitem()
        return last.add_cte(*(one.cte(name) for name, one in made.items()))


def driver(connection: Connection) -> sqlite3.Connection:
    """SQLite's own connection under this one."""
    found: Any = connection.connection.dbapi_connection
    return found  # type: ignore[no-any-return]


def run(connection: Connection, line: str, values: Any = ()) -> sqlite3.Cursor:
    """Ask SQLite's driver past the library."""
    try:
        return driver(connection).execute(line, values)
    except sqlite3.Error as error:
        raise as_ours(error) from error


def as_ours(error: sqlite3.Error) -> BaseException:
    """As the library would have raised it; the values, which people wrote, stay out of it."""
    return DBAPIError.instance(None, None, error, sqlite3.Error, hide_parameters=True)


def moment(dialect: Dialect, value: datetime) -> Any:
    """A moment as the driver takes it."""
    convert = _keeper(dialect)
    return convert(value) if convert else value


@lru_cache(8)
def _keeper(dialect: Dialect) -> Callable[[datetime], Any] | None:
    return UtcMoment().dialect_impl(dialect).bind_processor(dialect)


def among(dialect: Dialect, column: ColumnElement[Any], name: str) -> ColumnElement[bool]:
    """Whether `column` is one of the values `name`: one text of the statement, however many they are."""
    if dialect.name == "sqlite":
        return column.in_(select(func.json_each(bindparam(name)).table_valued("value").c.value))
    return column == any_(bindparam(name, type_=ARRAY(column.type)))


def listed(dialect: Dialect, values: list[Any]) -> Any:
    """The values of `among` as the driver takes them."""
    return to_json(values).decode() if dialect.name == "sqlite" else values


def given(dialect: Dialect, rows: str, **kinds: Kind) -> dict[str, ColumnElement[Any]]:
    """What `Writes` hands over as `rows`, by name: of one row on SQLite, of all at once on PostgreSQL."""
    if dialect.name == "sqlite":
        return {name: bindparam(name, type_=kind) for name, kind in kinds.items()}
    return dict(postgres.given_rows(rows, **kinds).c)


def insert_rows(dialect: Dialect, rows: str, into: Table) -> Insert:
    """Insert what `Writes` hands over as `rows`, with all columns of the table."""
    if dialect.name == "sqlite":
        return insert(into)
    names = [column.name for column in into.c]
    found = postgres.given_rows(rows, **{column.name: column.type for column in into.c})
    return insert(into).from_select(names, select(found))
