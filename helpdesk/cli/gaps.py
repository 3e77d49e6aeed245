"""`helpdesk faq gaps`: the editor's list of things to write."""

import typer

from helpdesk.cli.database import must_be_current
from helpdesk.clock import Clock
from helpdesk.faqstats.gaps import gaps
from helpdesk.settings import Settings
from helpdesk.store.engine import make_engine
from helpdesk.store.session import Store

SHOWN_WORDINGS = 5


def print_gaps(limit: int) -> None:
    """One block for each question: how often, the nearest article, then its wordings, the newest first."""
    engine = make_engine(Settings.from_env().store_url)
    must_be_current(engine)
    store = Store(engine, Clock())
    try:
        found = store.read_now(gaps)
    finally:
        store.close()
    for gap in found[:limit]:
        near = f"nearest: {gap.nearest}" if gap.nearest else "no article is near"
        typer.echo(f"{gap.times} times, last on {gap.last_at:%Y-%m-%d} ({near})")
        for wording in gap.wordings[:SHOWN_WORDINGS]:
            typer.echo(f"  {wording}")
    if not found:
        typer.echo("Nothing was asked in vain.", err=True)
