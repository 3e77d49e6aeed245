"""`helpdesk db upgrade`."""

import typer
from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError

from helpdesk.errors import DeskError
from helpdesk.settings import Settings
from helpdesk.store import migrate
from helpdesk.store.engine import make_engine

app = typer.Typer(help="The database's schema.", no_args_is_help=True)


@app.command("upgrade")
def upgrade() -> None:
    """Bring the schema up to date. Safe to repeat."""
    engine = make_engine(Settings.from_env().store_url)
    before = revision(engine)
    migrate.upgrade(engine)
    after = revision(engine)
    typer.echo(
        f"The schema is up to date ({after})." if before == after else f"The schema is now at {after}."
    )


def revision(engine: Engine) -> str:
    """The step of the database. DeskError when it cannot be reached."""
    try:
        return migrate.current(engine)
    except DBAPIError as error:
        raise DeskError(f"The database cannot be used: {str(error.orig).strip().splitlines()[0]}") from None


def must_be_current(engine: Engine) -> None:
    """DeskError unless the schema is the one that this program needs."""
    found, wanted = revision(engine), migrate.newest()
    if found != wanted:
        migrate.must_be_known(found)
        state = f"at step {found}" if found else "empty"
        raise DeskError(
            f"The database is {state}, this program needs step {wanted}. Run `helpdesk db upgrade` first."
        )
