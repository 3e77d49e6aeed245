"""Commands as processes of their own, which need not load the libraries first.

One process has them loaded and forks itself for each command: a start takes a third of the time. Only libraries are
loaded before: each command loads our own code itself, as at a real start, and so fails when it forgets an import.
The tests of the demo and of the company start Python itself.
"""

import asyncio
import atexit
import contextlib
import gc
import json
import os
import runpy
import select
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import IO, Any

LIBRARIES = (
    "alembic.command", "alembic.autogenerate", "sqlalchemy.dialects.sqlite", "sqlalchemy.dialects.postgresql.psycopg",
    "sqlmodel", "pydantic_settings", "typer.main", "rich.console", "structlog", "numpy", "rapidfuzz", "markdown_it",
    "yaml", "uvicorn", "uvloop", "starlette.applications", "jinja2", "httpx2", "websockets", "prometheus_client",
    "cryptography.hazmat.primitives.asymmetric.padding", "webauthn", "limits.aio", "jwt", "PIL.Image", "aiosmtplib",
    "pyotp", "segno", "zxcvbn", "pwdlib.hashers.argon2", "email_validator", "itsdangerous", "watchfiles", "psycopg",
    "redis.asyncio",
)  # fmt: skip
ASKED_BYTES = 256 * 1024


def run(
    words: Sequence[str], environment: dict[str, str], folder: Path, typed: str, within_s: float
) -> tuple[int, str, str]:
    """`helpdesk …`: its exit code, and what it said on standard output and on standard error."""
    asked = {"words": list(words), "environment": environment, "folder": str(folder)}
    with (
        tempfile.TemporaryFile() as keys,
        tempfile.TemporaryFile() as said,
        tempfile.TemporaryFile() as wrong,
    ):
        keys.write(typed.encode())
        keys.seek(0)
        code = _call(json.dumps(asked).encode(), [file.fileno() for file in (keys, said, wrong)], within_s)
        return code, _read(said), _read(wrong)


class Forked:
    """A command that goes on: as much of `asyncio.subprocess.Process` as is asked of it."""

    def __init__(
        self, call: socket.socket, pid: int, pipe: asyncio.BaseTransport, stdout: asyncio.StreamReader
    ) -> None:
        self.pid, self.stdout = pid, stdout
        self._call, self._pipe = call, pipe
        self._code: int | None = None

    @property
    def returncode(self) -> int | None:
        """Its exit code, or None while it runs."""
        if self._code is None:
            with contextlib.suppress(BlockingIOError):
                self._end(self._call.recv(100))
        return self._code

    def send_signal(self, sign: int) -> None:
        """As `kill` does."""
        if self.returncode is None:
            os.kill(self.pid, sign)

    async def wait(self) -> int:
        """Its exit code, when it has ended. What it said last and nobody has read by then is lost."""
        if self.returncode is None:
            self._end(await asyncio.get_running_loop().sock_recv(self._call, 100))
        await asyncio.sleep(0)  # the pipe is closed in the next turn
        assert self._code is not None
        return self._code

    def _end(self, said: bytes) -> None:
        self._code = int(said)
        self._call.close()
        self._pipe.close()


async def start(words: Sequence[str], environment: dict[str, str], folder: Path, errors: int) -> Forked:
    """`helpdesk …` that goes on, with its standard error in the file `errors`."""
    asked = {"words": list(words), "environment": environment, "folder": str(folder)}
    call = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    hears, says = os.pipe()
    with tempfile.TemporaryFile() as nothing:
        places = [nothing.fileno(), says, errors]
        pid = await asyncio.to_thread(_ask, call, json.dumps(asked).encode(), places)
    os.close(says)
    call.setblocking(False)
    reader = asyncio.StreamReader()
    pipe, _ = await asyncio.get_running_loop().connect_read_pipe(
        lambda: asyncio.StreamReaderProtocol(reader), os.fdopen(hears, "rb", 0)
    )
    return Forked(call, pid, pipe, reader)


def _ask(call: socket.socket, asked: bytes, places: list[int]) -> int:
    call.connect(_forker())
    socket.send_fds(call, [asked], places)
    return int(call.recv(100))


def _call(asked: bytes, places: list[int], within_s: float) -> int:
    with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as call:
        call.settimeout(within_s)
        pid = _ask(call, asked, places)
        try:
            return int(call.recv(100))
        except TimeoutError:
            os.kill(pid, signal.SIGKILL)
            raise


def _read(file: IO[bytes]) -> str:
    file.seek(0)
    return file.read().decode()


@cache
def _forker() -> str:
    """Where the process listens; started once a session."""
    from tests.folders import kept  # this file runs as a program, too, which does not know the package

    where = f"{kept('fork')}/socket"
    one_thread = {**os.environ, "OPENBLAS_NUM_THREADS": "1"}  # it could not fork safely with more
    process = subprocess.Popen(
        [sys.executable, __file__, where], stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=one_thread
    )
    atexit.register(process.communicate)
    assert process.stdout is not None
    assert process.stdout.readline() == b"ready\n"
    return where


def _serve(where: str) -> dict[str, Any]:
    """Until standard input ends; returns in each forked process, with what that one was asked for."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # whoever stops the tests ends us by letting go of our input
    with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as door:
        door.bind(where)
        door.listen(64)
        os.write(1, b"ready\n")
        while _somebody_calls(door):
            call, _ = door.accept()
            with call:
                if os.fork() == 0 and (asked := _attend(call)) is not None:
                    return asked
    os._exit(0)


def _somebody_calls(door: socket.socket) -> bool:
    ready, _, _ = select.select([door, 0], [], [])
    return door in ready


def _attend(call: socket.socket) -> dict[str, Any] | None:
    """Forks the command and tells its id and its end; returns in the command only."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    said, places, _, _ = socket.recv_fds(call, ASKED_BYTES, 3)
    pid = os.fork()
    if pid:
        call.send(str(pid).encode())
        code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
        with contextlib.suppress(OSError):  # nobody waits any more
            call.send(str(code).encode())
        os._exit(0)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    for number, place in enumerate(places):
        os.dup2(place, number)
    asked: dict[str, Any] = json.loads(said)
    return asked


def _become(asked: dict[str, Any]) -> None:
    os.closerange(3, 256)
    os.chdir(asked["folder"])
    os.environ.clear()
    os.environ.update(asked["environment"])
    sys.path[0] = asked["folder"]
    sys.argv = ["helpdesk", *asked["words"]]
    runpy.run_module("helpdesk", run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    for library in LIBRARIES:
        import_module(library)
    gc.collect()
    gc.freeze()  # else each command would walk through all of it at its end
    assert not [name for name in sys.modules if name.partition(".")[0] in ("helpdesk", "tests")]
    _become(_serve(sys.argv[1]))
