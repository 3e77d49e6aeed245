"""Makes `data/emphasis.npz`: which of the encoder's directions say what is wanted, and which only how it is said.

Run by hand when `data/paraphrases.txt` or the encoder changes: `python -m helpdesk.faq.make_emphasis` (needs the extra
`semantic`; a minute). Each principal direction of ordinary sentences and wishes gets a factor, found by gradient steps
so that a saying is nearer to another one of its own wish than to those of other wishes and to ordinary sentences.
"""

from importlib.resources import files
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from helpdesk.faq.background import sentences
from helpdesk.faq.encoder import Encoder
from helpdesk.faq.meaning import read
from helpdesk.faq.vectors import Floats
from helpdesk.faq.words import tokens

Places = NDArray[np.int64]

KEPT = 0.4
"""How much of the encoder's own likeness stays beside the learned one: what our wishes lack may still matter."""
RUNS, STEPS = 4, 300
WISHES, SAYINGS, ORDINARY = 60, 4, 96
"""What is compared in one step: so many wishes with so many sayings each, and so many ordinary sentences."""
PACE, PULL, SHARPNESS = 0.01, 0.2, 10.0
"""How far a step goes, how strongly factors are drawn back to 1, and how much the nearest sayings count above others."""


def wishes() -> list[list[str]]:
    """The groups of `data/paraphrases.txt`: sayings of one wish each."""
    text = files("helpdesk.faq").joinpath("data/paraphrases.txt").read_text(encoding="utf-8")
    lines = "\n".join(line for line in text.splitlines() if not line.startswith("#"))
    return [group.split("\n") for group in lines.strip().split("\n\n")]


def blame(rows: Floats, labels: Places, asked: int) -> Floats:
    """The slope of the loss by each row: minus the log of how much of all likeness goes to sayings of the same wish."""
    lengths = np.linalg.norm(rows, axis=1, keepdims=True) + 1e-6
    level = rows / lengths
    alike = SHARPNESS * level[:asked] @ level.T
    alike[np.arange(asked), np.arange(asked)] = -np.inf
    share = np.exp(alike - alike.max(1, keepdims=True))
    share /= share.sum(1, keepdims=True)
    same = share * (labels[:asked, None] == labels)
    slope = (share - same / (same.sum(1, keepdims=True) + 1e-9)) * (SHARPNESS / asked)
    found = slope.T @ level[:asked]
    found[:asked] += slope @ level
    return np.asarray((found - level * (found * level).sum(1, keepdims=True)) / lengths, np.float32)


def factors(said: Floats, labels: Places, ordinary: Floats, seed: int) -> Floats:
    """The logarithm of each column's factor, by Adam (Kingma and Ba 2014) with its pace falling to 0."""
    dice = np.random.default_rng(seed)
    groups = [np.flatnonzero(labels == label) for label in range(int(labels[-1]) + 1)]
    found, mean, square = np.zeros((3, said.shape[1]), np.float32)
    for step in range(1, STEPS + 1):
        chosen = dice.choice(len(groups), WISHES, replace=False)
        rows = np.concatenate([dice.permutation(groups[one])[:SAYINGS] for one in chosen])
        others = ordinary[dice.choice(len(ordinary), ORDINARY, replace=False)]
        scaled = np.concatenate([said[rows], others]) * np.exp(found)
        names = np.concatenate([labels[rows], -1 - np.arange(ORDINARY)])
        slope = (scaled * blame(scaled, names, len(rows))).sum(0)
        mean, square = 0.9 * mean + 0.1 * slope, 0.99 * square + 0.01 * slope**2
        pace = PACE * (1 - step / STEPS)
        found -= pace * mean / (1 - 0.9**step) / (np.sqrt(square / (1 - 0.99**step)) + 1e-8)
        found *= 1 - pace * PULL
    return np.asarray(found, np.float32)


def emphasis(said: Floats, labels: Places, ordinary: Floats) -> Floats:
    """A symmetric matrix that vectors are multiplied with; they are centred and of length 1."""
    spread = said.T @ said / len(said) + ordinary.T @ ordinary / len(ordinary)
    directions = np.linalg.eigh(spread)[1]
    turned, others = said @ directions, ordinary @ directions
    learned = np.mean([factors(turned, labels, others, seed) for seed in range(RUNS)], 0)
    squares = np.exp(2 * learned)
    squares /= (turned**2).mean(0) @ squares
    return np.asarray(directions * np.sqrt(KEPT + (1 - KEPT) * squares) @ directions.T, np.float32)


def main() -> None:
    groups = wishes()
    texts = [saying for group in groups for saying in group] + list(sentences())
    vectors = Encoder().encode([read(text, tokens(text)) for text in texts])
    count = sum(map(len, groups))
    vectors -= vectors[count:].mean(0)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    labels = np.repeat(np.arange(len(groups)), [len(group) for group in groups])
    matrix = emphasis(vectors[:count], labels, vectors[count:])
    np.savez_compressed(Path(__file__).with_name("data") / "emphasis.npz", matrix=matrix.astype(np.float16))


if __name__ == "__main__":
    main()
