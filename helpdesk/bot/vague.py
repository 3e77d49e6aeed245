"""Pure: words that name a topic and nothing else, such as "password problem": two articles may be meant."""

import re
from collections.abc import Mapping
from functools import lru_cache

from rapidfuzz import fuzz

from helpdesk.faq.article import Article

MOST_WORDS = 8
MOST_TOPIC = 3
MOST_EITHER = 5
NEAR = 80
_WORD = re.compile(r"[^\W\d_]+")
# Who still has it says no more than what it is.
_HAS_IT = re.compile(
    r"(?:^|[,.;!]|\b(?:but|and)\b)\s*(?:no\b[,.!\s]*)?(?:i|we)"
    r"(?: (?:(?:do|still|also|actually|just|already) )*(?:know|remember|recall)"
    r"|(?:(?: (?:have|did))? (?:not|never)|['’]?ve (?:not|never)| (?:have|did)n['’]?t) (?:forget|forgot(?:ten)?|lose|lost))\b"
)
_FILLERS = frozenset(
    """
    a about all am an and any are asap at be but can concerning could current do for from get getting got had has
    have having hello help here hey hi how i in is issue issues it its just me my need of on or our
    please pls problem problems problm question questions quick regarding s some something still stuff
    the there thing this to trouble troubles urgent urgently us immediately now want was we with would you your
    """.split()  # noqa: SIM905 — words are easier to read as words
)

_SHORT = dict.fromkeys(("pw", "pwd", "pass", "passwd", "passcode"), "password")


def open_pair(text: str, articles: Mapping[str, Article], ranked: tuple[str, ...]) -> tuple[str, str] | None:
    """(for those who can log in, for those who cannot) where the text names only what both titles name.

    So does "I remember my password". "Change or reset my password" names both: there each word may stand in one of
    the two. Of several the one that `ranked` has first is taken.
    """
    words = _WORD.findall(_HAS_IT.sub(" ", text.lower()))
    topic = [_SHORT.get(word, word) for word in words if word not in _FILLERS]
    is_either = "or" in words
    if not 1 <= len(topic) <= (MOST_EITHER if is_either else MOST_TOPIC) or len(words) > MOST_WORDS:
        return None
    named = {slug: _named(topic, article.title) for slug, article in articles.items() if article.needs}
    place = {slug: number for number, slug in enumerate(ranked)}
    inside, outside = (
        sorted(
            (slug for slug in named if articles[slug].needs == needs),
            key=lambda slug: place.get(slug, len(place)),
        )
        for needs in ("logged_in", "logged_out")
    )
    pairs = [(first, second) for first in inside for second in outside]
    for first, second in pairs:
        if all(named[first]) and all(named[second]):
            return first, second
    return next((pair for pair in pairs if is_either and _between(*(named[slug] for slug in pair))), None)


def _between(first: list[bool], second: list[bool]) -> bool:
    """Whether each word is in one of the two, and each of the two has a word of its own."""
    return all(map(any, zip(first, second, strict=True))) and not all(first) and not all(second)


def _named(topic: list[str], title: str) -> list[bool]:
    named = _words_of(title)
    return [word in named or any(_near(word, other) for other in named) for word in topic]


@lru_cache(1_000)
def _words_of(title: str) -> tuple[str, ...]:
    return tuple(_WORD.findall(title.lower()))


def _near(word: str, other: str) -> bool:
    return min(len(word), len(other)) >= 5 and fuzz.ratio(word, other) >= NEAR
