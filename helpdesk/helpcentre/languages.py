"""Pure: articles in several languages. `forgot-password-de` with `locale: de` translates `forgot-password`."""

from collections.abc import Iterator

from helpdesk.faq.article import Article
from helpdesk.faq.library import Library

OURS = "en"
"""What the pages around the articles are written in."""


def listed(library: Library) -> set[str]:
    """Slugs for a list in our language: of an article and its translations the one in it, else the first."""
    chosen: dict[str, Article] = {}
    for article in _all(library):
        known = chosen.setdefault(original(library, article), article)
        if not _is_ours(known) and _is_ours(article):
            chosen[original(library, article)] = article
    return {article.slug for article in chosen.values()}


def translations(library: Library, article: Article) -> tuple[Article, ...]:
    """The same article in its other languages, by slug: the one that they translate comes first."""
    same = original(library, article)
    found = [a for a in _all(library) if a.slug != article.slug and original(library, a) == same]
    return tuple(sorted(found, key=lambda a: a.slug))


def original(library: Library, article: Article) -> str:
    """The slug of the article that this one translates; its own when it translates none."""
    slug = article.slug.removesuffix("-" + article.locale.lower().replace("_", "-"))
    return slug if slug in library.articles or slug in library.pages else article.slug


def _all(library: Library) -> Iterator[Article]:
    yield from library.articles.values()
    yield from library.pages.values()


def _is_ours(article: Article) -> bool:
    return article.locale.lower().replace("_", "-").partition("-")[0] == OURS
