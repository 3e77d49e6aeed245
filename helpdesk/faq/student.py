"""What a short text means as a whole: one layer of a transformer over the words' vectors, taught by the encoder.

It has learned to say of made-up sentences what all-MiniLM-L6-v2 says of them (`make_student.py`, ADR 0012), and needs
nothing but numpy. What it cannot know, the words in no list, it hands on as they are.
"""

from collections.abc import Iterator, Sequence
from functools import cache
from importlib.resources import files
from itertools import chain

import numpy as np

from helpdesk.faq.lexicon import STRANGE, Lexicon
from helpdesk.faq.vectors import Floats, columnwise, level

Texts = Sequence[Sequence[str]]

LONGEST = 24
"""Words of one text that are read; it has learned with no longer ones."""
HEADS = 4
_UNRANKED = 15_000
"""The rank of listed words that slips are not mended into."""
_TOGETHER = 128
"""Texts of one length in one sum: more would leave the processor's own memory."""
_KEPT = 20_000


class Student:
    """Reads texts; may be called from any number of threads."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._lexicon = lexicon
        self._net = _net()
        self._first = np.column_stack([self._net[name] for name in ("inward", "alone", "straight")])
        self._seen: dict[str, Floats] = {}

    def read(self, texts: Texts) -> Floats:
        """texts × 80, each of length 1; zeros where there is no word."""
        rows = [words[:LONGEST] for words in texts]
        found = np.zeros((len(rows), len(self._net["shift"])), np.float32)
        numbers = {word: number for number, word in enumerate(dict.fromkeys(chain.from_iterable(rows)))}
        by_length: dict[int, list[int]] = {}
        for place, words in enumerate(rows):
            by_length.setdefault(len(words), []).append(place)
        by_length.pop(0, None)
        known = self._words(list(numbers)) if numbers else found
        for places in by_length.values():
            for start in range(0, len(places), _TOGETHER):
                some = places[start : start + _TOGETHER]
                found[some] = self._layer(known[[[numbers[word] for word in rows[place]] for place in some]])
        return found

    def unlisted(self, texts: Texts) -> Floats:
        """texts × 256: the sum of the words that no list has; what they mean is unknown, but not that they are the same."""
        found = np.zeros((len(texts), self._lexicon.dimensions), np.float32)
        for row, words in zip(found, texts, strict=True):
            for word in words[:LONGEST]:
                if word not in self._lexicon.rows and (vector := self._lexicon.vector(word)) is not None:
                    row += vector
            row /= STRANGE * max(1, len(words[:LONGEST])) ** 0.5
        return found

    def _layer(self, texts: Floats) -> Floats:
        """Texts × words × what `_words` gives of each."""
        net = self._net
        count, length = texts.shape[:2]
        words = texts.reshape(count * length, -1)
        width = len(net["first"])
        x, alone, plain = words[:, :width].copy(), words[:, width], words[:, width + 1 :]
        x.reshape(count, length, -1)[:] += net["places"][:length]
        x += self._attended(_even(x, net["first"]), count, length)
        hidden = _even(x, net["second"]) @ net["wide"] + net["bias"]
        np.maximum(hidden, 0, out=hidden)
        x += hidden @ net["narrow"]
        x = _even(x, net["last"])
        weights = np.exp(x @ net["telling"] + alone).reshape(count, 1, length)
        weights /= weights.sum(-1, keepdims=True)
        found = (weights @ x.reshape(count, length, -1))[:, 0] @ net["outward"] + net["shift"]
        found += (weights @ plain.reshape(count, length, -1))[:, 0]
        return level(found)

    def _attended(self, x: Floats, count: int, length: int) -> Floats:
        """What each word takes from the others of its text."""
        parts = (x @ self._net["heads"]).reshape(count, length, 3, HEADS, -1).transpose(2, 0, 3, 1, 4)
        asked, known, told = parts
        heard = asked @ known.transpose(0, 1, 3, 2)
        heard *= asked.shape[-1] ** -0.5
        heard -= heard.max(-1, keepdims=True)
        np.exp(heard, out=heard)
        heard /= heard.sum(-1, keepdims=True)
        mixed = (heard @ told).transpose(0, 2, 1, 3).reshape(count * length, -1)
        return np.asarray(mixed @ self._net["back"], np.float32)

    def _words(self, words: Sequence[str]) -> Floats:
        """For each word what the layer starts with, how much it weighs alone, and what it says alone."""
        seen = self._seen
        if new := [word for word in words if word not in seen]:
            rows = np.stack([described(word, self._lexicon) for word in new]) @ self._first
            if len(seen) > _KEPT:
                seen = self._seen = {word: seen[word] for word in words if word in seen}
            seen.update(zip(new, rows, strict=True))
        return np.stack([seen[word] for word in words])


def described(word: str, lexicon: Lexicon) -> Floats:
    """258 numbers: its meaning, how rare it is, and whether no list has it."""
    found = np.zeros(lexicon.dimensions + 2, np.float32)
    vector = lexicon.vector(word)
    if vector is not None:
        found[:-2] = vector
        listed = word in lexicon.rows
        rare = (np.log(lexicon.ranks.get(word, _UNRANKED) + 10) - 7.5) / 1.2
        found[-2:] = (rare, 0) if listed else (2, 1)
    return found


class Views:
    """Known texts as the student sees them, compared with any question."""

    def __init__(self, student: Student, texts: Texts, ordinary: int) -> None:
        """So many of the last texts are `ordinary`: what they have in common is taken off."""
        self._student = student
        said = student.read(texts)
        self._ordinary: Floats = said[len(said) - ordinary :].mean(0)
        told, unlisted = self._told(texts, said)
        self._said = columnwise(told)
        self._places = np.flatnonzero(unlisted.any(1))
        self._unlisted = unlisted[self._places]

    def alike(self, questions: Texts) -> Floats:
        """How like each question is to each text, −1 to 1: questions × texts."""
        return self._compared(*self._told(questions, self._student.read(questions)))

    def among(self) -> Iterator[Floats]:
        """The same for all texts, one row after the other: all together would take much memory."""
        unlisted = np.zeros((len(self._said), self._unlisted.shape[1]), np.float32)
        unlisted[self._places] = self._unlisted
        for start in range(0, len(self._said), _TOGETHER):
            some = slice(start, start + _TOGETHER)
            yield from self._compared(self._said[some], unlisted[some])

    def _compared(self, said: Floats, unlisted: Floats) -> Floats:
        found: Floats = said @ self._said.T
        rows = np.flatnonzero(unlisted.any(1))
        if len(rows) and len(self._places):
            found[np.ix_(rows, self._places)] += unlisted[rows] @ self._unlisted.T
        return found

    def _told(self, texts: Texts, said: Floats) -> tuple[Floats, Floats]:
        """What is said and the words that no list has, of length 1 together; zeros where there is no word."""
        told = level(said - self._ordinary)
        unlisted = self._student.unlisted(texts)
        lengths = np.sqrt(1 + (unlisted * unlisted).sum(1, keepdims=True))
        told /= lengths
        told[[not words for words in texts]] = 0
        return told, unlisted / lengths


def _even(x: Floats, scale: Floats) -> Floats:
    """Rows of one size each (root mean square 1), times the learned scale."""
    size = np.einsum("ij,ij->i", x, x) / x.shape[1] + np.float32(1e-5)
    return np.asarray(x * (1 / np.sqrt(size))[:, None] * scale, np.float32)


@cache
def _net() -> dict[str, Floats]:
    """What was learned (`make_student.py`)."""
    with files("helpdesk.faq").joinpath("data/student.npz").open("rb") as file, np.load(file) as stored:
        return {name: np.asarray(stored[name], np.float32) for name in stored.files}
