"""Pure: words → how near each known text is, by words, pairs of words, parts of words and meaning."""

from array import array
from collections.abc import Iterable, Sequence
from itertools import chain
from typing import Any

import numpy as np
from numpy.typing import NDArray

from helpdesk.faq.lexicon import Lexicon
from helpdesk.faq.student import Views
from helpdesk.faq.vectors import Floats, columnwise
from helpdesk.faq.words import stem

Texts = Sequence[Sequence[str]]

WORDS, PAIRS, PARTS = 0.35, 0.30, 0.35
"""How the three kinds of shared spelling weigh against each other; they add up to 1."""
MEANING = 0.65
"""What the meaning of the words weighs against their spelling."""
READ, MEANT = 0.25, 0.5
"""Where a student reads: what its view of the whole text weighs, and the meaning of the words then."""

Ints = NDArray[np.integer[Any]]
_SHARES = (WORDS, PAIRS, PARTS)

_UNKNOWN = (1.0, 0.5, 0.5)
"""How much words, pairs and parts that no text has count in a question's length."""
WORD, PAIR, PART = 0, 1, 2
_WINDOW = 5
_FIRST, _SECOND, _LOW, _HIGH = 1_000_003, 7_919, 611_953, 15_485_863
"""What scatters the pairs over their places: neighbours in order, and words near each other in any."""
_COMMON = 8
"""A feature that one text of so many has is kept as a row of all texts."""
_TOGETHER = 128
"""Rows that are multiplied at once: more would leave the processor's own memory."""
_KEPT = 20_000


