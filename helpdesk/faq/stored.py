"""Files of arrays, kept between starts: read as a whole or not at all, and never seen half written."""

import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeVar
from zipfile import BadZipFile

import numpy as np

T = TypeVar("T")


def read(folder: Path | None, name: str, take: Callable[[Mapping[str, Any]], T]) -> T | None:
    """What `take` makes of the arrays; None where there is no such file, or it cannot be read."""
    try:
        if folder is None:
            return None
        with (folder / name).open("rb") as file, np.load(file) as arrays:
            return take(arrays)
    except (OSError, ValueError, KeyError, EOFError, BadZipFile):
        return None


def write(folder: Path, name: str, **arrays: Any) -> None:
    """Written beside and moved into place, so that no reader ever sees half a file. OSError where none can be."""
    folder.mkdir(parents=True, exist_ok=True)
    draft = folder / f"{name}.{os.getpid()}.npz"
    np.savez(draft, **arrays)
    draft.replace(folder / name)
