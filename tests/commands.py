"""Commands as an operator types them: a process, its exit code, and what it said."""

import asyncio
import os
import shutil
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from tests import forking
from tests.folders import kept
from tests.world import ROOT

SECRET = "test-secret-0123456789-abcdefghijk"
WITHIN_S = 60.0


@dataclass(frozen=True)
class Said:
    """What a command said and how it ended."""

    code: int
    out: str
    err: str


async def helpdesk(data_dir: Path, *words: str, typed: str = "", **settings: str) -> Said:
    """`helpdesk …` with its data in a folder; `typed` is its standard input, `settings` are environment variables."""
    return await asyncio.to_thread(helpdesk_now, data_dir, *words, typed=typed, **settings)


def helpdesk_now(data_dir: Path, *words: str, typed: str = "", **settings: str) -> Said:
    """As `helpdesk`, in this thread."""
    known = {name: value for name, value in os.environ.items() if not name.startswith("HELPDESK_")}
    environment = {
        **known, "HELPDESK_DATA_DIR": str(data_dir), "HELPDESK_FAQ_DIR": str(ROOT / "faq"),
        "HELPDESK_SECRET_KEY": SECRET, **settings,
    }  # fmt: skip
    return Said(*forking.run(words, environment, ROOT, typed, WITHIN_S))


def upgraded(data_dir: Path) -> Path:
    """The folder, with a database as `helpdesk db upgrade` leaves it: made once a session, then copied."""
    data_dir.mkdir(parents=True, exist_ok=True)
    shutil.copy(_upgraded_once(), data_dir / "helpdesk.db")
    return data_dir


@cache
def _upgraded_once() -> Path:
    folder = kept("upgraded")
    done = helpdesk_now(folder, "db", "upgrade")
    assert done.code == 0, done.err
    return folder / "helpdesk.db"
