"""`helpdesk audit verify` and `anchor`: does the chain hold, and what to write down elsewhere."""

import json
from pathlib import Path
from typing import Annotated

import typer

from helpdesk.audit import trail
from helpdesk.cli.database import store_of
from helpdesk.counted import counted
from helpdesk.errors import DeskError
from helpdesk.keys import Keys
from helpdesk.settings import Settings

BROKEN = 3
app = typer.Typer(no_args_is_help=True, help="The audit trail.", pretty_exceptions_enable=False)
Anchors = Annotated[
    Path | None, typer.Option("--anchors", help="Lines of `audit anchor` that were kept elsewhere.")
]


@app.callback()
def _audit() -> None:
    """The audit trail."""


@app.command()
def verify(anchors: Anchors = None) -> None:
    """Read the whole chain. Exit 0 when it holds, 3 with the broken entry."""
    settings = Settings.from_env()
    kept = _read(anchors) if anchors else []
    store = store_of(settings)
    try:
        broken = store.read_now(trail.verify, Keys(settings.secret), kept)
        newest = store.read_now(trail.head)
    finally:
        store.close()
    if broken is not None:
        typer.echo(f"The chain is broken at entry {broken.seq}: {broken.sentence}")
        raise typer.Exit(BROKEN)
    typer.echo(
        f"The chain holds: {counted(newest[0], 'entry', 'entries')}."
        if newest
        else "The chain holds: it is empty."
    )


@app.command()
def anchor() -> None:
    """Print the head of the chain as one JSON line, to be kept where nobody of this machine can change it."""
    store = store_of(Settings.from_env())
    try:
        newest = store.read_now(trail.head)
    finally:
        store.close()
    if newest is not None:
        typer.echo(json.dumps({"seq": newest[0], "hash": newest[1]}))


def _read(path: Path) -> list[tuple[int, str]]:
    found = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if not line.strip():
            continue
        try:
            kept = json.loads(line)
            found.append((int(kept["seq"]), str(kept["hash"])))
        except (ValueError, KeyError, TypeError):
            raise DeskError(f"{path}:{number}: this is no line of `helpdesk audit anchor`.") from None
    return found
