"""Pure: a mistyped word → the word that was meant, the FAQ's own words before ordinary ones."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import pairwise
from math import exp, log10
from operator import itemgetter

import numpy as np
from numpy.typing import NDArray
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
_OWN = 0.6
"""What a word of the FAQ itself is ahead."""
_FOLLOWS = 0.5
"""What a word is ahead that stands beside its neighbour in a known text."""
_SLIP, _SWAPPED, _LACKING, _OTHER_LETTER = 0.75, 0.6, 0.9, 1.4
"""The price of a key beside the right one or struck twice, of two letters that changed places, of a letter
left out, and of any other letter."""
_VOWELS = "aeiouy"
_OTHER_START = 0.15
"""What another first letter costs besides."""
_WEIGHED = 8
"""So many of the nearest words are weighed letter by letter."""
_AS_TYPED = 0.2
"""What an ordinary word costs that the FAQ does not have, before the words beside it are looked at."""
_STEEPNESS = 4.0
"""How soon a dearer reading stops being likely."""
_LIKELY = 0.25
"""The share from which on a second reading counts."""
_AT_ONCE = 8
"""So many readings of the words so far are followed at once."""
_SIGNS = {"#": "0", "@": "a@b.cd"}
"""What numbers and addresses are written as, to be found when the words are read again."""
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

WordsByEnd = dict[str, "_Words"]
"""Words that begin with a are under "<a", those that end with it under "a>"."""

Guess = tuple[tuple[str, ...], float]
"""The words that may be meant and what they cost; less is better."""

_Draft = tuple[float, tuple[str, ...]]
"""What the words so far cost, and they themselves."""


@dataclass(frozen=True, slots=True)
class Reading:
    """Words that may be meant, and how likely they are, 0 to 1."""

    words: list[str]
    share: float


class Speller:
    """Corrects a question's words. Its caches may be filled from any thread."""

    def __init__(self, texts: Sequence[Sequence[str]], own: Iterable[str], lexicon: Lexicon) -> None:
        """`texts` tell which words stand beside each other; `own` are the words that are surely right."""
        self._own = {word for word in own if word.isalpha()}
        self._ranks = lexicon.ranks
        self._pairs = {pair for words in texts for pair in pairwise(words)}
        self._seen: dict[str, list[Guess]] = {}
        # A slip rarely changes both ends of a word: words with the same first or last letter are tried.
        self._own_by_end = _by_end(sorted(self._own))
        self._common_by_end = _common_by_end(lexicon)

    def knows(self, word: str) -> bool:
        """Whether it is a word of the FAQ itself or of English."""
        return word in self._own or word in self._ranks

    def corrected(self, typed: list[str]) -> list[str]:
        """The likeliest reading: the same words with slips mended; two words typed as one come apart."""
        return self.readings(typed)[0].words

    def readings(self, typed: list[str]) -> list[Reading]:
        """The likeliest reading and, where it comes close, the second; their shares add up to 1.

        The cheapest as a whole: what each word costs, less for neighbours that stand beside each other
        in a known text.
        """
        drafts: list[_Draft] = [(0.0, ())]
        for token in typed:
            guesses = self._guesses(token)
            drafts = [
                (before + cost - _FOLLOWS * ((said[-1:] + words[:1]) in self._pairs), said + words)
                for words, cost in guesses
                for before, said in drafts
            ]
            drafts.sort(key=itemgetter(0))
            del drafts[_AT_ONCE:]
        first = Reading(_read_again(drafts[0][1], typed), 1.0)
        share = 1 / (1 + exp(_STEEPNESS * (drafts[1][0] - drafts[0][0]))) if len(drafts) > 1 else 0.0
        if share < _LIKELY:
            return [first]
        second = Reading(_read_again(drafts[1][1], typed), share)
        return [first] if first.words == second.words else [replace(first, share=1 - share), second]

    def _guesses(self, token: str) -> list[Guess]:
        known = self._seen.get(token)
        if known is None:
            is_sure = token in self._own or not token.isascii() or not token.isalpha()
            known = [((token,), 0.0)] if is_sure else self._search(token)
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
        reach = 1 if len(token) <= 3 else 2 if len(token) <= 6 else 3
        limit = reach + 0.9 if rank is None else as_typed[1]
        found: dict[str, float] = {}
        for words in (self._own_by_end, self._common_by_end):
            for word, distance in _near(token, words, len(token) - reach, reach):
                found[word] = distance + self._rarity(word)
        for place in range(len(token) - 1):
            word = token[:place] + token[place + 1] + token[place] + token[place + 2 :]
            if word in self._own or word in self._ranks:
                found[word] = self._rarity(word)
        nearest = sorted(found, key=found.__getitem__)[:_WEIGHED]
        found = {word: self._price(token, word) for word in nearest}
        guesses: list[Guess] = [((word,), cost) for word, cost in found.items() if cost < limit]
        if rank is None:
            guesses += [guess for guess in self._splits(token) if guess[1] < limit]
        else:
            guesses.append(as_typed)
        return sorted(guesses, key=lambda guess: guess[1])[:6] or [as_typed]

    def _other_words(self, token: str) -> list[Guess]:
        """An ordinary word may stand for one of the FAQ's where that one stands between its neighbours."""
        guesses: list[Guess] = [((token,), _AS_TYPED)]
        for word, _ in _near(token, self._own_by_end, max(3, len(token) - 1), 1):
            guesses.append(((word,), self._price(token, word)))
        return guesses

    def _price(self, token: str, word: str) -> float:
        """What it costs to take the token for the word."""
        other_start = word[0] != token[0] and word[:2] != token[1::-1]
        return _slips(token, word) + self._rarity(word) + _OTHER_START * other_start

    def _rarity(self, word: str) -> float:
        rarity = _PER_STEP * log10(self._ranks.get(word, 24_000))
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


