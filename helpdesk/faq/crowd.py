"""Pure: the quick learner of very large FAQs: an article claims what its nearest wording is near to."""

import numpy as np

from helpdesk.faq.learner import Ints
from helpdesk.faq.vectors import Floats

_NEAREST = 200


class Crowd:
    """Needs no learning and memory only for the labels; less sure than the exact learner, but linear."""

    THRESHOLD = 0.18

    def __init__(self, labels: Ints, articles: int) -> None:
        self._labels = labels
        self._articles = articles

    def of(self, near: Floats) -> Floats:
        """Claims of each article and, last, of none: questions × (articles + 1)."""
        claims = np.full((len(near), self._articles + 1), -1.0, np.float32)
        for claim, row in zip(claims, near, strict=True):
            best = np.argpartition(-row, min(_NEAREST, len(row) - 1))[:_NEAREST]
            np.maximum.at(claim, self._labels[best], row[best])
        return claims
