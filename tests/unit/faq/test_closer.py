"""Between few articles, what sets them apart from each other decides."""

import numpy as np
import pytest

from helpdesk.faq.closer import claims
from helpdesk.faq.learner import Ints
from helpdesk.faq.vectors import Floats

ORDER = np.array([[1, 0.9, 0], [1, 0.8, 0.1], [1, 0, 0.9], [1, 0.1, 0.8]], np.float32)
"""Wordings of two articles that share their first number: both are about an order."""


def _level(vectors: Floats) -> Floats:
    return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True), np.float32)


def _claims(question: tuple[float, ...], places: list[list[int]]) -> Floats:
    known = _level(ORDER)
    alike = known @ _level(np.array([question], np.float32))[0]

    def among(texts: Ints) -> Floats:
        return known[texts] @ known[texts].T

    return claims(alike, [np.array(own) for own in places], among)


def test_what_two_articles_share_claims_for_neither() -> None:
    cancel, track = _claims((1, 0, 0), [[0, 1], [2, 3]])
    assert cancel == pytest.approx(0, abs=0.01)
    assert track == pytest.approx(0, abs=0.01)


def test_what_sets_one_of_them_apart_claims_for_it() -> None:
    cancel, track = _claims((1, 0.1, 0.3), [[0, 1], [2, 3]])
    assert track > 0.1 > cancel


def test_an_article_of_many_wordings_is_looked_at_by_its_nearest() -> None:
    many = [0] * 200 + [1]
    assert _claims((1, 0, 0.5), [many, [2, 3]]).argmax() == 1
