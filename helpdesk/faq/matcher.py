"""Pure: a question → the articles that may answer it, best first, and whether one is sure enough."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from rapidfuzz import fuzz, process

from helpdesk.faq.article import Article
from helpdesk.faq.person import wants_person

if TYPE_CHECKING:
    from helpdesk.faq.library import Library

LONGEST_QUESTION = 500


@dataclass(frozen=True, slots=True)
class Candidate:
    """One article with its score 0–100, the wording of it that came nearest and the words both share."""

    label: str
    score: float
    wording: str
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Ranking:
    """`label` is the article to answer with, None when none is sure enough; `score` is the best one's."""

    label: str | None
    score: float
    threshold: float
    candidates: tuple[Candidate, ...]
    wants_person: bool
    reason: str


class Engine:
    name = "core"
    note: str | None = None

    def __init__(self, articles: Sequence[Article]) -> None:
        self.pairs = [(w, a.slug) for a in articles for w in a.wordings]
        self.texts = [w.lower() for w, _ in self.pairs]

    def rank(self, question: str, limit: int) -> tuple[float, list[Candidate]]:
        if not self.texts or not question.strip():
            return 70.0, []
        scores = process.cdist([question.lower()], self.texts, scorer=fuzz.token_sort_ratio)[0]
        best: dict[str, Candidate] = {}
        for i in np.argsort(-scores)[:50]:
            wording, slug = self.pairs[int(i)]
            shared = set(question.lower().split()) & set(wording.lower().split())
            best.setdefault(slug, Candidate(slug, float(scores[i]), wording, tuple(sorted(shared))))
        return 70.0, list(best.values())[:limit]


def learn(
    articles: Sequence[Article],
    engine: str,
    cache: Path | None = None,
    progress: Callable[[str], None] | None = None,
) -> Engine:
    return Engine(articles)


def rank(library: "Library", question: str, limit: int = 3) -> Ranking:
    """At most `limit` candidates, best first. Any text is allowed; only its first 500 characters count."""
    question = question[:LONGEST_QUESTION]
    threshold, candidates = library.engine.rank(question, limit)
    best = candidates[0] if candidates else None
    label = best.label if best and best.score >= threshold else None
    reason = (
        f"The nearest wording is “{best.wording}”." if best else "No article shares a word with the question."
    )
    return Ranking(
        label, best.score if best else 0.0, threshold, tuple(candidates), wants_person(question), reason
    )
