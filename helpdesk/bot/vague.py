"""Pure: words that name a topic and nothing else, such as "password problem": two articles may be meant."""

import re
from collections.abc import Mapping

from rapidfuzz import fuzz

from helpdesk.faq.article import Article

MOST_WORDS = 8
NEAR = 80
_WORD = re.compile(r"[^\W\d_]+")
_FILLERS = frozenset(
    """
    a about all am an and any are at be but can concerning could do for from get getting got had has
    have having hello help here hey hi how i in is issue issues it its just me my need of on or our
    please pls problem problems problm question questions quick regarding s some something still stuff
    the there thing this to trouble troubles urgent urgently us want was we with would you your
    """.split()  # noqa: SIM905 — words are easier to read as words
)

_SHORT = dict.fromkeys(("pw", "pwd", "pass", "passwd", "passcode"), "password")


def open_pair(text: str, articles: Mapping[str, Article], ranked: tuple[str, ...]) -> tuple[str, str] | None:
    """(for those who can log in, for those who cannot) where the text names only what both titles name.

    Of several the one that `ranked` has first is taken.
    """
    words = _WORD.findall(text.lower())
    topic = [_SHORT.get(word, word) for word in words if word not in _FILLERS]
    if not 1 <= len(topic) <= 3 or len(words) > MOST_WORDS:
        return None
    found: dict[str, list[str]] = {"logged_in": [], "logged_out": []}
    for slug, article in articles.items():
        if article.needs and _names_all(topic, article.title):
            found[article.needs].append(slug)
    if not found["logged_in"] or not found["logged_out"]:
        return None
    place = {slug: number for number, slug in enumerate(ranked)}
    inside, outside = (
        min(slugs, key=lambda slug: place.get(slug, len(place)))
        for slugs in (found["logged_in"], found["logged_out"])
    )
    return inside, outside


def _names_all(topic: list[str], title: str) -> bool:
    named = _WORD.findall(title.lower())
    return all(any(_near(word, other) for other in named) for word in topic)


def _near(word: str, other: str) -> bool:
    return word == other or (min(len(word), len(other)) >= 5 and fuzz.ratio(word, other) >= NEAR)
