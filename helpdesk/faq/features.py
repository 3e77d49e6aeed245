"""Pure: words → how near each known text is, by words, pairs of words, parts of words and meaning."""

from collections.abc import Iterable, Sequence
from math import log

import numpy as np
from numpy.typing import NDArray

from helpdesk.faq.lexicon import Lexicon
from helpdesk.faq.words import stem

Floats = NDArray[np.float32]

WORDS, PAIRS, PARTS = 0.35, 0.30, 0.35
"""How the three kinds of shared spelling weigh against each other; they add up to 1."""
MEANING = 0.4
"""What the meaning of the words weighs against their spelling."""

_UNKNOWN = (1.0, 0.5, 0.5)
"""How much words, pairs and parts that no text has count in a question's length."""
_WINDOW = 5
_KEPT = 20_000


class Features:
    """Texts turned into numbers, once; then any number of questions compared with them, from any thread."""

    def __init__(self, texts: Sequence[Sequence[str]], lexicon: Lexicon) -> None:
        self._lexicon = lexicon
        self._ids: list[dict[object, int]] = [{}, {}, {}]
        self._weights: list[list[float]] = [[], [], []]
        self._parts_seen: dict[str, tuple[list[int], int]] = {}
        self._vectors_seen: dict[str, Floats | None] = {}
        self.count = len(texts)
        self._learn_weights(texts)
        self._offsets = (0, len(self._ids[0]), len(self._ids[0]) + len(self._ids[1]))
        self._index(texts)
        self.meanings: Floats = np.zeros((0, lexicon.dimensions), np.float32)
        if texts:
            self.meanings = np.stack([self.meaning(words) for words in texts])

    def near(self, words: Sequence[str]) -> Floats:
        """For each text 0 (nothing in common) to 1 (the same words), in an array as long as the texts."""
        spelling = self.spelled_alike(words)
        meaning = self.meanings @ self.meaning(words)
        mixed = (1 - MEANING) * spelling + MEANING * np.sign(meaning) * np.abs(meaning) ** 1.5
        return np.asarray(mixed, np.float32)

    def spelled_alike(self, words: Sequence[str]) -> Floats:
        ids, values = self._row(words)
        starts, ends = self._starts[ids], self._starts[[i + 1 for i in ids]]
        places = [self._texts[a:b] for a, b in zip(starts, ends, strict=True)]
        if not places:
            return np.zeros(self.count, np.float32)
        weights = np.concatenate([self._values[a:b] for a, b in zip(starts, ends, strict=True)])
        weights *= np.repeat(np.array(values, np.float32), ends - starts)
        return np.bincount(np.concatenate(places), weights, self.count).astype(np.float32)

    def meaning(self, words: Iterable[str]) -> Floats:
        """One vector of length 1 for all the words together; zeros when none is an ordinary word."""
        total = np.zeros(self._lexicon.dimensions, np.float32)
        rare = self._rarest[0]
        for word in words:
            vector = self._vector(word)
            if vector is not None:
                place = self._ids[0].get(stem(word))
                total += (rare if place is None else self._weights[0][place]) * vector
        length = float(np.sqrt(total @ total))
        return total / length if length > 1e-6 else total

    def weight(self, word: str) -> float:
        """How much a word tells, from 0 for one that is everywhere; unknown ones tell most."""
        place = self._ids[0].get(stem(word))
        return self._rarest[0] if place is None else self._weights[0][place]

    def knows(self, word: str) -> bool:
        return stem(word) in self._ids[0]

    def _vector(self, word: str) -> Floats | None:
        if word not in self._vectors_seen:
            if len(self._vectors_seen) > _KEPT:
                self._vectors_seen.clear()
            self._vectors_seen[word] = self._lexicon.vector(word)
            return self._vectors_seen[word]
        return self._vectors_seen.get(word)

    def _learn_weights(self, texts: Sequence[Sequence[str]]) -> None:
        counts: list[dict[object, int]] = [{}, {}, {}]
        for words in texts:
            stems = [stem(word) for word in words]
            parts = {part for word in words for part in _parts(word)}
            of_a_kind: tuple[set[object], ...] = (set(stems), set(_pairs(stems)), set(parts))
            for count, found in zip(counts, of_a_kind, strict=True):
                for item in found:
                    count[item] = count.get(item, 0) + 1
        for kind, count in enumerate(counts):
            self._ids[kind] = {item: i for i, item in enumerate(count)}
            rarity = [log((len(texts) + 1) / (n + 0.5)) for n in count.values()]
            self._weights[kind] = [max(0.0, r) ** 0.5 for r in rarity]
        if "#" in self._ids[0]:  # A number says little: it is another one each time.
            self._weights[0][self._ids[0]["#"]] *= 0.15
        self._rarest = tuple(max(weights, default=1.0) for weights in self._weights)

    def _index(self, texts: Sequence[Sequence[str]]) -> None:
        """Keep, for each feature, the texts that have it and how much it weighs there."""
        rows = [self._row(words, (1.0, 1.0, 1.0)) for words in texts]
        features = np.array([i for ids, _ in rows for i in ids], np.int64)
        values = np.array([value for _, row in rows for value in row], np.float32)
        owners = np.repeat(np.arange(len(texts), dtype=np.int32), [len(ids) for ids, _ in rows])
        order = np.argsort(features, kind="stable")
        total = self._offsets[2] + len(self._ids[2])
        self._starts = np.searchsorted(features[order], np.arange(total + 1))
        self._texts = owners[order]
        self._values = values[order]

    def _row(
        self, words: Sequence[str], shares: tuple[float, float, float] = (WORDS, PAIRS, PARTS)
    ) -> tuple[list[int], list[float]]:
        """Features and their weights; each kind has length 1, times its share."""
        stems = [stem(word) for word in words]
        ids: list[int] = []
        values: list[float] = []
        both: tuple[Iterable[object], ...] = (stems, _pairs(stems))
        for kind, items in enumerate(both):
            known, unknown = self._known(kind, items)
            self._add(kind, known, unknown, shares[kind], ids, values)
        parts: dict[int, int] = {}
        strange = 0
        for word in words:
            found, missing = self._parts_of(word)
            strange += missing
            for part in found:
                parts[part] = parts.get(part, 0) + 1
        self._add(2, parts, strange, shares[2], ids, values)
        return ids, values

    def _known(self, kind: int, items: Iterable[object]) -> tuple[dict[int, int], int]:
        table = self._ids[kind]
        known: dict[int, int] = {}
        unknown = set()
        for item in items:
            place = table.get(item)
            if place is None:
                unknown.add(item)
            else:
                known[place] = known.get(place, 0) + 1
        return known, len(unknown)

    def _add(
        self,
        kind: int,
        known: dict[int, int],
        unknown: int,
        share: float,
        ids: list[int],
        values: list[float],
    ) -> None:
        weights, offset = self._weights[kind], self._offsets[kind]
        found = [weights[i] if n == 1 else weights[i] * (1 + log(n)) for i, n in known.items()]
        square = sum([value * value for value in found]) + _UNKNOWN[kind] * unknown * self._rarest[kind] ** 2
        factor = share / square**0.5 if square > 0 else 0.0
        ids += [offset + i for i in known]
        values += [factor * value for value in found]

    def _parts_of(self, word: str) -> tuple[list[int], int]:
        seen = self._parts_seen.get(word)
        if seen is None:
            table = self._ids[2]
            parts = _parts(word)
            places = [table[part] for part in parts if part in table]
            seen = places, len(parts) - len(places)
            if len(self._parts_seen) > _KEPT:
                self._parts_seen.clear()
            self._parts_seen[word] = seen
        return seen


def _pairs(stems: Sequence[str]) -> list[tuple[str, str]]:
    """Neighbours in their order (with "" as both ends), and words at most five apart in any order."""
    pairs = list(zip(["", *stems], [*stems, ""], strict=True))
    for i, first in enumerate(stems):
        for second in stems[i + 1 : i + _WINDOW]:
            pairs.append((first + "&", second) if first < second else (second + "&", first))
    return pairs


def _parts(word: str) -> list[str]:
    """The runs of three to five letters of a word, with its ends marked; none for numbers and addresses."""
    if not word.isalpha():
        return []
    marked = f"<{word}>"
    return [marked[i : i + n] for n in (3, 4, 5) for i in range(len(marked) - n + 1)]
