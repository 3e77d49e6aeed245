"""What PostgreSQL's driver is asked past the library: many rows as one text, one statement and one answer."""

from collections.abc import Sequence
from typing import Any

from pydantic_core import to_json
from sqlalchemy import JSON, Connection, TableValuedAlias, bindparam, column, func
from sqlalchemy.exc import DBAPIError
from sqlalchemy.types import TypeEngine

Kind = TypeEngine[Any] | type[TypeEngine[Any]]


def given_rows(rows: str, **kinds: Kind) -> TableValuedAlias:
    """The rows that a statement is given by this name, as a table with these columns."""
    columns = [column(name, kind) for name, kind in kinds.items()]
    made = func.json_to_recordset(bindparam(rows, type_=JSON)).table_valued(*columns, name=f"given_{rows}")
    return made.render_derived(with_types=True)


def as_text(rows: Sequence[dict[str, Any]]) -> str:
    """The rows as such a statement takes them."""
    return to_json(rows).decode()


def read(connection: Connection, line: str, values: dict[str, Any]) -> list[Any]:
    """The rows, as the driver gives them."""
    found: list[Any] = _ask(connection, line, values).fetchall()
    return found


def change(connection: Connection, line: str, values: dict[str, Any]) -> int:
    """Execute it; how many rows it changed."""
    return int(_ask(connection, line, values).rowcount)


def _ask(connection: Connection, line: str, values: dict[str, Any]) -> Any:
    driver: Any = connection.connection.dbapi_connection
    kinds: Any = connection.dialect.dbapi
    try:
        return driver.execute(line, values)
    except kinds.Error as error:
        if driver.closed:
            connection.invalidate(error)
        # As the library would have raised it; the values, which people wrote, stay out of it.
        raise DBAPIError.instance(
            None, None, error, kinds.Error, hide_parameters=True, connection_invalidated=driver.closed
        ) from error
