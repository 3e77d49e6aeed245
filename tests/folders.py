"""Folders that stay for the rest of a session: among pytest's own, which it clears away even after a run that was killed."""

import atexit
import shutil
import tempfile
from pathlib import Path

_within: list[Path] = []


def keep_in(folder: Path) -> None:
    """From now on they are made in here; before, and without pytest, among the system's temporary ones."""
    _within.append(folder)


def kept(name: str) -> Path:
    """A new folder, gone when this process ends."""
    folder = Path(tempfile.mkdtemp(prefix=f"hd-{name}-", dir=_within[-1] if _within else None))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder
