"""Search in the help centre: a page of results, and the same as JSON while somebody types."""

import re
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from helpdesk.faq.article import Article
from helpdesk.faq.library import Library
from helpdesk.faq.matcher import rank
from helpdesk.helpcentre.cached import page
from helpdesk.store.folding import fold
from helpdesk.web.client_address import client_address, network_of

MOST_RESULTS = 10
LONGEST_QUERY = 200
SNIPPET_CHARS = 160
FAIR_SCORE = 45.0
_WORD = re.compile(r"\w+")


@dataclass(frozen=True)
class Hit:
    """An article that fits; `snippet` is its text around the first word that was looked for."""

    article: Article
    snippet: str


def find(library: Library, query: str) -> list[Hit]:
    """At most ten articles, best first: those that hold a beginning of every word, then near ones."""
    words = _WORD.findall(fold(query[:LONGEST_QUERY]))
    if not words:
        return []
    known = {**library.articles, **library.pages}
    exact = [(score, slug) for slug, article in known.items() if (score := _holds(article, words))]
    order = [slug for _, slug in sorted(exact, key=lambda pair: -pair[0])]
    if sum(len(word) for word in words) >= 3:
        order += [c.label for c in rank(library, query, limit=5).candidates if c.score >= FAIR_SCORE]
    return [
        Hit(known[slug], _snippet(known[slug].text, words)) for slug in dict.fromkeys(order) if slug in known
    ][:MOST_RESULTS]


def _holds(article: Article, words: list[str]) -> int:
    """0 unless every word begins a word of the article; the more of them in the title, the higher."""
    title = set(_WORD.findall(fold(article.title)))
    others = set(_WORD.findall(fold(" ".join((*article.alternatives, article.text)))))
    score = 1
    for word in words:
        if any(each.startswith(word) for each in title):
            score += 10
        elif not any(each.startswith(word) for each in others):
            return 0
    return score


def _snippet(text: str, words: list[str]) -> str:
    line = " ".join(text.split())
    folded = fold(line)
    places = [place for word in words if (place := folded.find(word)) >= 0]
    start = max(0, min(places, default=0) - 40)
    if start:
        start = line.find(" ", start) + 1
    cut = line[start : start + SNIPPET_CHARS]
    if start + SNIPPET_CHARS < len(line):
        cut = cut.rpartition(" ")[0] + " …"
    return ("… " if start else "") + cut


async def show_results(request: Request) -> Response:
    """The page of results: works without a script."""
    query = _asked(request)
    hits = find(request.app.state.desk.library.current, query)
    return await page(request, "helpcentre/search.html", question=query, hits=hits)


async def suggest(request: Request) -> Response:
    """The same results as JSON, for the script of the search box."""
    desk = request.app.state.desk
    await desk.limits.check("120/minute", "suggest", network_of(client_address(request)))
    hits = find(desk.library.current, _asked(request))
    found = [
        {"title": hit.article.title, "url": f"/help/{hit.article.slug}", "snippet": hit.snippet}
        for hit in hits
    ]
    return JSONResponse({"results": found}, headers={"Cache-Control": "public, max-age=60"})


def _asked(request: Request) -> str:
    return " ".join(request.query_params.get("q", "")[:LONGEST_QUERY].split())
