"""The ordinary words of English: how common each is and, as a short vector, what it means."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, eq=False)
class Lexicon:
    """`ranks`: word → rank, 1 the most common. `vectors` is words × 128, rows in the order of `rows`."""

    ranks: Mapping[str, int]
    rows: Mapping[str, int]
    _vectors: NDArray[np.int8]
    _scale: NDArray[np.float32]

    @property
    def dimensions(self) -> int:
        return int(self._vectors.shape[1])

    def vector(self, word: str) -> NDArray[np.float32] | None:
        """128 numbers; words that mean much the same point the same way. None for an unlisted word."""
        row = self.rows.get(word)
        return None if row is None else self._vectors[row] * self._scale[row]


@cache
def lexicon() -> Lexicon:
    """The list that ships with the package (see `make_lexicon.py` for its sources), read once."""
    with files("helpdesk.faq").joinpath("data/lexicon.npz").open("rb") as file, np.load(file) as stored:
        words = bytes(stored["words"]).decode().split("\n")
        ranks = dict(zip(words, map(int, stored["ranks"]), strict=True))
        scale = stored["scale"].astype(np.float32) / 127
        return Lexicon(ranks, {word: row for row, word in enumerate(words)}, stored["vectors"], scale)
