"""What a database's errors mean to whoever asked."""

import sqlite3

from sqlalchemy.exc import DataError, DBAPIError, IntegrityError, OperationalError, ProgrammingError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from helpdesk.errors import Unavailable

DATABASE_ERRORS = (DBAPIError, PoolTimeout, sqlite3.OperationalError)


def may_go_well(error: Exception) -> bool:
    """Whether the same may work at once: on a new connection, since of one that is kept nobody knows before it is used
    whether it is gone; or now that what others have just kept can be seen."""
    return isinstance(error, IntegrityError) or (
        isinstance(error, DBAPIError) and error.connection_invalidated
    )


def as_unavailable(error: Exception) -> Exception:
    """A busy, full, read-only or unreachable database is a matter of waiting; anything else is our fault."""
    if not isinstance(error, DBAPIError):  # from opening a connection, where nothing wraps it
        return Unavailable()
    if error.connection_invalidated or isinstance(error, OperationalError):
        return Unavailable()
    if isinstance(error, IntegrityError | DataError | ProgrammingError):
        return error  # its text quotes the row: what people wrote there must not decide
    waiting = ("locked", "full", "readonly", "read-only", "i/o error", "unable to open", "busy", "disk")
    if any(word in str(error.orig).lower() for word in waiting):
        return Unavailable()
    return error
