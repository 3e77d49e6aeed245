"""A server in its own process on one core, its CPU time, and a desk with people for the load."""

import asyncio
import contextlib
import os
import sys
import tempfile
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
SERVER_CORE, LOAD_CORE = 0, 1
PASSWORD = "Bench-Passphrase!"


@dataclass
class Running:
    """A started server."""

    url: str
    pid: int
    folder: Path
    environment: dict[str, str]

    def cpu_s(self) -> float:
        """CPU seconds used so far, user and system."""
        fields = Path(f"/proc/{self.pid}/stat").read_text(encoding="ascii").rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def memory_kib(self) -> int:
        """Resident memory."""
        for line in Path(f"/proc/{self.pid}/status").read_text(encoding="ascii").splitlines():
            if line.startswith("VmRSS"):
                return int(line.split()[1])
        return 0


def pin(core: int) -> None:
    """Keep this process on one core, where there are two."""
    with contextlib.suppress(OSError):
        os.sched_setaffinity(0, {core % (os.cpu_count() or 1)})


@contextlib.asynccontextmanager
async def started(*command: str, folder: Path, environment: dict[str, str]) -> AsyncIterator[Running]:
    """Start `python -m <command>`, wait for `listening on`, end it with SIGTERM."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", *command, env=environment, cwd=ROOT, preexec_fn=lambda: pin(SERVER_CORE),
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL,
    )  # fmt: skip
    assert process.stdout is not None
    try:
        async with asyncio.timeout(60):
            while not (line := await process.stdout.readline()).startswith(b"listening on"):
                if not line:
                    raise RuntimeError("the server ended instead of starting")
        yield Running(line.decode().split()[-1], process.pid, folder, environment)
    finally:
        if process.returncode is None:
            process.terminate()
        await process.wait()


@contextlib.asynccontextmanager
async def bare_relay() -> AsyncIterator[Running]:
    """The baseline."""
    with tempfile.TemporaryDirectory() as folder:
        async with started(
            "tests.benchmarks.relay", folder=Path(folder), environment=dict(os.environ)
        ) as running:
            yield running


@contextlib.asynccontextmanager
async def desk(**settings: str) -> AsyncIterator[Running]:
    """`helpdesk serve` on a fresh database, with limits off."""
    with tempfile.TemporaryDirectory() as folder:
        environment = {
            **os.environ, "HELPDESK_DATA_DIR": folder, "HELPDESK_LIMITS": "off",
            "HELPDESK_AGENT_SECOND_FACTOR": "optional", "HELPDESK_FAQ_DIR": str(ROOT / "faq"), **settings,
        }  # fmt: skip
        await command(environment, "db", "upgrade")
        async with started(
            "helpdesk", "serve", "--port", "0", folder=Path(folder), environment=environment
        ) as running:
            yield running


async def command(environment: dict[str, str], *words: str, said: str = "") -> str:
    """Run `helpdesk …`; its standard output. RuntimeError with its words when it fails."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "helpdesk", *words, env=environment, cwd=ROOT, stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    out, err = await process.communicate(said.encode())
    if process.returncode:
        raise RuntimeError(err.decode())
    return out.decode()


async def agent_token(running: Running) -> str:
    """An API token of a new agent."""
    await command(
        running.environment, "agent", "add", "bench@example.com", "--name", "Bench", said=PASSWORD + "\n"
    )
    return (await command(running.environment, "token", "add", "--agent", "bench@example.com")).strip()
