"""From every schema step to the newest, with rows in every table: what was written before is there afterwards."""

import io
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, Engine, MetaData, Table

import helpdesk.schema
from helpdesk.errors import DeskError
from helpdesk.store import migrate
from helpdesk.store.columns import JsonText, UtcMoment
from helpdesk.store.engine import is_sqlite, make_engine
from tests.fault.length import BOTH
from tests.services import fresh_database, new_database

STEPS = sorted(path.name[:4] for path in (migrate.HERE / "versions").glob("[0-9]*.py"))
LONG_AGO = datetime(2026, 1, 2, 3, 4, 5, 678000, tzinfo=UTC)
ROWS = 3
Rows = dict[str, list[dict[str, Any]]]


@BOTH
@pytest.mark.parametrize("step", STEPS)
def test_an_upgrade_keeps_every_row_of_every_table(tmp_path: Path, kind: str, step: str) -> None:
    url = f"sqlite:///{tmp_path / 'old.db'}" if kind == "embedded" else fresh_database(empty=True)
    with engine_of(url) as engine:
        bring_to(engine, step)
        fill(engine)
        before = rows_of(engine)
        migrate.upgrade(engine)
        assert migrate.is_current(engine)
        after = rows_of(engine)
        for table, rows in before.items():
            assert len(rows) == ROWS, f"{table} was not filled"
            kept = set(rows[0]) & set(after[table][0])
            assert [only(row, kept) for row in after[table]] == [only(row, kept) for row in rows], table
        assert broken_links(engine) == []


@contextmanager
def engine_of(url: str) -> Iterator[Engine]:
    """Opened, and closed afterwards."""
    engine = make_engine(url)
    try:
        yield engine
    finally:
        engine.dispose()


def bring_to(engine: Engine, step: str) -> None:
    """The steps up to this one, as an older program would take them."""
    logging.getLogger("alembic").setLevel(logging.WARNING)
    config = Config(stdout=io.StringIO())
    config.set_main_option("script_location", str(migrate.HERE))
    config.attributes["engine"] = engine
    command.upgrade(config, step)


def tables_of(connection: Connection) -> list[Table]:
    """Every table as the database has it, parents first."""
    found = MetaData()
    found.reflect(connection)
    return [
        table
        for table in found.sorted_tables
        if table.name != "alembic_version" and not table.name.startswith("search_")
    ]


def fill(engine: Engine) -> None:
    """ROWS rows in every table."""
    with engine.execution_options(writing=True).begin() as connection:
        for table in tables_of(connection):
            rows = [{c.name: value_for(c, number) for c in table.columns} for number in range(1, ROWS + 1)]
            connection.execute(table.insert(), rows)


def value_for(column: sa.Column[Any], number: int) -> Any:
    """A value that fits: the same number in a row and in the row that it points to."""
    kind = known_type(column)
    if isinstance(kind, JsonText):
        return f'{{"number":{number}}}'
    if isinstance(kind, UtcMoment | sa.DateTime):
        return LONG_AGO + timedelta(days=number)
    if isinstance(kind, sa.Boolean):
        return number % 2 == 0
    if isinstance(kind, sa.Integer | sa.Float | sa.Numeric):
        return number
    if isinstance(kind, sa.LargeBinary):
        return b"\x00" + bytes([number])
    return f"{column.name} {number} ü💚"[: getattr(kind, "length", None) or 200]


def known_type(column: sa.Column[Any]) -> Any:
    """What the program takes the column for; what the database says where the program has forgotten it."""
    table = helpdesk.schema.metadata.tables.get(column.table.name)
    ours = None if table is None else table.columns.get(column.name)
    return column.type if ours is None else ours.type


def rows_of(engine: Engine) -> Rows:
    """All rows, in the order of their keys."""
    with engine.connect() as connection:
        return {
            table.name: [
                dict(row)
                for row in connection.execute(table.select().order_by(*table.primary_key.columns)).mappings()
            ]
            for table in tables_of(connection)
        }


def only(row: dict[str, Any], names: set[str]) -> dict[str, Any]:
    """These columns of a row."""
    return {name: value for name, value in row.items() if name in names}


def broken_links(engine: Engine) -> list[Any]:
    """Rows that point to nothing. PostgreSQL has none by itself."""
    if not is_sqlite(str(engine.url)):
        return []
    with engine.connect() as connection:
        return list(connection.exec_driver_sql("PRAGMA foreign_key_check"))


def test_a_database_that_cannot_hold_all_letters_is_refused() -> None:
    latin = new_database(" ENCODING 'LATIN1' TEMPLATE template0 LC_COLLATE 'C' LC_CTYPE 'C'")
    with engine_of(latin) as engine, pytest.raises(DeskError, match="must be in UTF8"):
        migrate.upgrade(engine)