class Features:
    """Texts turned into numbers, once; then any number of questions compared with them, from any thread."""

    def __init__(self, texts: Texts, lexicon: Lexicon, views: Views | None = None) -> None:
        """`views` are those of the same texts, where a student reads."""
        self._lexicon, self.views = lexicon, views
        self._read, self._meant = (np.float32(READ), MEANT) if views else (np.float32(0), MEANING)
        self._parts_seen: dict[str, tuple[list[int], int]] = {}
        self._vectors_seen: dict[str, Floats | None] = {}
        self.count = len(texts)
        self._learn(texts)
        self.meanings: Floats = np.zeros((0, lexicon.dimensions), np.float32)
        if texts:
            self.meanings = columnwise(np.stack([self.meaning(words) for words in texts]))

    def near(self, questions: Texts) -> Floats:
        """Questions × texts: 0 for nothing in common to 1 for the same words."""
        near = np.zeros((len(questions), self.count), np.float32)
        common = np.zeros((len(questions), len(self._common)), np.float32)
        for line, usual, words in zip(near, common, questions, strict=True):
            ids, values = self._row(words)
            features, weights = np.array(ids, np.int64), np.array(values, np.float32)
            usual[self._ranks[features]] = weights
            line[:] = self._summed(self._starts[features], self._starts[features + 1], weights)
        used = np.flatnonzero(common.any(0))
        near += common[:, used] @ self._common[used]
        meanings = np.array([self.meaning(words) for words in questions], np.float32)
        alike = self.views.alike(questions) if self.views else None
        return self._mixed(near, meanings.reshape(len(near), self._lexicon.dimensions), alike)

    def among(self) -> Floats:
        """How near the texts are to each other: texts × texts."""
        counts = np.diff(self._starts)
        by_text = np.argsort(self._texts, kind="stable")
        values = (self._values * np.repeat(self._shares(np.arange(len(counts))), counts))[by_text]
        ends = np.repeat(self._starts[1:], counts)[by_text]
        cuts = np.searchsorted(self._texts[by_text], np.arange(1, self.count))
        near = np.zeros((self.count, self.count), np.float32)
        # Each text with itself and those that come after it.
        for line, *row in zip(near, *(np.split(part, cuts) for part in (by_text, ends, values)), strict=True):
            line[:] = self._summed(*row)
        near[np.diag_indices(self.count)] /= 2
        near += near.T
        usual = np.zeros(len(self._common), np.float32)
        usual[self._ranks] = self._shares(np.arange(len(counts)))
        near += (self._common.T * usual) @ self._common
        return self._mixed(near, self.meanings, self.views.among() if self.views else None)

    def _shares(self, features: NDArray[np.int64]) -> Floats:
        return np.array(_SHARES, np.float32)[np.searchsorted(self._offsets, features, "right") - 1]

    def _summed(self, starts: Ints, ends: Ints, values: Floats) -> NDArray[Any]:
        """For each text the sum of the weights in these runs of places, each run times its value."""
        lengths = ends - starts
        # All places of all runs at once, one run after the other.
        after = np.cumsum(lengths)
        places = np.arange(after[-1] if len(after) else 0) + np.repeat(ends - after, lengths)
        return np.bincount(self._texts[places], self._values[places] * np.repeat(values, lengths), self.count)

    def _mixed(self, near: Floats, meanings: Floats, alike: Iterable[Floats] | None) -> Floats:
        """Rows of shared spelling with their meanings, and how like the student finds them, × texts."""
        near *= np.float32(1 - self._meant - self._read)
        for start in range(0, len(near), _TOGETHER):
            some = slice(start, start + _TOGETHER)
            meant = meanings[some] @ self.meanings.T
            meant *= np.sqrt(np.abs(meant))
            meant *= self._meant
            near[some] += meant
        if alike is not None:
            for line, seen in zip(near, alike, strict=True):
                line += seen * np.abs(seen) * self._read
        return near

    def meaning(self, words: Iterable[str]) -> Floats:
        """One vector of length 1 for all the words together; zeros when there are only numbers and addresses."""
        total = np.zeros(self._lexicon.dimensions, np.float32)
        for word in words:
            vector = self._vector(word)
            if vector is not None:
                total += vector
        length = float(np.sqrt(total @ total))
        return total / length if length > 1e-6 else total

    def weight(self, word: str) -> float:
        """How much a word tells, from 0 for one that is everywhere; unknown ones tell most."""
        place = self._stems.get(stem(word))
        return self._rarest[WORD] if place is None else self._weights[WORD][place]

    def _vector(self, word: str) -> Floats | None:
        """What a word means, the longer the more it tells; None for numbers and addresses."""
        if word not in self._vectors_seen:
            if len(self._vectors_seen) > _KEPT:
                self._vectors_seen.clear()
            vector = self._lexicon.vector(word)
            self._vectors_seen[word] = found = None if vector is None else self.weight(word) * vector
            return found
        return self._vectors_seen.get(word)

    def _learn(self, texts: Texts) -> None:
        """How rare each feature is (the rarer, the more it tells), the texts that have it and its weight there."""
        weights, rarest, owners, values, counts = [], [], [], [], []
        for kind, (places, texts_of) in enumerate(self._met(texts)):
            keys, times = np.unique(places * len(texts) + texts_of, return_counts=True)
            place, owner = np.divmod(keys, max(1, len(texts)))
            count = np.bincount(place, minlength=self._sizes[kind])
            rarity = np.log((len(texts) + 1) / (np.maximum(count, 1) + 0.5)).clip(0) ** 0.5
            rarity[count == 0] = 0
            rarest.append(float(rarity.max(initial=1e-6)))
            if kind == WORD and "#" in self._stems:  # A number says little: it is another one each time.
                rarity[self._stems["#"]] *= 0.15
            # The second time counts half as much as the first; each kind of a text has length 1.
            value = rarity[place] * (0.5 + 0.5 * times)
            value /= np.sqrt(np.bincount(owner, value * value, len(texts)))[owner]
            weights.append(array("f", rarity.astype(np.float32).tobytes()))
            owners.append(owner.astype(np.int32))
            values.append(value.astype(np.float32))
            counts.append(count)
        self._weights, self._rarest = tuple(weights), tuple(rarest)
        self._index(np.concatenate(owners), np.concatenate(values), np.concatenate(counts))

    def _met(self, texts: Texts) -> Sequence[tuple[Ints, Ints]]:
        """Number words, pairs and parts; for each kind all that the texts have, and the text of each."""
        words = list(dict.fromkeys(chain.from_iterable(texts)))
        parts = [_parts(word) for word in words]
        self._stems = _numbered(map(stem, words))
        self._parts = _numbered(chain.from_iterable(parts))
        # Pairs are too many to be named one by one: they share places, few enough that it hardly ever matters.
        self._mask = (1 << max(14, (len(texts) * 64).bit_length())) - 1
        self._sizes = len(self._stems), self._mask + 1, len(self._parts)
        self._offsets = 0, self._sizes[WORD], self._sizes[WORD] + self._sizes[PAIR]
        stems = {word: self._stems[stem(word)] for word in words}
        placed = {word: [self._parts[part] for part in some] for word, some in zip(words, parts, strict=True)}
        return (
            _flat([[stems[word] for word in row] for row in texts]),
            _all_pairs(*_flat([[-2, *(stems[word] for word in row), -2] for row in texts]), self._mask),
            _flat([list(chain.from_iterable([placed[word] for word in row])) for row in texts]),
        )

    def _index(self, owners: NDArray[np.int32], values: Floats, counts: Ints) -> None:
        """Keep features that most texts lack as runs of the texts that have them, common ones as whole rows."""
        is_common = counts * _COMMON > self.count
        common = np.flatnonzero(is_common)
        self._ranks = np.full(len(counts), len(common), np.int16)  # The last row is that of all the others.
        self._ranks[common] = np.arange(len(common))
        self._common = np.zeros((len(common) + 1, self.count), np.float32)
        listed = np.repeat(self._ranks, counts)
        known = listed < len(common)
        self._common[listed[known], owners[known]] = values[known]
        self._starts = np.concatenate([[0], np.cumsum(np.where(is_common, 0, counts))]).astype(np.int32)
        self._texts, self._values = owners[~known], values[~known]

    def _row(self, words: Sequence[str]) -> tuple[list[int], list[float]]:
        """Features and their weights; each kind has length 1, times its share."""
        stems = [self._stems.get(stem(word), -1) for word in words]
        ids: list[int] = []
        values: list[float] = []
        strange_words = len({word for word, place in zip(words, stems, strict=True) if place < 0})
        self._add(WORD, [place for place in stems if place >= 0], strange_words, WORDS, ids, values)
        weights = self._weights[PAIR]
        pairs = self._pairs(stems)
        known = [place for place in pairs if place >= 0 and weights[place] > 0]
        self._add(PAIR, known, len(pairs) - len(known), PAIRS, ids, values)
        parts: list[int] = []
        strange = 0
        for word in words:
            found, missing = self._parts_of(word)
            strange += missing
            parts += found
        self._add(PART, parts, strange, PARTS, ids, values)
        return ids, values

    def _pairs(self, stems: Sequence[int]) -> list[int]:
        """Places of neighbours in their order, both ends too, and of words near each other in any order.

        -1 for a pair with a word that no text has.
        """
        mask = self._mask
        places = [
            -1 if a == -1 or b == -1 else (a * _FIRST ^ b * _SECOND) & mask
            for a, b in zip([-2, *stems], [*stems, -2], strict=True)
        ]
        for i, a in enumerate(stems):
            for b in stems[i + 1 : i + _WINDOW]:
                if a == -1 or b == -1:
                    places.append(-1)
                else:
                    low, high = (a, b) if a < b else (b, a)
                    places.append((low * _LOW ^ high * _HIGH) & mask)
        return places

    def _add(
        self, kind: int, known: list[int], unknown: int, share: float, ids: list[int], values: list[float]
    ) -> None:
        weights, offset = self._weights[kind], self._offsets[kind]
        found: dict[int, float] = {}
        for place in known:
            before = found.get(place)
            # The second time counts half as much as the first.
            found[place] = weights[place] if before is None else before + weights[place] * 0.5
        square = sum([v * v for v in found.values()]) + _UNKNOWN[kind] * unknown * self._rarest[kind] ** 2
        factor = share / square**0.5 if square > 0 else 0.0
        ids += [offset + place for place in found]
        values += [factor * value for value in found.values()]

    def _parts_of(self, word: str) -> tuple[list[int], int]:
        seen = self._parts_seen.get(word)
        if seen is None:
            table = self._parts
            parts = _parts(word)
            places = [table[part] for part in parts if part in table]
            seen = places, len(parts) - len(places)
            if len(self._parts_seen) > _KEPT:
                self._parts_seen.clear()
            self._parts_seen[word] = seen
        return seen


