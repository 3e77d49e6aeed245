"""Pure: what an edit would have changed: which past misses it answers, and which right answers it spoils."""

from collections.abc import Sequence
from dataclasses import dataclass

from helpdesk.faq.library import Library
from helpdesk.faq.matcher import rank
from helpdesk.faq.words import stem, tokens

MOST_ASKED = 3000
"""In a FAQ with more wordings only those are asked that share a word with the new one."""


@dataclass(frozen=True, slots=True)
class Changed:
    """A question that `wanted` answered rightly and that would now get `given` (None: no answer)."""

    query: str
    wanted: str
    given: str | None


@dataclass(frozen=True, slots=True)
class Replay:
    """`answered` of `asked` times that were missed would now be answered with the article.

    `label` is the answer to the new wording itself; `spoiled` are right answers that would be others,
    of `looked_at`.
    """

    label: str | None
    answered: int
    asked: int
    spoiled: tuple[Changed, ...]
    looked_at: int


def replay(
    before: Library,
    after: Library,
    slug: str,
    wording: str,
    misses: Sequence[tuple[str, int]],
    right: Sequence[tuple[str, str]],
) -> Replay:
    """Ask everything again. `misses` are (question, times), `right` are (question, slug) that got a Yes."""
    own = [(text, article.slug) for article in before.articles.values() for text in article.wordings]
    known = list(dict.fromkeys((query, slug) for query, slug in (*right, *own) if slug in before.articles))
    if len(known) > MOST_ASKED:
        stems = _stems(wording)
        known = [(query, wanted) for query, wanted in known if stems & _stems(query)][:MOST_ASKED]
    spoiled = []
    for query, wanted in known:
        if rank(before, query, 1).label != wanted:
            continue
        given = rank(after, query, 1).label
        if given != wanted:
            spoiled.append(Changed(query, wanted, given))
    return Replay(
        label=rank(after, wording, 1).label,
        answered=sum(times for query, times in misses if rank(after, query, 1).label == slug),
        asked=sum(times for _, times in misses),
        spoiled=tuple(spoiled),
        looked_at=len(known),
    )


def _stems(text: str) -> set[str]:
    return {stem(word) for word in tokens(text)}