def _read_again(said: Sequence[str], typed: list[str]) -> list[str]:
    """The mended words, of which some may make up a phrase only now."""
    words = list(said)
    return words if words == typed else tokens(" ".join(_SIGNS.get(word, word) for word in words))


class _Words:
    """Words, the shorter ones first, with the set of letters of each as bits."""

    def __init__(self, words: list[str]) -> None:
        lengths = np.fromiter(map(len, words), np.int64, len(words))
        self.words = words
        self.lengths = lengths.astype(np.int8)
        self.starts = np.searchsorted(lengths, np.arange(2 * _LONGEST)).tolist()
        self.letters = np.bitwise_or.reduceat(_bits("".join(words)), np.cumsum(lengths) - lengths)


def _bits(text: str) -> NDArray[np.uint32]:
    """One bit for each letter; in other scripts several letters share one."""
    letters = np.frombuffer(text.encode("utf-32-le", "replace"), np.uint32) & 31
    return np.asarray(np.left_shift(1, letters), np.uint32)


def _by_end(words: Iterable[str]) -> WordsByEnd:
    found: defaultdict[str, list[str]] = defaultdict(list)
    for word in sorted(words, key=len):
        found["<" + word[0]].append(word)
        found[word[-1] + ">"].append(word)
    return {end: _Words(some) for end, some in found.items()}


def _near(token: str, by_end: WordsByEnd, shortest: int, reach: int) -> Iterator[tuple[str, float]]:
    """Words of the same first or last letter that are no more slips away, and how many they are."""
    letters = np.bitwise_or.reduce(_bits(token))
    for end in ("<" + token[0], token[-1] + ">"):
        if some := by_end.get(end):
            start, after = some.starts[max(0, shortest)], some.starts[len(token) + reach + 1]
            theirs, longer = some.letters[start:after], some.lengths[start:after] - len(token)
            # A slip brings one letter and takes one away at most; most words differ in more, which is soon seen.
            other, lacking = np.bitwise_count(theirs & ~letters), np.bitwise_count(letters & ~theirs)
            differ = np.maximum(np.maximum(other, other - longer), np.maximum(lacking, lacking + longer))
            alike = differ <= reach
            words = [some.words[start + place] for place in np.flatnonzero(alike).tolist()]
            for word, distance, _ in process.extract(
                token, words, scorer=OSA.distance, score_cutoff=reach, limit=None
            ):
                yield word, distance


@cache
def _common_by_end(lexicon: Lexicon) -> WordsByEnd:
    return _by_end(lexicon.ranks)


def _slips(typed: str, word: str) -> float:
    """How far apart two words are when fingers slip: OSA distance with a price for each kind of slip."""
    lacking = [
        _SLIP if letter == before else _LACKING for before, letter in zip(" " + word, word, strict=False)
    ]
    earlier: list[float] = []
    row = [0.9 * place for place in range(len(word) + 1)]
    last = ""
    for i, letter in enumerate(typed):
        prices = _swap_prices(letter)
        around = last, typed[i + 1 : i + 2]
        extra = _SLIP if letter in around or any(prices.get(other) == _SLIP for other in around) else 1.0
        cost = row[0] + extra
        now = [cost]
        for j, wanted in enumerate(word):
            if letter == wanted:
                cost = row[j]
            else:
                cost += lacking[j]
                if (swapped := row[j] + prices.get(wanted, _OTHER_LETTER)) < cost:
                    cost = swapped
                if (without := row[j + 1] + extra) < cost:
                    cost = without
            if last == wanted and j and letter == word[j - 1]:
                cost = min(cost, earlier[j - 1] + _SWAPPED)
            now.append(cost)
        earlier, row, last = row, now, letter
    return row[-1]


@cache
def _swap_prices(letter: str) -> dict[str, float]:
    """What it costs to take the letter for another one, where that is less than for any other."""
    vowels = dict.fromkeys(_VOWELS if letter in _VOWELS else "", 1.0)
    return vowels | {other: _SLIP for own, other in _BESIDE if own == letter}
