"""Pure: known texts with their articles → for any question, how strongly each article claims it.

Kernel ridge regression with one more class, "none", for ordinary language and near misses. Its closed form
also tells what the score of each wording would be had it, or its whole article, not been known: that is
what the threshold is set by.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from helpdesk.faq.vectors import Floats

Ints = NDArray[np.int64]

LOWEST, HIGHEST = -0.25, 0.5
"""Bounds of the threshold, in claims."""
NEAR_MISSES = 20
"""So many near misses tell as much as the wordings do."""
FEW = 10
"""FAQs of fewer articles have no topics: nothing would be left of them without two."""
RIDGE = 0.15
_STRANGE = np.exp(np.float32(-1))
"""The kernel of texts that have nothing in common."""
_SMALL = 64
"""Rows from which on halving a matrix pays."""
SHARE_OF_NONE = 0.5
"""How much of the claim of "none" is taken off the best article's."""


@dataclass(frozen=True, eq=False)
class Claims:
    """`weights` is texts × (articles + 1), the last column "none"; `texts` are the places of those texts."""

    weights: Floats
    texts: Ints

    def of(self, near: Floats) -> Floats:
        """Claims of each article and, last, of none: questions × (articles + 1)."""
        return np.exp(near[:, self.texts] - 1) @ self.weights


@dataclass(frozen=True, eq=False)
class Rehearsal:
    """Claims that known texts would meet had they not been known; what the threshold is set by.

    `right` are wordings without themselves, `strange` wordings without their whole article, `foreign` without
    the article next to it either, `missed` near misses without themselves, `ordinary` background without its like.
    """

    right: Floats
    strange: Floats
    foreign: Floats
    missed: Floats
    ordinary: Floats


def score(claims: Floats) -> Floats:
    """The best article's claim, less half that of "none"; claims are (questions ×) articles + 1."""
    return np.asarray(
        claims[..., :-1].max(-1) - SHARE_OF_NONE * np.maximum(claims[..., -1], -1.0), np.float32
    )


def threshold(rehearsal: Rehearsal, lengths: Sequence[int]) -> float:
    """The one rule for every FAQ: the claim from which on an article is the answer.

    Higher where the articles claim what is not theirs (`strange`: the wordings of an article that is not
    there, and `foreign`: of a topic), where ordinary language comes near, and where the wordings are short,
    since two words agree by chance sooner than ten. Near misses (`missed`), the more there are, tell better
    what is asked and is not theirs. `lengths` are those of the wordings, in words.
    """
    if not len(rehearsal.strange) or not lengths:
        return HIGHEST
    strange = float(np.quantile(score(rehearsal.strange), 0.8))
    if len(rehearsal.foreign):
        strange += 0.6 * (float(np.quantile(score(rehearsal.foreign), 0.9)) - strange)
    if len(rehearsal.missed):
        trust = len(rehearsal.missed) / (len(rehearsal.missed) + NEAR_MISSES)
        strange += trust * (float(np.quantile(score(rehearsal.missed), 0.93)) - strange)
    ordinary = LOWEST
    if len(rehearsal.ordinary):
        ordinary = float(np.quantile(score(rehearsal.ordinary), 0.95))
    shortness = float(np.mean([1 / max(1, length) for length in lengths]))
    return float(np.clip(0.77 * strange + 0.44 * ordinary + 1.55 * shortness - 0.29, LOWEST, HIGHEST))


def invert(matrix: Floats) -> None:
    """Turn a symmetric positive definite matrix into its inverse, a half at a time: half the work of the general way."""
    half = len(matrix) // 2
    if half < _SMALL:
        matrix[:] = np.linalg.inv(matrix)
        return
    first, second = matrix[:half, :half], matrix[half:, half:]
    upper, lower = matrix[:half, half:], matrix[half:, :half]
    invert(first)
    across = first @ upper
    second -= lower @ across
    second += second.T  # What is not symmetric to the last bit would grow from half to half.
    second /= 2
    invert(second)
    np.matmul(across, second, out=upper)
    np.negative(upper, out=upper)
    lower[:] = upper.T
    first -= upper @ across.T


