"""Sees a saved article and builds the next library. Asked from outside, once a second; it never waits."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import NoReturn

from helpdesk.faq.article import Facts
from helpdesk.faq.library import Library, must_be_readable

Snapshot = Mapping[str, tuple[int, ...]]
"""Path → what tells one state of a file from another: its times in ns, its number, its size in bytes.

The time that a copy keeps and the size may be the same before and after; the file's own time and number are not.
"""


class Watcher:
    """Follows one folder. Not for two threads at once; the libraries that it returns are.

    A file that differs from the look before is still being written, so it waits for a look without change:
    with a look each second a save is live within two.
    """

    def __init__(
        self,
        folder: Path,
        facts: Facts,
        engine: str = "core",
        cache: Path | None = None,
        previous: Library | None = None,
    ) -> None:
        self._folder = folder
        self._facts = facts
        self._engine = engine
        self._cache = cache
        must_be_readable(folder)
        self._seen = _look(folder)
        self._built = self._seen
        self.library = Library.load(folder, facts, previous, engine, cache)

    def check(self) -> Library | None:
        """The new library when the folder has changed and is quiet again, else None. Never raises.

        A folder that is gone or cannot be read keeps the last library, and so does one within it.
        """
        try:
            now = _look(self._folder)
        except OSError:
            return None
        is_quiet, self._seen = now == self._seen, now
        if not is_quiet or now == self._built:
            return None
        self._built = now
        self.library = Library.load(self._folder, self._facts, self.library, self._engine, self._cache)
        return self.library


def _look(folder: Path) -> Snapshot:
    """Raises OSError where a folder cannot be read: what is in it is not gone."""
    seen = {}
    for place, folders, files in os.walk(folder, onerror=_unreadable):
        for name in (*folders, *files):
            if name.endswith(".md"):
                seen[os.path.join(place, name)] = _state(os.path.join(place, name))
    return seen


def _state(path: str) -> tuple[int, ...]:
    try:
        status = os.stat(path)
    except OSError:
        return ()  # a link that leads nowhere: it is there, and when it goes that is a change
    return (status.st_mtime_ns, status.st_ctime_ns, status.st_ino, status.st_size)


def _unreadable(error: OSError) -> NoReturn:
    raise error
