"""What the encoder's directions count for is learned from wishes that are each said in several ways."""

from itertools import pairwise

import numpy as np

from helpdesk.faq.make_emphasis import emphasis, wishes
from helpdesk.faq.vectors import Floats


def level(vectors: Floats) -> Floats:
    return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True), np.float32)


def test_ways_in_which_one_wish_is_said_differently_count_for_less() -> None:
    dice = np.random.default_rng(0)
    said = dice.normal(0, 1, (600, 8))
    said[:, :4] = np.repeat(dice.normal(0, 1, (100, 4)), 6, axis=0)
    labels = np.repeat(np.arange(100), 6)
    matrix = emphasis(level(said.astype(np.float32)), labels, level(dice.normal(0, 1, (100, 8))))
    counts = np.diagonal(matrix)
    assert counts[:4].min() > counts[4:].max()


def test_every_wish_is_said_in_ways_that_no_other_wish_is() -> None:
    groups = wishes()
    sayings = [saying.lower() for group in groups for saying in group]
    assert min(map(len, groups)) >= 4
    assert [one for one, other in pairwise(sorted(sayings)) if one == other] == []
