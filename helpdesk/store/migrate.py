"""Schema steps: bring the database up to date, or say that it is not. The steps' library is loaded only to take one."""

import io
import logging
from pathlib import Path

from sqlalchemy import Connection, Engine, inspect, text

from helpdesk.errors import DeskError

HERE = Path(__file__).resolve().parent / "migrations"


def newest() -> str:
    """The step that this program needs: the highest number in `migrations/versions`."""
    return max(path.name[:4] for path in (HERE / "versions").glob("[0-9]*.py"))


def current(engine: Engine) -> str:
    """The step that the database is at; empty for an empty one."""
    with engine.connect() as connection:
        return current_of(connection)


def current_of(connection: Connection) -> str:
    """The same, asked inside a transaction that is there already."""
    if not inspect(connection).has_table("alembic_version"):
        return ""
    return str(connection.execute(text("SELECT version_num FROM alembic_version")).scalar() or "")


def is_current(engine: Engine) -> bool:
    """Whether this program may use that database."""
    return current(engine) == newest()


def must_be_known(step: str, what: str = "The database") -> None:
    """DeskError for what a newer program made: no step of ours leads from there."""
    if step and not any((HERE / "versions").glob(f"{step}_*.py")):
        raise DeskError(
            f"{what} is at step {step}, which this program does not know: use the one that made it, or a newer one."
        )


def upgrade(engine: Engine) -> None:
    """Every missing step, each in its own transaction; one that was interrupted is done again."""
    found = current(engine)
    if found == newest():
        return
    must_be_known(found)
    from alembic import command
    from alembic.config import Config

    logging.getLogger("alembic").setLevel(logging.WARNING)
    config = Config(stdout=io.StringIO())
    config.set_main_option("script_location", str(HERE).replace("%", "%%"))
    config.attributes["engine"] = engine
    command.upgrade(config, "head")
