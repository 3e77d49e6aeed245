"""`helpdesk migrate-data FROM-URL TO-URL`: move a desk from SQLite to PostgreSQL, and prove that all of it arrived.

Pages of rows, table by table, parents first; each page and the note of how far it goes are one transaction, so
a move that was interrupted goes on where it stopped. Meanwhile the source is locked: nobody can write into it.
"""

from collections.abc import Iterator, Sequence
from typing import Annotated, Any

import typer
from sqlalchemy import (
    Column,
    Connection,
    Engine,
    MetaData,
    String,
    Table,
    Text,
    func,
    insert,
    inspect,
    select,
    text,
    tuple_,
    update,
)
from sqlalchemy.exc import DBAPIError

from helpdesk.audit import trail
from helpdesk.cli.database import must_be_current, must_exist
from helpdesk.clock import Clock
from helpdesk.counted import counted
from helpdesk.errors import DeskError
from helpdesk.keys import Keys
from helpdesk.schema import metadata
from helpdesk.settings import Settings
from helpdesk.store import migrate
from helpdesk.store.columns import JsonText
from helpdesk.store.engine import is_sqlite, make_engine
from helpdesk.store.session import Tx

PAGE = 1000
ALL_DONE = "all"
From = Annotated[str, typer.Argument(metavar="FROM-URL", help="sqlite:///path/to/helpdesk.db")]
To = Annotated[str, typer.Argument(metavar="TO-URL", help="postgresql://user@host/name, an empty database.")]
Key = tuple[Any, ...]

_notes = Table(
    "data_move",
    MetaData(),
    Column("name", String, primary_key=True),
    Column("after", JsonText),  # the key of the last row that arrived
    Column("state", Text, nullable=False),
)


def migrate_data(from_url: From, to_url: To) -> None:
    """Copy every row from SQLite to an empty PostgreSQL database and check it. Stop every process first.

    May be interrupted and run again: it goes on where it stopped. Sent files stay in the data folder.
    """
    if not is_sqlite(from_url) or is_sqlite(to_url):
        raise DeskError("The way is from sqlite:///… to postgresql://…, in this order.")
    must_exist(from_url)
    keys = Keys(Settings.from_env().secret)
    source, target = make_engine(from_url), make_engine(to_url)
    try:
        must_be_current(source)
        _move(source, target, keys)
    except DBAPIError as error:
        sentence = str(error.orig).strip().splitlines()[0]
        raise DeskError(f"A database said no: {sentence}. Run the same command again to go on.") from None
    finally:
        source.dispose()
        target.dispose()


def _move(source: Engine, target: Engine, keys: Keys) -> None:
    migrate.upgrade(target)
    with source.execution_options(writing=True).connect() as rows, target.connect() as goal:
        rows.execute(text("SELECT 1"))  # takes the lock: nobody writes while this runs
        _begin(goal)
        for table in metadata.sorted_tables:
            _copy(rows, goal, table)
        for table in metadata.sorted_tables:
            _compare(rows, goal, table)
        broken = trail.verify(Tx(goal, Clock().now()), keys)
        if broken is not None:
            raise DeskError(f"The audit chain is broken at entry {broken.seq}: {broken.sentence}")
        _notes.drop(goal)
        goal.commit()
    typer.echo(
        "Every row is there and equal, and the audit chain holds. Set HELPDESK_DATABASE_URL and start."
    )


def _begin(goal: Connection) -> None:
    """A database that holds anything but what this command brought is left alone."""
    if inspect(goal).has_table(_notes.name):
        typer.echo("Going on where the last run stopped.")
        return
    for table in metadata.sorted_tables:
        if _count(goal, table):
            raise DeskError(f"The target is not empty: there are rows in {table.name}. Nothing was changed.")
    _notes.create(goal)
    goal.commit()


def _copy(rows: Connection, goal: Connection, table: Table) -> None:
    noted = goal.execute(select(_notes).where(_notes.c.name == table.name)).mappings().first()
    if noted is not None and noted["state"] == ALL_DONE:
        return
    if noted is None:
        goal.execute(insert(_notes).values(name=table.name, after=None, state="under way"))
    total, here = _count(rows, table), _count(goal, table)
    own = _own_references(table)
    for page in _pages(rows, table, noted["after"] if noted else None):
        # A row may point to a later one of its own table: that is filled in when all are there.
        goal.execute(insert(table), [{**row, **dict.fromkeys(own)} for row in page])
        goal.execute(
            update(_notes).where(_notes.c.name == table.name).values(after=list(_key(table, page[-1])))
        )
        goal.commit()
        here += len(page)
        typer.echo(f"{table.name}: {here} of {total}")
    for column in own:
        for page in _pages(rows, table, None):
            for row in page:
                if row[column] is not None:
                    goal.execute(update(table).where(_is(table, row)).values({column: row[column]}))
    _count_on(goal, table)
    goal.execute(update(_notes).where(_notes.c.name == table.name).values(state=ALL_DONE))
    goal.commit()


def _compare(rows: Connection, goal: Connection, table: Table) -> None:
    wanted, found = _count(rows, table), _count(goal, table)
    same = wanted == found
    for page in _pages(rows, table, None) if same else ():
        keys = [_key(table, row) for row in page]
        arrived = goal.execute(select(table).where(tuple_(*table.primary_key).in_(keys))).mappings()
        by_key = {_key(table, dict(row)): dict(row) for row in arrived}
        same = same and all(by_key.get(_key(table, row)) == row for row in page)
    if not same:
        raise DeskError(
            f"{table.name} differs ({counted(wanted, 'row')} there, {found} here): the source was written to between two runs. "
            "Begin again with an empty target."
        )


def _pages(rows: Connection, table: Table, after: Sequence[Any] | None) -> Iterator[list[dict[str, Any]]]:
    """All rows past the key `after`, in the order of their keys."""
    key = tuple_(*table.primary_key)
    last = tuple(after) if after is not None else None
    while True:
        line = select(table).order_by(*table.primary_key).limit(PAGE)
        if last is not None:
            line = line.where(key > last)
        page = [dict(row) for row in rows.execute(line).mappings()]
        if not page:
            return
        yield page
        last = _key(table, page[-1])


def _key(table: Table, row: dict[str, Any]) -> Key:
    return tuple(row[column.name] for column in table.primary_key)


def _is(table: Table, row: dict[str, Any]) -> Any:
    return tuple_(*table.primary_key) == _key(table, row)


def _own_references(table: Table) -> list[str]:
    return [key.parent.name for key in table.foreign_keys if key.column.table is table]


def _count(connection: Connection, table: Table) -> int:
    return int(connection.execute(select(func.count()).select_from(table)).scalar_one())


def _count_on(goal: Connection, table: Table) -> None:
    """New rows get numbers past the copied ones."""
    column = table.autoincrement_column
    if column is None:
        return
    sequence = goal.execute(
        text("SELECT pg_get_serial_sequence(:table, :column)"), {"table": table.name, "column": column.name}
    ).scalar()
    newest = goal.execute(select(func.max(column))).scalar()
    if sequence and newest:
        goal.execute(text("SELECT setval(:sequence, :newest)"), {"sequence": sequence, "newest": newest})
