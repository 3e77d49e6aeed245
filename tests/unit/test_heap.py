"""What is large and no longer used is the system's again, whatever small things were made beside it."""

import platform
import subprocess
import sys

import pytest

from tests.world import ROOT

STORY = """
from helpdesk.heap import give_back_large

def resident():
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * 4096

give_back_large()
b"x" * 30_000_000  # let go of at once: from here on, arrays of this size lie among all else
before = resident()
large, small = [], []
for _ in range(20):
    large.append(b"x" * 6_000_000)
    small.append(b"x" * 5_000)
large.clear()
print((resident() - before) // 1_000_000)
"""


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="only glibc has to be told")
def test_what_was_large_goes_back() -> None:
    words = [sys.executable, "-c", STORY]
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=True)
    assert int(done.stdout) < 5, "megabytes of 120"