def _inverse(near: Floats, ridge: Floats) -> Floats:
    """The inverse of the kernel of texts that are so near to each other, with this ridge; made in `near`, to save memory.

    Every number of the kernel holds what strangers have. Without it the matrix is even enough for single precision;
    its own inverse follows from that of the rest (Sherman and Morrison).
    """
    near -= 1
    kernel = np.exp(near, out=near)
    kernel -= _STRANGE
    kernel += kernel.T
    kernel /= 2
    kernel[np.diag_indices(len(kernel))] += ridge
    invert(kernel)
    inverse = kernel
    sums = inverse.sum(1, dtype=np.float64)
    less = (sums * (_STRANGE / (1 + _STRANGE * sums.sum()))).astype(np.float32)
    for row, total in zip(inverse, sums.astype(np.float32), strict=True):
        row -= total * less
    return inverse


def learn(
    near: Floats, labels: Ints, groups: Ints, articles: int, wordings: int, trust: float = 1.0
) -> tuple[Claims, Rehearsal]:
    """Learn from the texts' nearness to each other (texts × texts), which is used up.

    `labels` is the article of each text, or `articles` for none; `groups` holds together the texts that
    would be unknown together. The first `wordings` texts come from the files, the others are background.
    `trust` is how much the texts of none are trusted, where the wordings are with 1.
    """
    wanted = np.eye(articles + 1, dtype=np.float32)[labels]
    beside = _next(near, labels, articles) if articles >= FEW else labels[:0]
    inverse = _inverse(near, np.where(labels < articles, RIDGE, RIDGE / trust))
    sums = np.zeros((articles + 1, len(inverse)))  # inverse @ wanted, without multiplying by all the zeros
    for label, row in zip(labels, inverse, strict=True):
        sums[label] += row
    weights: Floats = np.ascontiguousarray(sums.T, np.float32)
    alone: Floats = (wanted - weights / np.diag(inverse)[:, None]).astype(np.float32)
    is_wording = labels < articles
    apart: Floats = np.zeros_like(weights)
    for group in np.split(np.argsort(groups, kind="stable"), np.flatnonzero(np.diff(np.sort(groups))) + 1):
        block = inverse[np.ix_(group, group)]
        apart[group] = wanted[group] - np.linalg.solve(block, weights[group])
    foreign = weights[:0]
    if articles >= FEW:
        foreign = np.zeros_like(weights)
        for article, other in enumerate(beside):
            topic = np.flatnonzero((labels == article) | (labels == other))
            left = wanted[topic] - np.linalg.solve(inverse[np.ix_(topic, topic)], weights[topic])
            foreign[topic[labels[topic] == article]] = left[labels[topic] == article]
        foreign = foreign[is_wording]
    rehearsal = Rehearsal(
        right=alone[is_wording],
        strange=apart[is_wording],
        foreign=foreign,
        missed=alone[:wordings][~is_wording[:wordings]],
        ordinary=apart[wordings:],
    )
    return Claims(weights, np.arange(len(labels))), rehearsal


def _next(near: Floats, labels: Ints, articles: int) -> Ints:
    """For each article the one whose wordings are nearest to its own."""
    order = np.argsort(labels, kind="stable")
    starts = np.searchsorted(labels[order], np.arange(articles + 1))
    order = order[: starts[-1]]
    alike = np.zeros((articles, articles), np.float32)
    for article, (start, end) in enumerate(pairwise(starts)):
        rows = near[np.ix_(order[start:end], order)]
        alike[article] = np.maximum.reduceat(rows, starts[:-1], axis=1).mean(0)
    alike += alike.T
    alike[np.diag_indices(articles)] = -np.inf
    return np.asarray(alike.argmax(1), np.int64)
