"""What was learned, kept between starts in a folder, so that the same texts are not learned twice."""

import hashlib
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np

from helpdesk.faq import stored
from helpdesk.faq.learner import Claims
from helpdesk.faq.rivals import Rivals

_FILE = "faq-learned-{}.npz"


@dataclass(frozen=True, eq=False)
class Learned:
    """Who claims what, from which claim on an article is the answer, and how far it usually stands out then."""

    claims: Claims
    threshold: float
    rivals: Rivals


def key(reader: str, known: Iterable[tuple[str, int]]) -> str:
    """Names all that decides what is learned: the texts with their labels, who reads them, the program itself."""
    digest = hashlib.sha256(f"{reader}\n{_program()}\n".encode())
    for text, label in known:
        digest.update(f"{label}\t{text}\0".encode())
    return digest.hexdigest()


def learned(folder: Path | None, engine: str, wanted: str) -> Learned | None:
    """What was kept under this key; None when others were, or none can be read."""

    def take(arrays: Mapping[str, Any]) -> Learned | None:
        if bytes(arrays["key"]).decode() != wanted:
            return None
        rivals = Rivals(*map(float, arrays["rivals"]))
        return Learned(Claims(arrays["weights"], arrays["texts"]), float(arrays["threshold"]), rivals)

    return stored.read(folder, _FILE.format(engine), take)


def keep(folder: Path | None, engine: str, under: str, what: Learned) -> None:
    """For the next start; where nothing can be written, nothing is."""
    if folder is None:
        return
    name = np.frombuffer(under.encode(), np.uint8)
    with suppress(OSError):
        stored.write(
            folder,
            _FILE.format(engine),
            key=name,
            weights=what.claims.weights,
            texts=what.claims.texts,
            threshold=what.threshold,
            rivals=(what.rivals.usual, what.rivals.slope),
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
