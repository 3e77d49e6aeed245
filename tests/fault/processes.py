"""Real processes of the desk, to be stopped, killed and started again on one port; and small ones that only die."""

import asyncio
import contextlib
import os
import resource
import shutil
import signal
import sys
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any, BinaryIO

from tests import forking
from tests.forking import Forked
from tests.listening import free_ports
from tests.profiles import settings_of
from tests.world import ROOT, SECRET, furnished

START_S = 60.0


class Process:
    """`helpdesk serve` (or `work`) with its data in a folder; `afresh`: in a Python that has loaded nothing yet."""

    def __init__(self, folder: Path, settings: dict[str, str], *, command: str = "serve") -> None:
        self.folder, self.command, self.port = folder, command, 0
        known = {name: value for name, value in os.environ.items() if not name.startswith("HELPDESK_")}
        self.environment = {
            **known, "HELPDESK_DATA_DIR": str(folder), "HELPDESK_LIMITS": "off", "HELPDESK_SECRET_KEY": SECRET,
            "HELPDESK_FAQ_DIR": str(ROOT / "faq"), "HELPDESK_AGENT_SECOND_FACTOR": "optional", **settings,
        }  # fmt: skip
        self.process: asyncio.subprocess.Process | Forked | None = None
        self.largest_file = 0
        self.before: tuple[str, ...] = ()
        self.afresh = False

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.port}"

    async def start(self) -> None:
        """Start it and wait until it says that it listens, or works."""
        if self.command == "serve":
            self.port = self.port or free_ports(1)[0]  # one that is still ours when it is started again
        words = [self.command, *(["--port", str(self.port)] if self.command == "serve" else [])]
        with (self.folder / "stderr.log").open("ab") as log:
            if self.afresh or self.before or self.largest_file:
                self.process = await self._start_python(words, log)
            else:
                self.process = await forking.start(words, self.environment, ROOT, log.fileno())
        assert self.process.stdout is not None
        async with asyncio.timeout(START_S):
            while not (line := await self.process.stdout.readline()).startswith(
                (b"listening on", b"working")
            ):
                assert line, "it ended instead of starting: " + self.log()

    async def _start_python(self, words: list[str], log: BinaryIO) -> asyncio.subprocess.Process:
        return await asyncio.create_subprocess_exec(
            *self.before, sys.executable, "-m", "helpdesk", *words, env=self.environment, cwd=ROOT,
            stdout=asyncio.subprocess.PIPE, stderr=log, preexec_fn=self._limit if self.largest_file else None,
        )  # fmt: skip

    def _limit(self) -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (self.largest_file, resource.RLIM_INFINITY))

    def tell(self, sign: signal.Signals) -> None:
        """Send a signal."""
        assert self.process is not None
        self.process.send_signal(sign)

    async def ended(self, within_s: float) -> int:
        """Its exit code."""
        assert self.process is not None
        async with asyncio.timeout(within_s):
            return await self.process.wait()

    async def kill(self) -> None:
        """`kill -9`."""
        if self.process is not None and self.process.returncode is None:
            self.tell(signal.SIGKILL)
            await self.ended(10)

    def log(self) -> str:
        """What it said on standard error."""
        return (self.folder / "stderr.log").read_text(errors="replace")

    def tracebacks(self) -> list[str]:
        """What no operator should ever see."""
        return [line for line in self.log().splitlines() if "Traceback" in line or '"exception"' in line]


async def furnish(folder: Path, kind: str, **settings: str) -> dict[str, str]:
    """A folder with schema and cast, copied and not made; the settings that name it."""
    await asyncio.to_thread(folder.mkdir, parents=True, exist_ok=True)
    values: dict[str, Any] = settings_of(kind)
    if kind == "embedded":
        shutil.copy(await furnished(), folder / "helpdesk.db")
    (folder / "faq").mkdir(exist_ok=True)  # one article: a start must not wait for the learning of all
    shutil.copy(ROOT / "faq" / "contact-support.md", folder / "faq")
    values["faq_dir"] = folder / "faq"
    return {**{f"HELPDESK_{name.upper()}": str(value) for name, value in values.items()}, **settings}


@contextlib.asynccontextmanager
async def served(
    folder: Path, kind: str, change: Callable[[Process], None] = lambda process: None, **settings: str
) -> AsyncIterator[Process]:
    """A running `helpdesk serve`, gone afterwards."""
    process = Process(folder, await furnish(folder, kind, **settings))
    change(process)
    await process.start()
    try:
        yield process
    finally:
        await process.kill()
