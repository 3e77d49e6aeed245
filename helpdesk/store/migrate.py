"""Schema steps: bring the database up to date, or say that it is not."""

import io
import logging
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine

logging.getLogger("alembic").setLevel(logging.WARNING)
HERE = Path(__file__).resolve().parent / "migrations"


def _config(engine: Engine | None = None) -> Config:
    config = Config(stdout=io.StringIO())
    config.set_main_option("script_location", str(HERE))
    config.attributes["engine"] = engine
    return config


def newest() -> str:
    """The step that this program needs."""
    return ScriptDirectory.from_config(_config()).get_current_head() or ""


def current(engine: Engine) -> str:
    """The step that the database is at; empty for an empty one."""
    with engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision() or ""


def is_current(engine: Engine) -> bool:
    """Whether this program may use that database."""
    return current(engine) == newest()


def upgrade(engine: Engine) -> None:
    """Every missing step, each in its own transaction; one that was interrupted is done again."""
    command.upgrade(_config(engine), "head")
