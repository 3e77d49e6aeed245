"""For operators: `backup`, `restore`, `doctor` and `outbox`."""

from datetime import timedelta
from pathlib import Path
from typing import Annotated

import typer
from sqlalchemy import select
from sqlmodel import col

from helpdesk.cli.database import store_of
from helpdesk.clock import wire_time
from helpdesk.counted import counted
from helpdesk.delivery import outbox
from helpdesk.delivery.models import Job
from helpdesk.errors import DeskError
from helpdesk.ops import backup as copies
from helpdesk.ops import checkup
from helpdesk.settings import Settings
from helpdesk.store.session import Tx

outbox_app = typer.Typer(help="What waits to be sent, and what was given up.", no_args_is_help=True)
File = Annotated[Path, typer.Argument(help="The backup file.", dir_okay=False)]
States = Annotated[str, typer.Option("--state", help="waiting, dead, done, expired or all.")]
Most = Annotated[int, typer.Option("--limit", min=1, max=1000, help="At most so many lines.")]
STATES = ("waiting", "dead", "done", "expired", "all")


def backup(file: File) -> None:
    """Write a consistent copy of the database to FILE, while everything runs; and check it."""
    typer.echo(copies.back_up(Settings.from_env(), file))


def restore(file: File) -> None:
    """Bring the database back from FILE; what was there is kept aside. Stop every process first."""
    for sentence in copies.bring_back(Settings.from_env(), file):
        typer.echo(sentence, err=sentence.startswith("warning"))


def doctor() -> None:
    """Check settings, folders, database, bus, SMTP, accounts and articles, a line each; exit 1 when something is wrong."""
    settings = Settings.from_env()
    findings = checkup.examine(settings)
    for finding in findings:
        typer.echo(f"{finding.state:<5} {finding.name}: {finding.sentence}")
    if any(finding.state == "fault" for finding in findings):
        raise typer.Exit(1)


@outbox_app.command("list")
def list_outbox(state: States = "waiting", limit: Most = 50) -> None:
    """Show jobs, the oldest first: number, kind, state, tries, due time, last error; never their content."""
    if state not in STATES:
        raise DeskError(f"The state is one of {', '.join(STATES)}.")
    store = store_of(Settings.from_env())
    try:
        jobs = store.read_now(_jobs, state, limit)
    finally:
        store.close()
    for job in jobs:
        typer.echo(
            "\t".join(
                (
                    str(job.id),
                    job.kind,
                    job.state,
                    counted(job.attempts, "try", "tries"),
                    wire_time(job.run_at),
                    job.last_error,
                )
            )
        )
    if not jobs:
        typer.echo("Nothing.", err=True)


@outbox_app.command("send-again")
def send_again(
    number: Annotated[
        int, typer.Argument(help="The job's number, as `list` shows it; 0 for all that are dead.")
    ],
) -> None:
    """Put a job that was given up back in line."""
    store = store_of(Settings.from_env())
    try:
        numbers = [job.id or 0 for job in store.read_now(_jobs, "dead", 1000)] if number == 0 else [number]
        done = [each for each in numbers if store.write_now(outbox.send_again, each)]
    finally:
        store.close()
    if number and not done:
        raise DeskError(f"There is no job {number} that was given up.")
    typer.echo(f"{len(done)} back in line.")


def _jobs(tx: Tx, state: str, limit: int) -> list[Job]:
    line = select(Job).order_by(col(Job.id)).limit(limit)
    if state == "done":
        line = line.where(col(Job.done_at) > tx.now - timedelta(days=7))
    if state != "all":
        line = line.where(col(Job.state) == state)
    return list(tx.session.execute(line).scalars())
