"""`helpdesk …`: all commands, and the one place where an error becomes a sentence and an exit code.

A command's module is imported when the command is used: `helpdesk faq match` needs no database, and starts at once.
"""

import gc
import os
import sys
import traceback
from importlib import import_module
from pathlib import Path
from types import ModuleType

import typer

from helpdesk import __version__
from helpdesk.errors import DeskError

COMMANDS = {
    "serve": ("running", "serve", "Run the web process."),
    "work": ("running", "work", "Run a worker: mail, webhooks, timers."),
    "demo": ("running", "demo", "Run the desk with demo people and a mailbox page."),
    "db": ("database", "app", "The database's schema."),
    "account": ("people", "account_app", "Customer accounts."),
    "agent": ("people", "agent_app", "Members of staff."),
    "token": ("people", "token_app", "API tokens."),
    "faq": ("faq", "app", "Articles: check, ask, measure."),
    "audit": ("audit", "app", "The audit trail."),
    "outbox": ("operators", "outbox_app", "Mails and webhooks that wait or were given up."),
    "backup": ("operators", "backup", "A consistent copy while the desk runs."),
    "restore": ("operators", "restore", "Back from a copy."),
    "migrate-data": ("migrate_data", "migrate_data", "Move a desk from SQLite to PostgreSQL."),
    "doctor": ("operators", "doctor", "Check settings, database, bus, mail and folders."),
}
SETTINGS = {"help_option_names": ["-h", "--help"]}


def run() -> None:
    """The entry point. Exit codes: 0 done, 2 a mistake of the caller, anything else as the command says."""
    # One thread learns the articles as fast as two, and waits for nobody on a busy machine.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    _open_what_is_closed()
    name, words = (sys.argv[1], sys.argv[2:]) if len(sys.argv) > 1 else ("--help", [])
    sys.exit(_call(name, words))


def _open_what_is_closed() -> None:
    """A standard stream that was closed (`>&-`) leads nowhere: else the next file opened takes its number."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, mode, encoding="utf-8"))  # noqa: SIM115 — as long as the process


def _call(name: str, words: list[str]) -> int:
    try:
        if name in ("-h", "--help", "help", "--version"):
            typer.echo(__version__ if name == "--version" else _help())
            return 0
        if name not in COMMANDS:
            return _mistake(f"There is no command {name!r}. `helpdesk --help` lists them.")
        code = _command(name)(args=words, prog_name=f"helpdesk {name}", standalone_mode=False)
    except typer.Exit as ended:
        return ended.exit_code
    except typer.Abort:
        return 130
    except DeskError as error:
        return _mistake(str(error))
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # whoever reads has gone: the rest leads nowhere
        return 1
    except OSError as error:
        said = error.strerror or str(error)
        return _mistake(f"{error.filename}: {said}." if error.filename else f"{said}.")
    except UnicodeEncodeError as error:
        if any(not word.isascii() and not word.isprintable() for word in words):  # bytes that are no UTF-8
            return _mistake("What was typed is not text in UTF-8.")
        return _fault(error)
    except KeyboardInterrupt:
        return 130
    except Exception as error:
        return _usage(error)
    return code if isinstance(code, int) else 0


def _usage(error: Exception) -> int:
    """What the command line's library has to say about the words given; anything else is our own fault."""
    said = getattr(error, "format_message", None)
    if said is None:
        return _fault(error)
    if type(error).__name__ == "NoArgsIsHelpError":
        sys.stdout.write(f"{said()}\n")  # empty where the framed help was printed when the error was made
        return 0
    return _mistake(" ".join(said().split()))


def _fault(error: Exception) -> int:
    """A mistake of the program: where it happened, in one line."""
    *_, last = traceback.extract_tb(error.__traceback__)
    said = " ".join(str(error).split())[:300]
    sys.stderr.write(f"helpdesk: {type(error).__name__}: {said} ({Path(last.filename).name}:{last.lineno})\n")
    return 1


def _command(name: str) -> typer.Typer:
    module, attribute, _ = COMMANDS[name]
    found = getattr(_loaded(f"helpdesk.cli.{module}"), attribute)
    if not isinstance(found, typer.Typer):
        single = typer.Typer(context_settings=SETTINGS)
        single.command()(found)
        found = single
    elif found.registered_callback is None:
        found.callback()(_group)  # a group stays a group when it has one command only
    found.pretty_exceptions_enable = False
    found._add_completion = False
    return found


def _loaded(name: str) -> ModuleType:
    """A module with all that it needs. None of it is ever garbage, so the collector looks at it neither now nor at the end."""
    gc.disable()
    found = import_module(name)
    gc.freeze()
    gc.enable()
    return found


def _group() -> None:
    """Nothing happens before a command of a group."""


def _help() -> str:
    lines = [
        "Usage: helpdesk COMMAND [OPTIONS]",
        "",
        "The support desk for people who cannot get into their account.",
        "",
    ]
    lines += [f"  {name:<12} {text}" for name, (_, _, text) in COMMANDS.items()]
    return "\n".join([*lines, "", "`helpdesk COMMAND --help` says more."])


def _mistake(sentence: str) -> int:
    sys.stderr.write(f"helpdesk: {sentence}\n")
    return 2
