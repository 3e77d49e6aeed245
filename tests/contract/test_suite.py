"""The suite runs as people run theirs."""

import subprocess
import sys

from tests.world import ROOT


def test_it_runs_where_nothing_may_be_kept_of_a_run() -> None:
    words = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-p",
        "no:cacheprovider",
        "--collect-only",
        "tests/unit/web",
    ]
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
