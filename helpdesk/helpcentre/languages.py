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


def untranslated(library: Library) -> dict[str, tuple[str, ...]]:
    """Path of an article → the languages, in order, that others have and it has not. Nothing where all have the same."""
    known: dict[str, set[str]] = {}
    for article in library.articles.values():
        known.setdefault(original(library, article), set()).add(_language(article))
    everywhere = {language for languages in known.values() for language in languages}
    return {
        library.articles[slug].path: tuple(sorted(everywhere - languages))
        for slug, languages in known.items()
        if slug in library.articles and everywhere > languages
    }


def original(library: Library, article: Article) -> str:
    """The slug of the article that this one translates; its own when it translates none."""
    slug = article.slug.removesuffix("-" + _language(article))
    return slug if slug in library.articles or slug in library.pages else article.slug


def _all(library: Library) -> Iterator[Article]:
    yield from library.articles.values()
    yield from library.pages.values()


def _is_ours(article: Article) -> bool:
    return _language(article).partition("-")[0] == OURS


def _language(article: Article) -> str:
    """`pt-br`: as the end of a slug spells it."""
    return article.locale.lower().replace("_", "-")
