"""The optional second opinion: what a whole question means, by the encoder of `helpdesk[semantic]`."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np

from helpdesk.faq import stored
from helpdesk.faq.background import sentences
from helpdesk.faq.encoder import DIMENSIONS, Encoder
from helpdesk.faq.learner import Ints
from helpdesk.faq.vectors import Floats, columnwise, level

SHARE = 0.65
"""What the encoder weighs against spelling and words."""
_BATCH = 32
_FILE = "faq-vectors.npz"


def read(text: str, words: Sequence[str]) -> str:
    """What the encoder reads: the mended words; it stumbles over slips, capitals and short forms."""
    return " ".join(words) if text.isascii() and words else text


class NoMeaning:
    """The core alone."""

    engine = name = "core"
    trust = 1.0
    """How much the texts of none are trusted, where wordings are with 1."""

    def among(self, near: Floats) -> Floats:
        return near


class Meaning:
    """Vectors of all known texts; encodes a question in a few milliseconds."""

    engine = "semantic"
    trust = 1 / 3

    def __init__(self, encoder: Encoder, vectors: Floats) -> None:
        """The last texts are the background: what all its sentences have in common is taken off."""
        self._encoder = encoder
        self.name = encoder.name
        self._ordinary = vectors[-len(sentences()) :].mean(0)
        self._vectors = columnwise(self._telling(vectors))

    @classmethod
    def load(
        cls, texts: Sequence[str], cache: Path | None, say: Callable[[str], None]
    ) -> "Meaning | NoMeaning":
        """Vectors from the cache folder, the missing ones encoded and kept; NoMeaning without the extra."""
        try:
            encoder = Encoder()
        except ImportError:
            return NoMeaning()
        kept = _kept(cache)
        keys = [hashlib.sha256(f"{encoder.name}\n{text}".encode()).hexdigest()[:24] for text in texts]
        missing = {key: text for key, text in zip(keys, texts, strict=True) if key not in kept}
        waiting = sorted(missing, key=lambda key: len(missing[key]))
        for start in range(0, len(waiting), _BATCH):
            chunk = waiting[start : start + _BATCH]
            vectors = encoder.encode([missing[key] for key in chunk])
            kept.update(zip(chunk, vectors.astype(np.float16), strict=True))
            say(f"Encoding texts: {start + len(chunk)} of {len(waiting)}.")
        if missing and cache:
            _keep(cache, {key: kept[key] for key in keys})
        rows = [kept[key] for key in keys]
        return cls(encoder, np.array(rows, np.float32).reshape(len(rows), DIMENSIONS))

    def alike(self, questions: Sequence[str]) -> Floats:
        """How like each question is to each known text by what both mean, −1 to 1: questions × texts."""
        return _damped(self._telling(self._encoder.encode(questions)) @ self._vectors.T)

    def mixed(self, alike: Floats, near: Floats) -> Floats:
        """The nearness of the words (questions × texts) with what the encoder says."""
        mixed = SHARE * alike
        mixed += (1 - SHARE) * near
        return mixed

    def among(self, near: Floats) -> Floats:
        """The same for all known texts (texts × texts), which need no encoding."""
        return self.mixed(_damped(self._vectors @ self._vectors.T), near)

    def between(self, texts: Ints) -> Floats:
        """How like the known texts at these places are to each other."""
        vectors = self._vectors[texts]
        return _damped(vectors @ vectors.T)

    def _telling(self, vectors: Floats) -> Floats:
        """Of length 1, without what all texts have in common, and with less of how a thing is said than of what."""
        return level((vectors - self._ordinary) @ emphasis_matrix())


@cache
def emphasis_matrix() -> Floats:
    """What to multiply vectors with (`make_emphasis.py`)."""
    with files("helpdesk.faq").joinpath("data/emphasis.npz").open("rb") as file, np.load(file) as stored:
        return np.asarray(stored["matrix"], np.float32)


def _damped(alike: Floats) -> Floats:
    """To the power of 1.5: a little likeness, which any two questions have, should count for less."""
    found = np.abs(alike)
    np.sqrt(found, out=found)
    found *= alike
    return found


def _kept(cache: Path | None) -> dict[str, Any]:
    """Key → vector of the last run; empty when there is no file or it cannot be read."""

    def take(arrays: Mapping[str, Any]) -> dict[str, Any]:
        keys = bytes(arrays["keys"]).decode().split()
        return dict(zip(keys, arrays["vectors"], strict=True))

    return stored.read(cache, _FILE, take) or {}


def _keep(cache: Path, vectors: dict[str, Any]) -> None:
    """For the next run."""
    keys = np.frombuffer(" ".join(vectors).encode(), np.uint8)
    stored.write(cache, _FILE, keys=keys, vectors=np.stack(list(vectors.values())))
