"""The editor's desk: try a question, see the gaps, how each article fares, and what is wrong with the files.

Shows articles, counts and wordings without personal data; never a conversation or a customer.
"""

import asyncio
from dataclasses import dataclass
from datetime import date
from typing import Any

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from helpdesk.actor import Agent
from helpdesk.console.serving import around, desk_of, show
from helpdesk.errors import NotFound
from helpdesk.faq import trial
from helpdesk.faq.article import Article, Fault
from helpdesk.faq.check import look
from helpdesk.faq.library import Library
from helpdesk.faq.matcher import Ranking, rank
from helpdesk.faqstats.figures import figures, version_of
from helpdesk.faqstats.gaps import Gap, gaps, mark_handled, past_misses, past_yes
from helpdesk.store.session import Tx
from helpdesk.web.forms import read_form
from helpdesk.wiring import Desk, facts

MOST_GAPS = 100
LONGEST_QUESTION = 500
MOST_ARTICLES = 500
TOO_MANY = "There are too many articles to look for more here: run `helpdesk faq check`."


@dataclass(frozen=True)
class Fared:
    """How one version of an article fared; `is_live` is the one that people read now."""

    title: str
    slug: str
    is_live: bool
    row: dict[str, Any]

    @property
    def helped_share(self) -> str:
        """`75 %` of those who said Yes or No, or a dash."""
        said = self.row["yes"] + self.row["no"]
        return f"{100 * self.row['yes'] / said:.0f} %" if said else "–"


async def front(request: Request, agent: Agent) -> Response:
    """Try-it box, faults, warnings, reviews that are due."""
    desk = desk_of(request)
    library = desk.library.current
    question = request.query_params.get("q", "").strip()[:LONGEST_QUESTION]
    tried = await asyncio.to_thread(rank, library, question) if question else None
    today = desk.clock.now().date()
    warnings = await asyncio.to_thread(_warnings, desk, library, today)
    found = await desk.store.read(gaps)
    return await _shown(
        request, agent, "console/editor.html", question=question, tried=tried,
        answer=_answer(library, tried), library=library, warnings=warnings, due=_due(library, today),
        open_gaps=len(found),
    )  # fmt: skip


async def gaps_page(request: Request, agent: Agent) -> Response:
    """What was asked and not answered; with `add` and `to`, what the wording would change."""
    return await _gaps(
        request, agent, request.query_params.get("to", ""), request.query_params.get("add", "")
    )


async def handle_gap(request: Request, agent: Agent) -> Response:
    """Close a gap that was handled. It comes back when it is missed again."""
    form = await read_form(request)
    desk = desk_of(request)

    def close(tx: Tx) -> None:
        gap = _named(gaps(tx), form.get("gap", ""))
        mark_handled(tx, gap.wordings, "")

    await desk.store.write(close)
    return RedirectResponse("/console/articles/gaps?handled=1", 303)


async def figures_page(request: Request, agent: Agent) -> Response:
    """How each version of each article fared, the newest first."""
    desk = desk_of(request)
    library = desk.library.current
    rows = await desk.store.read(figures)
    live = {article.slug: version_of(article.title, article.body) for article in _all(library)}
    fared = [
        Fared(
            article.title if (article := library.get(row["slug"])) else row["slug"],
            row["slug"],
            live.get(row["slug"]) == row["version"],
            row,
        )
        for row in rows
    ]
    quiet = [article for article in _all(library) if article.slug not in {row["slug"] for row in rows}]
    return await _shown(request, agent, "console/editor_figures.html", fared=fared, quiet=quiet)


async def _shown(request: Request, agent: Agent, name: str, **context: Any) -> Response:
    return show(request, agent, name, **await desk_of(request).store.read(around, agent), **context)


async def _gaps(request: Request, agent: Agent, slug: str, wording: str) -> Response:
    desk = desk_of(request)
    found = await desk.store.read(gaps)
    library = desk.library.current
    tried, error = None, ""
    if slug and wording:
        gap = _named(found, wording)
        try:
            tried = await _attempt(desk, library, slug, gap)
            error = tried.refusal
        except (ValueError, OSError) as refusal:
            error = str(refusal)
    return await _shown(
        request, agent, "console/editor_gaps.html", found=found[:MOST_GAPS], more=len(found) - MOST_GAPS,
        articles=list(library.articles.values()), handled="handled" in request.query_params,
        tried=tried, error=error, wording=wording, slug=slug,
    )  # fmt: skip


async def _attempt(desk: Desk, library: Library, slug: str, gap: Gap) -> trial.Trial:
    def look_back(tx: Tx) -> tuple[list[tuple[str, int]], list[tuple[str, str]]]:
        return past_misses(tx), past_yes(tx)

    misses, right = await desk.store.read(look_back)
    folder, known = desk.settings.faq_dir, facts(desk.settings)
    plain = trial.plain_wording(gap.wordings)
    return await asyncio.to_thread(trial.attempt, folder, library, known, slug, plain, misses, right)


def _named(found: list[Gap], wording: str) -> Gap:
    """The gap whose newest wording this is, or was when the page was made."""
    for gap in found:
        if wording in gap.wordings:
            return gap
    raise NotFound("This gap is closed already.")


def _answer(library: Library, tried: Ranking | None) -> Article | None:
    return library.get(tried.label) if tried and tried.label else None


def _all(library: Library) -> list[Article]:
    return [*library.articles.values(), *library.pages.values()]


def _due(library: Library, today: date) -> list[Article]:
    due = [article for article in _all(library) if article.review_by and article.review_by < today]
    return sorted(due, key=lambda article: article.review_by or today)


def _warnings(desk: Desk, library: Library, today: date) -> tuple[Fault, ...]:
    """As `faq check` has them; looked for once a library and day, for it asks every wording of every article."""
    kept = desk.extras.get("editor warnings")
    if kept is None or kept[0] is not library or kept[1] != today:
        kept = desk.extras["editor warnings"] = (library, today, _looked_for(desk, library, today))
    warnings: tuple[Fault, ...] = kept[2]
    return warnings


def _looked_for(desk: Desk, library: Library, today: date) -> tuple[Fault, ...]:
    if len(library.articles) > MOST_ARTICLES:
        return (*library.warnings, Fault(".", 0, TOO_MANY))
    sources = {article.path: _text(desk, article.path) for article in _all(library)}
    return (*library.warnings, *look(library, sources, facts(desk.settings), today))


def _text(desk: Desk, path: str) -> str:
    try:
        return (desk.settings.faq_dir / path).read_text(encoding="utf-8")
    except (OSError, ValueError):
        return ""
