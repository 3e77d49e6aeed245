"""What the learner computes is right, and the same wherever it is computed."""

import os
import subprocess
import sys

import numpy as np
import pytest

from helpdesk.faq.learner import RIDGE, Rehearsal, invert, learn, score, threshold


@pytest.mark.parametrize("rows", [1, 2, 127, 128, 301])
def test_an_inverse_by_halves_is_the_inverse(rows: int) -> None:
    texts = np.random.default_rng(rows).normal(size=(rows, 40))
    matrix = texts @ texts.T + np.eye(rows)
    wanted = np.linalg.inv(matrix)
    invert(matrix)
    assert np.allclose(matrix, wanted, atol=1e-10)


@pytest.mark.parametrize("trust", [1.0, 0.3])
def test_the_weights_are_those_that_double_precision_has(trust: float) -> None:
    texts = np.random.default_rng(1).normal(size=(400, 30)) + 0.5
    texts /= np.linalg.norm(texts, axis=1, keepdims=True)
    near, labels = texts @ texts.T, np.arange(400) // 20
    ridge = np.where(labels < 19, RIDGE, RIDGE / trust)
    exact = np.linalg.solve(np.exp(near - 1) + np.diag(ridge), np.eye(20)[labels])
    claims, _ = learn(near.astype(np.float32), labels, labels, 19, 380, trust)
    assert claims.weights == pytest.approx(exact, abs=5e-5)


def test_every_process_reads_the_same_numbers_from_the_same_texts() -> None:
    program = (
        "from helpdesk.faq.background import sentences\n"
        "from helpdesk.faq.features import Features\n"
        "from helpdesk.faq.lexicon import lexicon\n"
        "from helpdesk.faq.words import tokens\n"
        "texts = [tokens(text) for text in sentences()[:300]]\n"
        "print(Features(texts, lexicon()).among().tobytes().hex())"
    )
    runs = [
        subprocess.run(
            [sys.executable, "-c", program],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            check=True,
        )
        for seed in ("1", "2")
    ]
    assert runs[0].stdout == runs[1].stdout


def _rehearsed(articles: int) -> Rehearsal:
    """Articles that come in pairs: five wordings each, near to one another and rather near to the other one's."""
    article = np.repeat(np.arange(articles), 5)
    near = np.where(
        article[:, None] == article, 0.7, np.where(article[:, None] // 2 == article // 2, 0.5, 0.1)
    )
    near = (near + 0.3 * np.eye(len(near))).astype(np.float32)
    return learn(near, article, article, articles, len(article))[1]


def test_related_articles_do_not_make_the_threshold_as_careful_as_their_claims_on_each_other() -> None:
    rehearsal = _rehearsed(10)
    assert (score(rehearsal.foreign) < score(rehearsal.strange) - 0.1).all()
    unrelated = Rehearsal(
        rehearsal.right, rehearsal.strange, rehearsal.foreign[:0], rehearsal.missed, rehearsal.ordinary
    )
    assert threshold(rehearsal, [6]) < threshold(unrelated, [6]) - 0.05


def test_a_few_articles_have_no_topics() -> None:
    assert not len(_rehearsed(8).foreign)
