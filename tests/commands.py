"""Commands as an operator types them: a process, its exit code, and what it said."""

import asyncio
import os
import sys
from dataclasses import dataclass
from pathlib import Path

from tests.world import ROOT

SECRET = "test-secret-0123456789-abcdefghijk"
WITHIN_S = 60.0


@dataclass(frozen=True)
class Said:
    """What a command said and how it ended."""

    code: int
    out: str
    err: str


async def helpdesk(data_dir: Path, *words: str, **settings: str) -> Said:
    """`helpdesk …` with its data in a folder; `settings` are environment variables."""
    known = {name: value for name, value in os.environ.items() if not name.startswith("HELPDESK_")}
    environment = {
        **known, "HELPDESK_DATA_DIR": str(data_dir), "HELPDESK_FAQ_DIR": str(ROOT / "faq"),
        "HELPDESK_SECRET_KEY": SECRET, **settings,
    }  # fmt: skip
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "helpdesk", *words, cwd=ROOT, env=environment,
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    async with asyncio.timeout(WITHIN_S):
        out, err = await process.communicate()
    return Said(process.returncode or 0, out.decode(), err.decode())
