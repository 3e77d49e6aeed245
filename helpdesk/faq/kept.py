"""What was learned, kept between starts in a folder, so that the same texts are not learned twice."""

import hashlib
from collections.abc import Iterable, Mapping
from contextlib import suppress
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np

from helpdesk.faq import stored
from helpdesk.faq.learner import Claims

_FILE = "faq-learned-{}.npz"


def key(reader: str, known: Iterable[tuple[str, int]]) -> str:
    """Names all that decides what is learned: the texts with their labels, who reads them, the program itself."""
    digest = hashlib.sha256(f"{reader}\n{_program()}\n".encode())
    for text, label in known:
        digest.update(f"{label}\t{text}\0".encode())
    return digest.hexdigest()


def learned(folder: Path | None, engine: str, wanted: str) -> tuple[Claims, float] | None:
    """The claims and the threshold that were kept under this key; None when others were, or none can be read."""

    def take(arrays: Mapping[str, Any]) -> tuple[Claims, float] | None:
        if bytes(arrays["key"]).decode() != wanted:
            return None
        return Claims(arrays["weights"], arrays["texts"]), float(arrays["threshold"])

    return stored.read(folder, _FILE.format(engine), take)


def keep(folder: Path | None, engine: str, under: str, claims: Claims, threshold: float) -> None:
    """For the next start; where nothing can be written, nothing is."""
    if folder is None:
        return
    name = np.frombuffer(under.encode(), np.uint8)
    with suppress(OSError):
        stored.write(
            folder,
            _FILE.format(engine),
            key=name,
            weights=claims.weights,
            texts=claims.texts,
            threshold=threshold,
        )


@cache
def _program() -> str:
    """The code and the lists that learn: another version of them learns anew."""
    digest = hashlib.sha256()
    room = files("helpdesk.faq")
    for part in (room, room.joinpath("data")):
        for file in sorted(part.iterdir(), key=lambda file: file.name):
            if file.name.endswith((".py", ".txt", ".npz")):
                digest.update(file.read_bytes())
    return digest.hexdigest()
