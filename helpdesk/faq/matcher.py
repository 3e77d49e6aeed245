"""Pure: a question → the articles that may answer it, best first, and whether one is sure enough."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from math import exp, log
from typing import TYPE_CHECKING

import numpy as np

from helpdesk.faq import closer
from helpdesk.faq.engine import SECOND, Engine
from helpdesk.faq.learner import SHARE_OF_NONE, Ints
from helpdesk.faq.person import wants_person
from helpdesk.faq.rivals import together
from helpdesk.faq.spelling import Reading
from helpdesk.faq.vectors import Floats
from helpdesk.faq.words import stem, tokens

if TYPE_CHECKING:
    from helpdesk.faq.library import Library

LONGEST_QUESTION = 500
"""Characters; the rest is not read."""
THRESHOLD = 50.0
"""The score from which on an article is the answer, in every FAQ."""

_STEEPNESS = 6.0
_UNLIKELY = 0.1
"""How much surer (in claims) a reading e times less likely than another has to be to count instead."""


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
    """A question as typed, its words as typed, what they may mean, and whether it asks for a person."""

    text: str
    typed: list[str]
    readings: list[Reading]
    wants_person: bool


@dataclass(frozen=True, slots=True, eq=False)
class _Read:
    """One reading with what the engine makes of it: nearness, claims and, with an encoder, its own and the core's opinion."""

    words: list[str]
    share: float
    near: Floats
    claims: Floats
    alike: Floats | None
    opinion: float | None


def rank(library: "Library", question: str, limit: int = 3) -> Ranking:
    """At most `limit` candidates, best first. Any text; only its first 500 characters count."""
    return rank_all(library, [question], limit)[0]


def rank_all(library: "Library", questions: Sequence[str], limit: int = 3) -> list[Ranking]:
    """The ranking of each; many at once cost less than one by one, and are ranked the same."""
    engine = library.engine
    asked = [_asked(engine, question[:LONGEST_QUESTION]) for question in questions]
    told = [one for one in asked if one.typed and engine.slugs]
    rows = _read(engine, told)
    nothing = "There is no word to go by."
    return [
        _ranking(engine, one, list(islice(rows, len(one.readings))), limit)
        if one.typed and engine.slugs
        else Ranking(None, 0.0, THRESHOLD, (), one.wants_person, nothing)
        for one in asked
    ]


def _asked(engine: Engine, question: str) -> _Asked:
    typed = tokens(question)
    readings = engine.speller.readings(typed)
    words = readings[0].words
    asks = wants_person(question) or (words != typed and wants_person(" ".join(words)))
    return _Asked(question, typed, readings, asks)


def _read(engine: Engine, asked: Sequence[_Asked]) -> Iterator[_Read]:
    """Each reading of each question, in their order."""
    readings = [reading for one in asked for reading in one.readings]
    texts = [one.text for one in asked for _ in one.readings]
    near, alike, opinions = engine.near(texts, [reading.words for reading in readings])
    meant = [None] * len(readings) if alike is None else alike
    others = [None] * len(readings) if opinions is None else map(float, opinions)
    for reading, *row in zip(readings, near, engine.claims.of(near), meant, others, strict=True):
        yield _Read(reading.words, reading.share, *row)


def _ranking(engine: Engine, asked: _Asked, reads: Sequence[_Read], limit: int) -> Ranking:
    typed, asks = asked.typed, asked.wants_person
    order = _order(engine, reads)[:limit]
    margins = [_margins(engine, read, order) - _UNLIKELY * log(reads[0].share / read.share) for read in reads]
    surest = max(range(len(reads)), key=lambda place: margins[place][0])
    words = reads[surest].words
    told = _telling(engine, words)
    candidates = tuple(
        _candidate(engine, int(place), float(margin), reads[surest].near, told)
        for place, margin in zip(order, margins[surest], strict=True)
    )
    if not engine.languages.has(asked.text, typed, asked.readings[0].words):
        reason = "The question is in a language that the articles are not written in."
        return Ranking(None, candidates[0].score / 2, THRESHOLD, candidates, asks, reason)
    best = candidates[0]
    label = best.label if best.score >= THRESHOLD else None
    if label is None and asks:
        label = next((c.label for c in candidates if c.label in engine.for_people), None)
    return Ranking(label, best.score, THRESHOLD, candidates, asks, _reason(best, label, typed, words))


def _order(engine: Engine, reads: Sequence[_Read]) -> Ints:
    """The articles, the most likely one first; the texts and the closer look only help to put them in order."""
    claims = np.sum([read.share * read.claims for read in reads], axis=0)
    claims = claims[:-1] + engine.bodies.hints(reads[0].words)
    order = np.argsort(-claims, kind="stable")
    few = order[: closer.LOOKED_AT]
    if engine.rivals and len(few) > 1 and claims[few[0]] - claims[few[1]] < closer.SHARE:
        looks = [read.share * engine.closer(read.alike, few) for read in reads if read.alike is not None]
        again = claims[few] + closer.SHARE * np.sum(looks, axis=0)
        order[: len(few)] = few[np.argsort(-again, kind="stable")]
    return order


def _margins(engine: Engine, read: _Read, order: Ints) -> Floats:
    """By how much the articles in this order would be sure enough, if this reading is meant."""
    # How sure the first is, only the claims tell.
    sure = np.asarray(np.minimum.accumulate(read.claims[order]), np.float32)
    none = SHARE_OF_NONE * max(-1.0, float(read.claims[-1]))
    margins = np.asarray(sure - none - engine.threshold, np.float32)
    if engine.rivals:
        margins = engine.rivals.weighed(margins, sure - together(read.claims))
    if read.opinion is not None:  # The encoder finds the article; whether it answers, two decide.
        margins += SECOND * (read.opinion - margins[0])
    return margins


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
