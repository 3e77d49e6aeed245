"""Pure: words → how near each known text is, by words, pairs of words, parts of words and meaning."""

from array import array
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import chain

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

_Row = tuple[NDArray[np.int64], Floats]
"""Features and how much each weighs."""
_SHARES = (WORDS, PAIRS, PARTS)

_UNKNOWN = (1.0, 0.5, 0.5)
"""How much words, pairs and parts that no text has count in a question's length."""
WORD, PAIR, PART = 0, 1, 2
_WINDOW = 5
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
        self._learn_weights(texts)
        self._index(texts)
        self.meanings: Floats = np.zeros((0, lexicon.dimensions), np.float32)
        if texts:
            self.meanings = columnwise(np.stack([self.meaning(words) for words in texts]))

    def near(self, questions: Texts) -> Floats:
        """Questions × texts: 0 for nothing in common to 1 for the same words."""
        rows = [self._row(words) for words in questions]
        arrays = [(np.array(ids, np.int64), np.array(values, np.float32)) for ids, values in rows]
        meanings = np.array([self.meaning(words) for words in questions], np.float32)
        alike = self.views.alike(questions) if self.views else None
        return self._compared(arrays, meanings.reshape(len(rows), self._lexicon.dimensions), alike)

    def among(self) -> Floats:
        """How near the texts are to each other: texts × texts."""
        by_text = np.argsort(self._texts, kind="stable")
        features = np.repeat(np.arange(len(self._starts) - 1), np.diff(self._starts))[by_text]
        shares = np.array(_SHARES, np.float32)[np.searchsorted(self._offsets, features, "right") - 1]
        values = self._values[by_text] * shares
        ends = np.searchsorted(self._texts[by_text], np.arange(1, self.count))
        rows = zip(np.split(features, ends), np.split(values, ends), strict=True)
        return self._compared(rows, self.meanings, self.views.among() if self.views else None)

    def _compared(self, rows: Iterable[_Row], meanings: Floats, alike: Iterable[Floats] | None) -> Floats:
        """Rows (features and their weights) with their meanings, and how like the student finds them, × texts."""
        near: Floats = meanings @ self.meanings.T
        for line, (features, values) in zip(near, rows, strict=True):
            line *= np.sqrt(np.abs(line))
            line *= self._meant
            line += self._spelled_alike(features, values)
        if alike is not None:
            for line, seen in zip(near, alike, strict=True):
                line += seen * np.abs(seen) * self._read
        return near

    def _spelled_alike(self, features: NDArray[np.int64], values: Floats) -> Floats:
        """The share of spelling in how near one row is to each text."""
        starts = self._starts[features]
        lengths = self._starts[features + 1] - starts
        # All texts of all features at once: each feature's run of places, one after the other.
        ends = np.cumsum(lengths)
        places = np.arange(ends[-1] if len(ends) else 0) + np.repeat(starts - ends + lengths, lengths)
        weights = self._values[places] * np.repeat(values * np.float32(1 - self._meant - self._read), lengths)
        return np.bincount(self._texts[places], weights, self.count).astype(np.float32)

    def meaning(self, words: Iterable[str]) -> Floats:
        """One vector of length 1 for all the words together; zeros when there are only numbers and addresses."""
        total = np.zeros(self._lexicon.dimensions, np.float32)
        rare = self._rarest[WORD]
        for word in words:
            vector = self._vector(word)
            if vector is not None:
                place = self._stems.get(stem(word))
                total += (rare if place is None else self._weights[WORD][place]) * vector
        length = float(np.sqrt(total @ total))
        return total / length if length > 1e-6 else total

    def weight(self, word: str) -> float:
        """How much a word tells, from 0 for one that is everywhere; unknown ones tell most."""
        place = self._stems.get(stem(word))
        return self._rarest[WORD] if place is None else self._weights[WORD][place]

    def _vector(self, word: str) -> Floats | None:
        if word not in self._vectors_seen:
            if len(self._vectors_seen) > _KEPT:
                self._vectors_seen.clear()
            self._vectors_seen[word] = self._lexicon.vector(word)
            return self._vectors_seen[word]
        return self._vectors_seen.get(word)

    def _learn_weights(self, texts: Sequence[Sequence[str]]) -> None:
        """How rare each feature is: the rarer, the more it tells."""
        stems, parts = Counter[str](), Counter[str]()
        parts_of = {word: _parts(word) for word in set(chain.from_iterable(texts))}
        for words in texts:
            stems.update(list(dict.fromkeys(map(stem, words))))
            parts.update(list(dict.fromkeys(chain.from_iterable(map(parts_of.__getitem__, words)))))
        self._stems = {item: place for place, item in enumerate(stems)}
        self._parts = {item: place for place, item in enumerate(parts)}
        # Pairs are too many to be named one by one: they share places, few enough that it hardly ever matters.
        self._mask = (1 << max(14, (len(texts) * 64).bit_length())) - 1
        pairs = np.zeros(self._mask + 1, np.int32)
        for words in texts:
            pairs[list(set(self._pairs([self._stems[stem(word)] for word in words])))] += 1
        counts = (list(stems.values()), pairs, list(parts.values()))
        rarity = [
            np.log((len(texts) + 1) / (np.maximum(n, 1) + 0.5)).clip(0) ** 0.5 for n in map(np.array, counts)
        ]
        rarity[PAIR][pairs == 0] = 0
        self._rarest = tuple(float(r.max(initial=1e-6)) for r in rarity)
        self._weights = tuple(array("f", r.astype(np.float32).tobytes()) for r in rarity)
        if "#" in self._stems:  # A number says little: it is another one each time.
            self._weights[WORD][self._stems["#"]] *= 0.15
        self._offsets = (0, len(stems), len(stems) + len(pairs))

    def _index(self, texts: Sequence[Sequence[str]]) -> None:
        """Keep, for each feature, the texts that have it and how much it weighs there."""
        features, values, lengths = array("i"), array("f"), array("i")
        for words in texts:
            ids, row = self._row(words, (1.0, 1.0, 1.0))
            features.extend(ids)
            values.extend(row)
            lengths.append(len(ids))
        places = np.frombuffer(features, np.int32) if features else np.zeros(0, np.int32)
        order = np.argsort(places, kind="stable").astype(np.int32)
        total = self._offsets[PART] + len(self._parts)
        self._starts = np.searchsorted(places[order], np.arange(total + 1)).astype(np.int32)
        owners = np.repeat(np.arange(len(texts), dtype=np.int32), np.frombuffer(lengths, np.int32))
        self._texts = owners[order]
        self._values = np.frombuffer(values, np.float32)[order] if values else np.zeros(0, np.float32)

    def _row(
        self, words: Sequence[str], shares: tuple[float, float, float] = _SHARES
    ) -> tuple[list[int], list[float]]:
        """Features and their weights; each kind has length 1, times its share."""
        stems = [self._stems.get(stem(word), -1) for word in words]
        ids: list[int] = []
        values: list[float] = []
        strange_words = len({word for word, place in zip(words, stems, strict=True) if place < 0})
        self._add(WORD, [place for place in stems if place >= 0], strange_words, shares[WORD], ids, values)
        weights = self._weights[PAIR]
        pairs = self._pairs(stems)
        known = [place for place in pairs if place >= 0 and weights[place] > 0]
        self._add(PAIR, known, len(pairs) - len(known), shares[PAIR], ids, values)
        parts: list[int] = []
        strange = 0
        for word in words:
            found, missing = self._parts_of(word)
            strange += missing
            parts += found
        self._add(PART, parts, strange, shares[PART], ids, values)
        return ids, values

    def _pairs(self, stems: Sequence[int]) -> list[int]:
        """Places of neighbours in their order, both ends too, and of words near each other in any order.

        -1 for a pair with a word that no text has.
        """
        mask = self._mask
        places = [
            -1 if a == -1 or b == -1 else (a * 1_000_003 ^ b * 7_919) & mask
            for a, b in zip([-2, *stems], [*stems, -2], strict=True)
        ]
        for i, a in enumerate(stems):
            for b in stems[i + 1 : i + _WINDOW]:
                if a == -1 or b == -1:
                    places.append(-1)
                else:
                    low, high = (a, b) if a < b else (b, a)
                    places.append((low * 611_953 ^ high * 15_485_863) & mask)
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


def _parts(word: str) -> list[str]:
    """The runs of three to five letters of a word, with its ends marked; none for numbers and addresses."""
    if not word.isalpha():
        return []
    marked = f"<{word}>"
    return [marked[i : i + n] for n in (3, 4, 5) for i in range(len(marked) - n + 1)]