def _numbered(items: Iterable[str]) -> dict[str, int]:
    """Each with its place in the order in which they come first."""
    return {item: place for place, item in enumerate(dict.fromkeys(items))}


def _flat(rows: Sequence[Sequence[int]]) -> tuple[Ints, Ints]:
    """All numbers of all rows, and the row of each."""
    owners = np.repeat(np.arange(len(rows)), [len(row) for row in rows])
    return np.fromiter(chain.from_iterable(rows), np.int64, len(owners)), owners


def _all_pairs(stems: Ints, owners: Ints, mask: int) -> tuple[Ints, Ints]:
    """What `_pairs` says of many texts, whose ends are marked, and the text of each pair."""
    pairs, texts = [], []
    for step in range(1, _WINDOW):
        first, second, owner = stems[:-step], stems[step:], owners[step:]
        together = owners[:-step] == owner
        if step == 1:
            pairs.append((first * _FIRST ^ second * _SECOND)[together])
            texts.append(owner[together])
        together &= (first >= 0) & (second >= 0)
        low, high = np.minimum(first, second), np.maximum(first, second)
        pairs.append((low * _LOW ^ high * _HIGH)[together])
        texts.append(owner[together])
    return np.concatenate(pairs) & mask, np.concatenate(texts)


def _parts(word: str) -> list[str]:
    """The runs of three to five letters of a word, with its ends marked; none for numbers and addresses."""
    if not word.isalpha():
        return []
    marked = f"<{word}>"
    return [marked[i : i + n] for n in (3, 4, 5) for i in range(len(marked) - n + 1)]
