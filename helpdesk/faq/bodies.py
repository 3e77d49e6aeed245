"""Pure: what the answers themselves say for a question; it helps most where an article has few wordings."""

from collections import Counter
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from helpdesk.faq.vectors import Floats
from helpdesk.faq.words import stem, tokens

_READ = 150
"""Words of a text that count; the point of an answer stands near its beginning."""
_LONGEST = 2_000
"""Characters that are looked at for them."""
_MOST = 0.4
"""What a text weighs beside the claim (a text that has all words of the question: 1) of a title alone."""
_FADES = 0.4
"""How fast it weighs less with every wording more: their number to the power of minus this."""
_FULL, _SHORT, _USUAL = 1.2, 0.25, 80.0
"""BM25: how soon a repeated word stops counting, what length does, and which length is usual."""


class Bodies:
    """Texts by their words. Immutable."""

    def __init__(self, texts: Sequence[str], wordings: Sequence[int]) -> None:
        """`wordings` is how many each article has."""
        self._shares = _MOST * np.maximum(np.array(wordings, np.float32), 1) ** np.float32(-_FADES)
        rows = [Counter(map(stem, tokens(text[:_LONGEST])[:_READ])) for text in texts]
        found: dict[str, tuple[list[int], list[float]]] = {}
        for place, row in enumerate(rows):
            slow = _FULL * (_SHORT + (1 - _SHORT) * row.total() / _USUAL)
            for word, times in row.items():
                places, weights = found.setdefault(word, ([], []))
                places.append(place)
                weights.append(times / (times + slow))
        self._words: dict[str, tuple[NDArray[np.intp], Floats, float]] = {}
        for word, (places, weights) in found.items():
            rarity = self._rarity(len(places))
            self._words[word] = (np.array(places), np.array(weights, np.float32) * np.float32(rarity), rarity)

    def _rarity(self, texts: int) -> float:
        return float(np.log((len(self._shares) + 1) / (texts + 0.5)))

    def hints(self, words: Sequence[str]) -> Floats:
        """For each article what to add to its claim before they are put in order, 0–0.4."""
        hints = np.zeros(len(self._shares), np.float32)
        whole = 0.0
        for word in set(map(stem, words)):
            entry = self._words.get(word)
            if entry is None:
                whole += self._rarity(1)
            else:
                hints[entry[0]] += entry[1]
                whole += entry[2]
        return np.asarray(hints * (self._shares / max(whole, 1e-6)), np.float32)
