"""`helpdesk faq gaps`: the editor's list of things to write, and a wording that goes into its article."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import typer

from helpdesk.cli.database import store_of
from helpdesk.errors import DeskError
from helpdesk.faq import trial
from helpdesk.faq.library import Library
from helpdesk.faqstats.gaps import Gap, gaps, mark_handled, past_misses, past_yes
from helpdesk.settings import Settings
from helpdesk.store.session import Store
from helpdesk.wiring import facts

SHOWN_WORDINGS = 5
SHOWN_SPOILED = 10


def print_gaps(limit: int) -> None:
    """One numbered block for each question: how often and why, the nearest article, its newest wordings."""
    with _desk() as (_, store):
        found = store.read_now(gaps)
    for number, gap in enumerate(found[:limit], 1):
        near = f"nearest: {gap.nearest}" if gap.nearest else "no article is near"
        back = f"; added to {gap.came_back} before, and missed again" if gap.came_back else ""
        typer.echo(f"{number}. {gap.often}, last on {gap.last_at:%Y-%m-%d} ({near}{back}): {gap.reasons}")
        for wording in gap.wordings[:SHOWN_WORDINGS]:
            typer.echo(f"     {wording}")
    if not found:
        typer.echo("Nothing was asked in vain.", err=True)


def close_gap(number: int) -> None:
    """Mark a gap as handled, as after an answer was rewritten. It comes back when it is missed again."""
    with _desk() as (_, store):
        gap = _gap(store.read_now(gaps), number)
        store.write_now(mark_handled, gap.wordings, "")
    typer.echo(f"Handled: “{gap.wordings[0]}”.")


def add_wording(number: int, slug: str, folder: Path, *, yes: bool) -> None:
    """Replay, show, ask, write, mark as handled; in this order, so that nothing is lost half-way."""
    with _desk() as (settings, store):
        gap = _gap(store.read_now(gaps), number)
        library = Library.load(folder, facts(settings), engine=settings.matcher)
        misses, right = store.read_now(past_misses), store.read_now(past_yes)
        try:
            wording = trial.plain_wording(gap.wordings)
            tried = trial.attempt(folder, library, facts(settings), slug, wording, misses, right)
        except ValueError as error:
            raise DeskError(str(error)) from None
        _show(tried, slug, wording)
        if tried.refusal:
            raise DeskError(tried.refusal)
        if not (yes or _agreed(tried.file)):
            typer.echo("Nothing was written.")
            return
        trial.write(tried)
        store.write_now(mark_handled, gap.wordings, slug)
    typer.echo(f"Added to {tried.file}. The gap is closed until it is missed again.")


def _show(tried: trial.Trial, slug: str, wording: str) -> None:
    found = tried.replay
    typer.echo(f"Adding “{wording}” to {slug}.")
    if found.label is None:
        typer.echo("The wording itself would still not be answered: the article needs more like it.")
    typer.echo(f"Replay: {slug} now answers {found.answered} of {found.asked} past misses.")
    typer.echo(f"Right answers that would change: {len(found.spoiled)} of {found.looked_at}.")
    for change in found.spoiled[:SHOWN_SPOILED]:
        typer.echo(f"  “{change.query}”: {change.wanted} → {change.given or 'no answer'}")
    typer.echo(tried.diff)


def _agreed(file: Path) -> bool:
    try:
        return typer.confirm(f"Write this into {file}?")
    except typer.Abort:
        raise DeskError("Nothing was written; add --yes to write without being asked.") from None


def _gap(found: Sequence[Gap], number: int) -> Gap:
    if not 1 <= number <= len(found):
        there = f"there are {len(found)}" if found else "there are none"
        raise DeskError(f"There is no gap {number}; {there}. `helpdesk faq gaps` lists them.")
    return found[number - 1]


@contextmanager
def _desk() -> Iterator[tuple[Settings, Store]]:
    settings = Settings.from_env()
    store = store_of(settings)
    try:
        yield settings, store
    finally:
        store.close()
