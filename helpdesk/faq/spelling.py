"""Pure: a mistyped word → the word that was meant, the FAQ's own words before ordinary ones."""

from collections.abc import Iterable, Sequence
from functools import cache
from itertools import pairwise
from math import log10

from rapidfuzz import process
from rapidfuzz.distance import OSA

from helpdesk.faq.lexicon import Lexicon
from helpdesk.faq.words import tokens

COMMON = 12_000
"""Words up to this rank are taken as typed; rarer ones may be a slip for a word that the FAQ knows."""

_KEPT = 20_000
_LONGEST = 24
_PER_STEP = 0.22
"""How much ten times rarer weighs against one more letter changed."""
_OWN = 0.75
"""What a word of the FAQ itself is ahead."""
_FOLLOWS = 0.5
"""What a word is ahead that stands beside its neighbour in a known text."""
_NEIGHBOUR_KEY = 0.25
"""What a letter is ahead that is beside the right one on the keyboard."""
_OTHER_START = 0.15
_AS_TYPED = 0.2
"""What an ordinary word costs that the FAQ does not have, before the words beside it are looked at."""
_BESIDE = {
    pair
    for row in (
        "qwertyuiop",
        "asdfghjkl",
        "zxcvbnm",
        "qaz",
        "wsx",
        "edc",
        "rfv",
        "tgb",
        "yhn",
        "ujm",
        "ik",
        "ol",
    )
    for first, second in pairwise(row)
    for pair in ((first, second), (second, first))
}

WordsByEnd = dict[tuple[str, int], list[str]]
"""("<a" for words that begin with a, "a>" for those that end with it; length) → words."""

Guess = tuple[tuple[str, ...], float]
"""The words that may be meant and what they cost; less is better."""


class Speller:
    """Corrects a question's words. Its caches may be filled from any thread."""

    def __init__(self, texts: Sequence[Sequence[str]], own: Iterable[str], lexicon: Lexicon) -> None:
        """`texts` tell which words stand beside each other; `own` are the words that are surely right."""
        self._own = {word for word in own if word.isalpha()}
        self._ranks = lexicon.ranks
        self._pairs = {pair for words in texts for pair in pairwise(words)}
        self._seen: dict[str, list[Guess]] = {}
        # A slip rarely changes both ends of a word: words with the same first or last letter are tried.
        self._own_by_end = _by_end(self._own)
        self._common_by_end = _common_by_end(lexicon)

    def corrected(self, typed: list[str]) -> list[str]:
        """The same words with slips mended; two words typed as one come apart, so it may be longer."""
        found: list[str] = []
        for place, token in enumerate(typed):
            if token in self._own or len(token) < 2 or not token.isascii() or not token.isalpha():
                found.append(token)
                continue
            guesses = self._guesses(token)
            if len(guesses) == 1:
                found += guesses[0][0]
                continue
            before = found[-1] if found else ""
            after = typed[place + 1] if place + 1 < len(typed) else ""
            found += min(guesses, key=lambda guess: self._in_place(guess, before, after))[0]
        return found if found == typed else tokens(" ".join(found))

    def _in_place(self, guess: Guess, before: str, after: str) -> float:
        words, cost = guess
        beside = ((before, words[0]) in self._pairs) + ((words[-1], after) in self._pairs)
        return cost - _FOLLOWS * beside

    def _guesses(self, token: str) -> list[Guess]:
        known = self._seen.get(token)
        if known is None:
            known = self._search(token)
            if len(self._seen) > _KEPT:
                self._seen.clear()
            self._seen[token] = known
        return known

    def _search(self, token: str) -> list[Guess]:
        rank = self._ranks.get(token)
        if len(token) > _LONGEST:
            return [((token,), 0.0)]
        if rank is not None and (rank <= COMMON or len(token) <= 4):
            return self._other_words(token)
        as_typed: Guess = ((token,), 1.3)
        reach = 1 if len(token) <= 4 else 2 if len(token) <= 8 else 3
        limit = reach + 0.9 if rank is None else as_typed[1]
        found: dict[str, float] = {}
        for length in range(len(token) - reach, len(token) + reach + 1):
            for end in ("<" + token[0], token[-1] + ">"):
                for by_end in (self._own_by_end, self._common_by_end):
                    for word, distance, _ in process.extract(
                        token,
                        by_end.get((end, length), ()),
                        scorer=OSA.distance,
                        score_cutoff=reach,
                        limit=12,
                    ):
                        found[word] = distance + self._rarity(word) - _slip_of_finger(token, word)
        guesses: list[Guess] = [((word,), cost) for word, cost in found.items() if cost < limit]
        if rank is None:
            guesses += [guess for guess in self._splits(token) if guess[1] < limit]
        else:
            guesses.append(as_typed)
        return sorted(guesses, key=lambda guess: guess[1])[:6] or [as_typed]

    def _other_words(self, token: str) -> list[Guess]:
        """An ordinary word may stand for one of the FAQ's where that one stands between its neighbours."""
        guesses: list[Guess] = [((token,), _AS_TYPED)]
        for length in range(max(3, len(token) - 1), len(token) + 2):
            for end in ("<" + token[0], token[-1] + ">"):
                words = self._own_by_end.get((end, length), ())
                for word, distance, _ in process.extract(
                    token, words, scorer=OSA.distance, score_cutoff=1, limit=4
                ):
                    guesses.append(((word,), distance + self._rarity(word) - _slip_of_finger(token, word)))
        return guesses

    def _rarity(self, word: str) -> float:
        rarity = _PER_STEP * log10(self._ranks.get(word, COMMON))
        return rarity - _OWN if word in self._own else rarity

    def _splits(self, token: str) -> list[Guess]:
        """Two words that were typed as one, if both are known."""
        found: list[Guess] = []
        for cut in range(1, len(token)):
            left, right = token[:cut], token[cut:]
            if self._is_whole(left) and self._is_whole(right):
                found.append(((left, right), 0.9 + (self._rarity(left) + self._rarity(right)) / 2))
        return found

    def _is_whole(self, part: str) -> bool:
        if len(part) == 1:
            return part in "aiu"
        rank = self._ranks.get(part, COMMON)
        return part in self._own or rank <= (400 if len(part) == 2 else 5_000)


def _by_end(words: Iterable[str]) -> WordsByEnd:
    found: WordsByEnd = {}
    for word in words:
        for end in {"<" + word[0], word[-1] + ">"}:
            found.setdefault((end, len(word)), []).append(word)
    return found


@cache
def _common_by_end(lexicon: Lexicon) -> WordsByEnd:
    return _by_end(word for word, rank in lexicon.ranks.items() if rank <= COMMON)


def _slip_of_finger(typed: str, word: str) -> float:
    """What speaks for a slip: letters beside the right ones; against it: another first letter."""
    bonus = 0.0 if typed[0] == word[0] else -_OTHER_START
    if len(typed) == len(word):
        bonus += _NEIGHBOUR_KEY * sum((a, b) in _BESIDE for a, b in zip(typed, word, strict=True))
    return bonus
