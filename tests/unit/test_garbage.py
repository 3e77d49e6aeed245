"""Memory: what is large goes back to the system, and what is young is not looked at all the time."""

import gc
import platform
import subprocess
import sys

import pytest

from helpdesk import garbage
from tests.world import ROOT

STORY = """
from helpdesk import garbage

def resident():
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * 4096

garbage.give_back_large()
b"x" * 30_000_000  # let go of at once: from here on, arrays of this size lie among all else
before = resident()
large, small = [], []
for _ in range(20):
    large.append(b"x" * 6_000_000)
    small.append(b"x" * 5_000)
large.clear()
print((resident() - before) // 1_000_000)
"""


async def test_what_is_young_is_looked_at_seldom_while_a_process_serves() -> None:
    before, looked = gc.get_threshold(), [0]

    def count(phase: str, info: dict[str, int]) -> None:
        looked[0] += phase == "stop"

    gc.callbacks.append(count)
    try:
        with garbage.passed_over():
            looked[0] = 0
            made = [[number] for number in range(20_000)]
        assert 1 <= looked[0] <= 4
    finally:
        gc.callbacks.remove(count)
    assert len(made) == 20_000
    assert gc.get_threshold() == before


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="only glibc has to be told")
def test_what_was_large_goes_back() -> None:
    words = [sys.executable, "-c", STORY]
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=True)
    assert int(done.stdout) < 5, "megabytes of 120"
