"""Pure: labelled questions → how many are answered rightly, and which articles are mistaken."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from helpdesk.faq.library import Library
from helpdesk.faq.matcher import rank


@dataclass(frozen=True, slots=True)
class Case:
    """A question and the article that answers it; None when no article does."""

    query: str
    label: str | None


@dataclass(frozen=True, slots=True)
class Confusion:
    """`count` questions for `wanted` (None: for no article) were answered with `given`, as `example` was."""

    wanted: str | None
    given: str
    count: int
    example: str


@dataclass(frozen=True, slots=True)
class Quality:
    """Shares, 0–1. `accuracy`: answered rightly, of the questions that have an answer; `recall3`: the
    right article among the first three; `wrong`: answered, of those that must not be; `missed`: not answered.
    """

    answerable: int
    unanswerable: int
    accuracy: float
    recall3: float
    wrong: float
    missed: float
    confusions: tuple[Confusion, ...]


def evaluate(library: Library, cases: Iterable[Case]) -> Quality:
    """Rank every case and count."""
    right = near = missed = wrong = answerable = unanswerable = 0
    pairs: Counter[tuple[str | None, str]] = Counter()
    examples: dict[tuple[str | None, str], str] = {}
    for case in cases:
        ranking = rank(library, case.query)
        if case.label is None:
            unanswerable += 1
            wrong += ranking.label is not None
        else:
            answerable += 1
            right += ranking.label == case.label
            missed += ranking.label is None
            near += any(candidate.label == case.label for candidate in ranking.candidates[:3])
        if ranking.label is not None and ranking.label != case.label:
            pair = (case.label, ranking.label)
            pairs[pair] += 1
            examples.setdefault(pair, case.query)
    confusions = tuple(Confusion(*pair, count, examples[pair]) for pair, count in pairs.most_common())
    of_these, of_those = max(1, answerable), max(1, unanswerable)
    return Quality(
        answerable,
        unanswerable,
        right / of_these,
        near / of_these,
        wrong / of_those,
        missed / of_these,
        confusions,
    )
