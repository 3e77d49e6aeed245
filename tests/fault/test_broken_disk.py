"""A disk that breaks, or turns read-only, under the running process: nothing is acknowledged that it did not take."""

import asyncio
import errno
import random
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.fault.length import SEED
from tests.fault.people import Person, everybody_has, living, rest_and_judge
from tests.fault.processes import Process, served
from tests.fault.test_disk import sound
from tests.world import until

# The database writes with pwrite and nothing else of ours does. While the file `broken` is there, each write fails.
BROKEN = """
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <stdlib.h>
#include <unistd.h>
static int broken(void) { return access(getenv("BROKEN"), F_OK) == 0 && (errno = atoi(getenv("BROKEN_AS"))); }
#define FAILS(type, name, parameters, arguments) type name parameters { \\
    static type (*real) parameters; if (!real) *(void **)&real = dlsym(RTLD_NEXT, #name); \\
    return broken() ? -1 : real arguments; }
FAILS(ssize_t, pwrite, (int fd, const void *data, size_t size, off_t place), (fd, data, size, place))
FAILS(ssize_t, pwrite64, (int fd, const void *data, size_t size, off_t place), (fd, data, size, place))
FAILS(int, fdatasync, (int fd), (fd))
FAILS(int, fsync, (int fd), (fd))
"""


@pytest.mark.parametrize("number", [errno.EIO, errno.EROFS])
async def test_a_disk_that_breaks_acknowledges_nothing_and_recovers(tmp_path: Path, number: int) -> None:
    if shutil.which("cc") is None:
        pytest.skip("there is no C compiler on this machine")
    dice, flag, library = random.Random(SEED), tmp_path / "broken", tmp_path / "broken.so"
    (tmp_path / "broken.c").write_text(BROKEN, encoding="ascii")
    build = ["cc", "-shared", "-fPIC", "-o", str(library), str(tmp_path / "broken.c"), "-ldl"]
    await asyncio.to_thread(subprocess.run, build, check=True)

    def preload(process: Process) -> None:
        process.afresh = True
        process.environment |= {"LD_PRELOAD": str(library), "BROKEN": str(flag), "BROKEN_AS": str(number)}

    async with served(tmp_path / "desk", "embedded", preload) as server:
        people = [Person(lambda: server.url, random.Random(dice.random()), pause_s=0.05) for _ in range(4)]
        async with living(people):
            await everybody_has(people, 2)
            flag.touch()
            await until(lambda: all("unavailable" in person.errors() for person in people), 60)
            flag.unlink()
            had = max(len(person.record.receipts) for person in people)
            await everybody_has(people, had + 2, 30)
            await rest_and_judge(people)
        assert {code for person in people for code in person.errors()} == {"unavailable"}
        assert server.tracebacks() == []
    assert sound(tmp_path / "desk" / "helpdesk.db")
