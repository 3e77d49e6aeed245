"""What the learner computes is right, and the same wherever it is computed."""

import os
import subprocess
import sys

import numpy as np
import pytest

from helpdesk.faq.learner import inverted


@pytest.mark.parametrize("rows", [1, 2, 127, 128, 301])
def test_an_inverse_by_halves_is_the_inverse(rows: int) -> None:
    texts = np.random.default_rng(rows).normal(size=(rows, 40))
    matrix = texts @ texts.T + np.eye(rows)
    assert np.allclose(inverted(matrix), np.linalg.inv(matrix), atol=1e-10)


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
