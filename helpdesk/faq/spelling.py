"""Pure: a mistyped word → the word that was meant, the FAQ's own words before ordinary ones."""

from collections.abc import Iterable
from math import log10

from rapidfuzz import process
from rapidfuzz.distance import OSA

from helpdesk.faq.lexicon import Lexicon

COMMON = 12_000
"""Words up to this rank are taken as typed; rarer ones may be a slip for a word that the FAQ knows."""

_KEPT = 20_000
_PER_STEP = 0.22
"""How much ten times rarer weighs against one more letter changed."""
_OWN = 0.75
"""What a word of the FAQ itself is ahead."""


class Speller:
    """Corrects word by word. Reads only what it was made with, so any thread may use it."""

    def __init__(self, own: Iterable[str], lexicon: Lexicon) -> None:
        self._own = {word for word in own if word.isalpha()}
        self._ranks = lexicon.ranks
        self._seen: dict[str, tuple[str, ...]] = {}
        # A slip rarely changes both ends of a word, so only words with the same first or last letter are tried.
        self._by_end: dict[tuple[str, int], list[str]] = {}
        for word in {*self._own, *(word for word, rank in lexicon.ranks.items() if rank <= COMMON)}:
            for end in {"<" + word[0], word[-1] + ">"}:
                self._by_end.setdefault((end, len(word)), []).append(word)

    def corrected(self, tokens: list[str]) -> list[str]:
        """The same words with slips mended; two words typed as one come apart, so it may be longer."""
        found: list[str] = []
        for token in tokens:
            if token in self._own or len(token) < 2 or not token.isascii() or not token.isalpha():
                found.append(token)
            else:
                found += self._meant(token)
        return found

    def knows(self, word: str) -> bool:
        return word in self._own or word in self._ranks

    def _meant(self, token: str) -> tuple[str, ...]:
        known = self._seen.get(token)
        if known is None:
            known = self._search(token)
            if len(self._seen) > _KEPT:
                self._seen.clear()
            self._seen[token] = known
        return known

    def _search(self, token: str) -> tuple[str, ...]:
        rank = self._ranks.get(token)
        if len(token) > 24 or (rank is not None and (rank <= COMMON or len(token) <= 4)):
            return (token,)
        reach = 1 if len(token) <= 4 else 2
        best, best_cost = (token,), reach + 0.9 if rank is None else 1.3
        for length in range(len(token) - reach, len(token) + reach + 1):
            for end in ("<" + token[0], token[-1] + ">"):
                words = self._by_end.get((end, length), ())
                for word, distance, _ in process.extract(
                    token, words, scorer=OSA.distance, score_cutoff=reach, limit=8
                ):
                    cost = distance + self._rarity(word) + (0.15 if word[0] != token[0] else 0.0)
                    if cost < best_cost:
                        best, best_cost = (word,), cost
        split = self._split(token) if rank is None else None
        if split and split[1] < best_cost:
            return split[0]
        return best

    def _rarity(self, word: str) -> float:
        rarity = _PER_STEP * log10(self._ranks.get(word, COMMON))
        return rarity - _OWN if word in self._own else rarity

    def _split(self, token: str) -> tuple[tuple[str, str], float] | None:
        """Two words that were typed as one, if both are known."""
        best: tuple[tuple[str, str], float] | None = None
        for cut in range(1, len(token)):
            left, right = token[:cut], token[cut:]
            if not (self._whole(left) and self._whole(right)):
                continue
            cost = 0.9 + (self._rarity(left) + self._rarity(right)) / 2
            if best is None or cost < best[1]:
                best = ((left, right), cost)
        return best

    def _whole(self, part: str) -> bool:
        if len(part) == 1:
            return part in "aiu"
        rank = self._ranks.get(part, COMMON)
        return part in self._own or rank <= (400 if len(part) == 2 else 5_000)
