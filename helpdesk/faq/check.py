"""Pure: what an editor should look at: hard-coded facts, broken links, questions that two articles claim."""

import re
from collections.abc import Iterator, Mapping
from datetime import date

from rapidfuzz import fuzz, process

from helpdesk.counted import counted
from helpdesk.faq.article import Article, Facts, Fault
from helpdesk.faq.facts import fill
from helpdesk.faq.library import Library
from helpdesk.faq.matcher import rank
from helpdesk.faq.render import links
from helpdesk.faq.words import stem, tokens

FEWEST_ALTERNATIVES = 5
"""The bot finds an article with fewer wordings too seldom."""

_NEAR_DUPLICATE = 92.0
_MOST_COMPARED = 5_000
_UNITS = {
    "resend_seconds": r"seconds?|sec",
    "code_minutes": r"minutes?|min",
    "code_tries": r"tries|attempts|times",
    "code_length": r"(?:letters|characters|digits)",
    "min_length": r"(?:characters|letters|symbols)",
    "max_length": r"(?:characters|letters|symbols)",
}
_PAGES = ("/help", "/help/search", "/login", "/forgot-password", "/security", "/security/change-password")
_MORE_PAGES = ("/tickets/new", "/my-tickets", "/")


def look(library: Library, sources: Mapping[str, str], facts: Facts, today: date) -> tuple[Fault, ...]:
    """Warnings about live articles, in the order of files and lines.

    `sources` are the files' texts by path: facts must be looked for before they are filled in.
    """
    found: list[Fault] = []
    for article in (*library.articles.values(), *library.pages.values()):
        source = sources.get(article.path, "")
        found += _written_out(article, source, facts)
        found += _broken_links(library, article, source, facts)
        if article.review_by and article.review_by < today:
            line = _line_of(source, "review_by")
            found.append(Fault(article.path, line, f"The review was due on {article.review_by}."))
        if article.bot and len(article.alternatives) < FEWEST_ALTERNATIVES:
            found.append(Fault(article.path, _line_of(source, "title"), _few(len(article.alternatives))))
        found += _lost_addresses(library, article, source)
        found += _lost_near_misses(library, article, source)
    found += _twins(library, sources)
    found += _won_by_others(library, sources)
    return tuple(sorted(found, key=lambda fault: (fault.path, fault.line)))


def _few(count: int) -> str:
    return (
        f"Only {counted(count, 'alternative')}; write at least {FEWEST_ALTERNATIVES}, as people really ask."
    )


def _written_out(article: Article, source: str, facts: Facts) -> Iterator[Fault]:
    """Numbers in the body that the settings enforce and that a variable would keep true."""
    body_starts = _body_line(source)
    for number, line in enumerate(source.splitlines(), 1):
        if number < body_starts:
            continue
        for group, values in facts.items():
            for name, value in values.items():
                unit = _UNITS.get(name)
                if unit and re.search(
                    rf"(?<![\w{{.]){re.escape(str(value))}[ -](?:{unit})\b", line, re.IGNORECASE
                ):
                    sentence = f"“{value}” is a setting: write {{{{ {group}.{name} }}}} instead."
                    yield Fault(article.path, number, sentence)


def _broken_links(library: Library, article: Article, source: str, facts: Facts) -> Iterator[Fault]:
    for number, address in links(article.body):
        path = address.partition("#")[0].partition("?")[0]
        line = _source_line(source, number, facts) if article.bot else 0
        if path.startswith("/help/") and path not in _PAGES:
            slug = path.removeprefix("/help/")
            target = library.get(slug)
            if target is None:
                yield Fault(article.path, line, f"The link {address} leads to no article.")
            elif target.slug != slug:
                yield Fault(
                    article.path, line, f"The link {address} is an old address; write /help/{target.slug}."
                )
        elif path.startswith("/") and path not in (*_PAGES, *_MORE_PAGES) and not path.startswith("/static/"):
            yield Fault(article.path, line, f"The link {address} leads to no page of this site.")
        elif path and not re.match(r"/|https?://|mailto:", address):
            yield Fault(article.path, line, f"The link {address} needs to start with / or https://.")
        if "#" in address and (not path or path.startswith("/help/")):
            sentence = f"The link {address} finds no place in the page: headings have no names to link to."
            yield Fault(article.path, line, sentence)


def _twins(library: Library, sources: Mapping[str, str]) -> Iterator[Fault]:
    """Wordings that two articles both have, or nearly; within one article only exact repetitions.

    Nearness takes time that grows with the square, so very large FAQs are searched for equal ones only.
    """
    places = [(text, article) for article in library.articles.values() for text in article.wordings]
    keys = [" ".join(stem(word) for word in tokens(text)) for text, _ in places]
    first: dict[str, int] = {}
    for place, key in enumerate(keys):
        text, article = places[place]
        before = first.setdefault(key, place)
        if before != place:
            other = places[before][1]
            where = "this article" if other.slug == article.slug else other.slug
            yield Fault(
                article.path, _line_of(sources.get(article.path, ""), text), f"“{text}” is in {where} too."
            )
    for place, key in enumerate(keys if len(keys) <= _MOST_COMPARED else ()):
        for _, score, other_place in process.extract(
            key, keys[:place], scorer=fuzz.ratio, score_cutoff=_NEAR_DUPLICATE, limit=3
        ):
            text, article = places[place]
            twin, other = places[other_place]
            if score < 100 and other.slug != article.slug and len(key) > 12:
                line = _line_of(sources.get(article.path, ""), text)
                yield Fault(article.path, line, f"“{text}” is nearly “{twin}” of {other.slug}.")
                break


def _won_by_others(library: Library, sources: Mapping[str, str]) -> Iterator[Fault]:
    """Wordings that the matcher would answer with another article."""
    for article in library.articles.values():
        for text in article.wordings:
            label = rank(library, text, 1).label
            if label and label != article.slug:
                line = _line_of(sources.get(article.path, ""), text)
                yield Fault(article.path, line, f"“{text}” is answered by {label}.")


def _lost_addresses(library: Library, article: Article, source: str) -> Iterator[Fault]:
    for old in article.former_slugs:
        target = library.get(old)
        if target is not None and target.slug != article.slug:
            sentence = f"The former address /help/{old} leads to {target.slug}, not here."
            yield Fault(article.path, _line_of(source, "former_slugs"), sentence)


def _lost_near_misses(library: Library, article: Article, source: str) -> Iterator[Fault]:
    for miss in article.not_for:
        if not article.bot:
            break
        line = _line_of(source, miss.query)
        if miss.slug and library.get(miss.slug) is None:
            yield Fault(article.path, line, f"There is no article {miss.slug} for “{miss.query}”.")
        elif rank(library, miss.query, 1).label == article.slug:
            yield Fault(
                article.path, line, f"“{miss.query}” is a near miss, but is answered by this article."
            )


def _line_of(source: str, text: str) -> int:
    """The first line that holds the text; 1 when none does."""
    for number, line in enumerate(source.splitlines(), 1):
        if text in line:
            return number
    return 1


def _source_line(source: str, number: int, facts: Facts) -> int:
    """The line of the file that this line of the article's body comes from: a fact may be several lines."""
    first = _body_line(source)
    for place, line in enumerate(source.splitlines()[first - 1 :], first):
        number -= 1 + fill(line, facts).count("\n")
        if number <= 0:
            return place
    return first


def _body_line(source: str) -> int:
    """The first line below the front matter that is not blank: there an article's body begins."""
    fences = 0
    for number, line in enumerate(source.splitlines(), 1):
        if fences >= 2 and line.strip():
            return number
        fences += line.strip() == "---"
    return 1
