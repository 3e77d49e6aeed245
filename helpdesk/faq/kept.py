"""What was learned, kept between starts in a folder, so that the same texts are not learned twice."""

import hashlib
import os
from collections.abc import Iterable
from contextlib import suppress
from functools import cache
from importlib.resources import files
from pathlib import Path
from zipfile import BadZipFile

import numpy as np

from helpdesk.faq.learner import Claims

_FILE = "faq-learned.npz"


def key(engine: str, known: Iterable[tuple[str, int]]) -> str:
    """Names all that decides what is learned: the texts with their labels, the engine, the program itself."""
    digest = hashlib.sha256(f"{engine}\n{_program()}\n".encode())
    for text, label in known:
        digest.update(f"{label}\t{text}\0".encode())
    return digest.hexdigest()


def learned(folder: Path | None, wanted: str) -> tuple[Claims, float] | None:
    """The claims and the threshold that were kept under this key; None when others were, or none can be read."""
    try:
        if folder is None:
            return None
        with (folder / _FILE).open("rb") as file, np.load(file) as stored:
            if bytes(stored["key"]).decode() != wanted:
                return None
            return Claims(stored["weights"], stored["texts"]), float(stored["threshold"])
    except (OSError, ValueError, KeyError, EOFError, BadZipFile):
        return None


def keep(folder: Path | None, under: str, claims: Claims, threshold: float) -> None:
    """Written beside and moved into place, so that no reader ever sees half a file; where none can be, none is."""
    if folder is None:
        return
    name = np.frombuffer(under.encode(), np.uint8)
    with suppress(OSError):
        folder.mkdir(parents=True, exist_ok=True)
        draft = folder / f"{_FILE}.{os.getpid()}.npz"
        np.savez(draft, key=name, weights=claims.weights, texts=claims.texts, threshold=threshold)
        draft.replace(folder / _FILE)


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
