"""`helpdesk …`: all commands, and the one place where an error becomes a sentence and an exit code."""

import sys

import typer
from click.exceptions import ClickException, Exit

from helpdesk import __version__
from helpdesk.cli import audit, database, faq, operators, people, running
from helpdesk.errors import DeskError
from helpdesk.settings import SettingsError

app = typer.Typer(
    name="helpdesk",
    help="The support desk for people who cannot get into their account.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
running.add_to(app)
operators.add_to(app)
app.add_typer(database.app, name="db")
app.add_typer(people.account_app, name="account")
app.add_typer(people.agent_app, name="agent")
app.add_typer(people.token_app, name="token")
app.add_typer(faq.app, name="faq")
app.add_typer(audit.app, name="audit")


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(__version__)
        raise typer.Exit


@app.callback()
def main(version: bool = typer.Option(False, "--version", callback=_version, is_eager=True, help="Show it.")) -> None:
    """The support desk for people who cannot get into their account."""


def run() -> None:
    """The entry point. Exit codes: 0 done, 2 a mistake of the caller, anything else as the command says."""
    try:
        code = app(standalone_mode=False)
        sys.exit(code if isinstance(code, int) else 0)
    except Exit as ended:
        sys.exit(ended.exit_code)
    except ClickException as error:
        _say(error.format_message())
    except (SettingsError, DeskError, OSError) as error:
        _say(str(error))
    except KeyboardInterrupt:
        sys.exit(130)


def _say(sentence: str) -> None:
    sys.stderr.write(f"helpdesk: {sentence}\n")
    sys.exit(2)
