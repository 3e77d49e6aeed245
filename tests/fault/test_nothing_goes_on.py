"""A fault test that fails disturbs none of those after it, and a run that is killed leaves nothing behind."""

import os
import subprocess
import sys
from pathlib import Path

from tests.world import ROOT

STORY = """
import asyncio
import pytest

began, closed = [], []

async def goes_on():
    await asyncio.sleep(3600)

async def test_fails_in_the_middle():
    began.append(asyncio.create_task(goes_on()))
    await asyncio.sleep(0)
    raise AssertionError

@pytest.mark.timeout(0.2)
async def test_is_stopped_in_the_middle():
    began.append(asyncio.create_task(goes_on()))
    try:
        await goes_on()
    finally:
        closed.append(began[-1].cancelled())

async def test_comes_after_them():
    assert [task.cancelled() for task in began] == [True, True]
    assert closed == [False], "it closed what it had open before the rest was ended"
    assert not [task for task in asyncio.all_tasks() if "goes_on" in repr(task)]
"""


def test_what_a_failed_test_began_is_over_before_the_next_one(tmp_path: Path) -> None:
    (tmp_path / "test_story.py").write_text(STORY)
    words = [
        "-q",
        "-c",
        "pyproject.toml",
        "-p",
        "tests.fault.conftest",
        "-o",
        f"cache_dir={tmp_path}",
        str(tmp_path),
    ]
    done = subprocess.run(
        [sys.executable, "-m", "pytest", *words], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert "2 failed, 1 passed" in done.stdout, done.stdout


KILLED = """
import os
import signal
from tests.commands import upgraded

def test_ends_at_once(tmp_path):
    assert upgraded(tmp_path).is_dir()
    os.kill(os.getpid(), signal.SIGKILL)
"""


def test_a_run_that_is_killed_leaves_folders_only_where_pytest_clears_them_away(tmp_path: Path) -> None:
    temporary, base = (
        tmp_path / "temporary",
        tmp_path.with_name("k"),
    )  # a socket's path has 107 letters at most
    temporary.mkdir()
    (tmp_path / "test_killed.py").write_text(KILLED)
    words = [
        "-c",
        "pyproject.toml",
        "-p",
        "tests.conftest",
        "-o",
        f"cache_dir={tmp_path}",
        f"--basetemp={base}",
    ]
    done = subprocess.run(
        [sys.executable, "-m", "pytest", *words, str(tmp_path / "test_killed.py")], cwd=ROOT, check=False,
        env={**os.environ, "TMPDIR": str(temporary)}, capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == -9, done.stdout
    assert [path.name for path in temporary.iterdir()] == []
    kept = {path.name.rpartition("-")[0] for path in base.glob("kept*/*")}
    assert kept == {"hd-upgraded", "hd-fork"}
