"""What a fault test began ends with it, also where it failed or was stopped in the middle: all share one loop."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest

ENDS_WITHIN_S = 20.0


@pytest.fixture(autouse=True)
async def _nothing_goes_on() -> AsyncIterator[None]:
    """The test itself first, if it was stopped, so that it closes what it has open; then whatever else it left."""
    before = asyncio.all_tasks()
    yield
    left = asyncio.all_tasks() - before - {asyncio.current_task()}
    await _end([task for task in left if _is_a_test(task)])
    await _end([task for task in left if not task.done()])


async def _end(tasks: list[asyncio.Task[Any]]) -> None:
    for task in tasks:
        task.cancel()
    if tasks:
        await asyncio.wait(tasks, timeout=ENDS_WITHIN_S)


def _is_a_test(task: asyncio.Task[Any]) -> bool:
    return getattr(task.get_coro(), "__name__", "").startswith("test_")
