"""One world per test: a real server on a free port, a wound clock, a fresh store, a kept mailbox, a cast."""

from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from tests.world import World, start_world


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    """A running demo desk; `world.url` is its address. Limits are on."""
    async with start_world(tmp_path) as running:
        yield running


@pytest.fixture
async def desk(world: World) -> World:
    """The same world under the name that browser tests use."""
    return world


@pytest.fixture
async def make_world(tmp_path: Path) -> AsyncIterator[Callable[..., object]]:
    """Worlds with other settings: `async with make_world(limits="off") as world`."""
    made = 0

    def build(**settings: object) -> object:
        nonlocal made
        made += 1
        return start_world(tmp_path / f"world-{made}", **settings)

    yield build
