"""Pure: a question → the articles that may answer it, best first, and whether one is sure enough."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import exp
from typing import TYPE_CHECKING

import numpy as np

from helpdesk.faq.engine import SECOND, Engine
from helpdesk.faq.features import Floats
from helpdesk.faq.learner import SHARE_OF_NONE
from helpdesk.faq.person import wants_person
from helpdesk.faq.words import stem, tokens

if TYPE_CHECKING:
    from helpdesk.faq.library import Library

LONGEST_QUESTION = 500
"""Characters; the rest is not read."""
THRESHOLD = 50.0
"""The score from which on an article is the answer, in every FAQ."""

_STEEPNESS = 6.0


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


@dataclass(frozen=True, slots=True)
class _Asked:
    """A question as typed, its words as typed and mended, and whether it asks for a person."""

    text: str
    typed: list[str]
    words: list[str]
    wants_person: bool


def rank(library: "Library", question: str, limit: int = 3) -> Ranking:
    """At most `limit` candidates, best first. Any text; only its first 500 characters count."""
    return rank_all(library, [question], limit)[0]


def rank_all(library: "Library", questions: Sequence[str], limit: int = 3) -> list[Ranking]:
    """The ranking of each; many at once cost less than one by one, and are ranked the same."""
    engine = library.engine
    asked = [_asked(engine, question[:LONGEST_QUESTION]) for question in questions]
    told = [one for one in asked if one.words and engine.slugs]
    near, opinions = engine.near([one.text for one in told], [one.words for one in told])
    others = [None] * len(told) if opinions is None else map(float, opinions)
    rows = zip(near, engine.claims.of(near), others, strict=True)
    nothing = "There is no word to go by."
    return [
        _ranking(engine, one, *next(rows), limit)
        if one.words and engine.slugs
        else Ranking(None, 0.0, THRESHOLD, (), one.wants_person, nothing)
        for one in asked
    ]


def _asked(engine: Engine, question: str) -> _Asked:
    typed = tokens(question)
    words = engine.speller.corrected(typed)
    asks = wants_person(question) or (words != typed and wants_person(" ".join(words)))
    return _Asked(question, typed, words, asks)


def _ranking(
    engine: Engine, asked: _Asked, near: Floats, claims: Floats, other: float | None, limit: int
) -> Ranking:
    typed, words, asks = asked.typed, asked.words, asked.wants_person
    order = np.argsort(-(claims[:-1] + engine.bodies.hints(words)), kind="stable")[:limit]
    # The texts help to put the articles in order; how sure the first is, only the wordings tell.
    sure = np.minimum.accumulate(claims[order])
    margins = sure - SHARE_OF_NONE * max(-1.0, float(claims[-1])) - engine.threshold
    if other is not None:  # The encoder finds the article; whether it answers, two decide.
        margins += SECOND * (other - margins[0])
    told = _telling(engine, words)
    candidates = tuple(
        _candidate(engine, int(place), float(margin), near, told)
        for place, margin in zip(order, margins, strict=True)
    )
    if not engine.languages.has(asked.text, typed):
        reason = "The question is in a language that the articles are not written in."
        return Ranking(None, candidates[0].score / 2, THRESHOLD, candidates, asks, reason)
    best = candidates[0]
    label = best.label if best.score >= THRESHOLD else None
    if label is None and asks:
        label = next((c.label for c in candidates if c.label in engine.for_people), None)
    return Ranking(label, best.score, THRESHOLD, candidates, asks, _reason(best, label, typed, words))


def _candidate(engine: Engine, place: int, margin: float, near: Floats, told: Mapping[str, str]) -> Candidate:
    own = engine.places[place]
    nearest = engine.known[int(own[near[own].argmax()])].text
    theirs = _stems(nearest)
    shared = tuple(word for word, stemmed in told.items() if stemmed in theirs)
    score = 100 / (1 + exp(-_STEEPNESS * max(-20.0, margin)))
    return Candidate(engine.slugs[place], score, nearest, shared)


def _telling(engine: Engine, words: Sequence[str]) -> dict[str, str]:
    """The different words, those that tell most first, each with its stem."""
    return {
        word: stem(word) for word in sorted(dict.fromkeys(words), key=engine.features.weight, reverse=True)
    }


@lru_cache(maxsize=10_000)
def _stems(wording: str) -> frozenset[str]:
    return frozenset(stem(word) for word in tokens(wording))


def _reason(best: Candidate, label: str | None, typed: list[str], words: list[str]) -> str:
    shared = ", ".join(best.words[:4]) or "no word"
    read = f" Read as “{' '.join(words)}”." if words != typed else ""
    verdict = "is sure enough" if label else "is not sure enough to answer"
    return f"{best.label} {verdict}: nearest wording “{best.wording}”, in common: {shared}.{read}"
