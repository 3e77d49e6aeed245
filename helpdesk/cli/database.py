"""`helpdesk db upgrade`, and how every other command comes to the database."""

from pathlib import Path

import typer
from sqlalchemy import Engine
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError

from helpdesk.clock import Clock
from helpdesk.errors import DeskError
from helpdesk.settings import Settings
from helpdesk.store import migrate
from helpdesk.store.engine import make_engine
from helpdesk.store.session import Store

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


def store_of(settings: Settings) -> Store:
    """The store of the desk that is there. DeskError where there is none, or one of another step; leaves nothing then."""
    must_exist(settings.store_url)
    store = Store(make_engine(settings.store_url), Clock())
    try:
        must_be_current(store.engine)
    except DeskError:
        store.close()
        raise
    return store


def must_exist(url: str) -> None:
    """DeskError without the file of SQLite: who opens it leaves an empty one."""
    place = make_url(url)
    if place.get_backend_name() == "sqlite" and place.database and not Path(place.database).exists():
        raise DeskError(
            f"There is no database at {place.database}. Set HELPDESK_DATA_DIR or HELPDESK_DATABASE_URL to "
            "the desk's, or begin a new one with `helpdesk db upgrade`."
        )


def must_be_current(engine: Engine) -> None:
    """DeskError unless the schema is the one that this program needs."""
    found, wanted = revision(engine), migrate.newest()
    if found != wanted:
        migrate.must_be_known(found)
        state = f"at step {found}" if found else "empty"
        raise DeskError(
            f"The database is {state}, this program needs step {wanted}. Run `helpdesk db upgrade` first."
        )
