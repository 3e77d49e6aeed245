"""A fault test that fails disturbs none of those after it."""

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
