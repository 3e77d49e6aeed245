"""The front page of the help centre, and one article."""

from dataclasses import dataclass
from functools import lru_cache

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from helpdesk.errors import NotFound
from helpdesk.faq.article import Article
from helpdesk.faq.library import Library
from helpdesk.faq.matcher import rank
from helpdesk.helpcentre.cached import page
from helpdesk.helpcentre.languages import listed, translations
from helpdesk.helpcentre.search import LONGEST_QUERY, find
from helpdesk.helpcentre.structured import faq_page
from helpdesk.portal.session import current_customer
from helpdesk.web.problems import wants_json
from helpdesk.web.templates import render

RELATED = 4
MISSING = "There is no help article at this address."
TOP_SECTION = "Questions and answers"


@dataclass(frozen=True)
class Section:
    """A folder of the FAQ as readers see it."""

    anchor: str
    title: str
    articles: tuple[Article, ...]


def section_title(folder: str) -> str:
    """`billing/refunds_and-returns` → `Billing › Refunds and returns`."""
    words = [part.replace("-", " ").replace("_", " ").strip() for part in folder.split("/") if part]
    return " › ".join(word[:1].upper() + word[1:] for word in words) or TOP_SECTION


def sections_of(library: Library) -> list[Section]:
    """The sections in reading order, each article in one of its languages; none without an article."""
    shown = listed(library)
    found = [
        Section(
            folder.replace("/", "-") or "all",
            section_title(folder),
            tuple(article for article in articles if article.slug in shown),
        )
        for folder, articles in library.sections.items()
    ]
    return [section for section in found if section.articles]


async def show_front(request: Request) -> Response:
    """The search box and every section."""
    library = request.app.state.desk.library.current
    shown = listed(library)
    pages = sorted((a for a in library.pages.values() if a.slug in shown), key=lambda a: (a.order, a.title))
    return await page(
        request, "helpcentre/front.html", sections=sections_of(library), pages=pages, question=""
    )


async def show_article(request: Request) -> Response:
    """One article; a former address leads to the present one."""
    desk = request.app.state.desk
    library: Library = desk.library.current
    slug = request.path_params["slug"]
    article = library.get(slug)
    if article is None:
        return await _show_missing(request, library, slug)
    if article.slug != slug:
        return RedirectResponse(f"/help/{article.slug}", 301, {"Cache-Control": "public, max-age=3600"})
    said = request.query_params.get("said", "")
    return await page(
        request,
        "helpcentre/article.html",
        article=article,
        translations=translations(library, article),
        section=section_title(article.section),
        section_anchor=article.section.replace("/", "-") or "all",
        related=related(library, article.slug),
        said=said if said in {"yes", "no", "reason"} else "",
        json_ld=faq_page(library, article),
    )


async def _show_missing(request: Request, library: Library, slug: str) -> Response:
    """404 with a search for the words of the address, and what it finds: articles are renamed."""
    if wants_json(request):
        raise NotFound(MISSING)
    await current_customer(request)
    words = " ".join(slug[:LONGEST_QUERY].replace("_", " ").replace("-", " ").split())
    hits = find(library, words)[:RELATED]
    return render(request, "helpcentre/missing.html", status=404, sentence=MISSING, question=words, hits=hits)


@lru_cache(maxsize=64)
def related(library: Library, slug: str) -> tuple[Article, ...]:
    """At most four other articles that lie nearest to this one; kept for as long as the library lives on."""
    article = library.get(slug)
    if article is None:
        return ()
    near = [c.label for c in rank(library, article.title, limit=RELATED + 1).candidates]
    same_section = [a.slug for a in library.sections.get(article.section, ())]
    itself = {slug, *(a.slug for a in translations(library, article))}
    chosen = [label for label in dict.fromkeys([*near, *same_section]) if label not in itself][:RELATED]
    return tuple(library.articles[label] for label in chosen)
