"""One world per test: a real server on a free port, a wound clock, a fresh store, a kept mailbox, a cast."""

import gc
import logging
import os
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

from helpdesk import logs
from tests import folders, services
from tests.profiles import PROFILES, settings_of
from tests.world import World, start_world

logs.set_up(level=getattr(logging, os.environ.get("HELPDESK_TEST_LOG", "ERROR")))
settings.register_profile("shared", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("shared")
"""An example may be as slow as a machine that others keep busy makes it: 200 ms were its limit, by the clock."""


LONG_ONES = (
    "company/test_company.py", "test_api_document.py", "test_story.py::test_a_locked_out", "test_bad_inputs.py::test_every",
    "test_slow_and_rude.py", "test_widget_whole.py::test_random", "fault/test_upgrade_and_backup.py", "fault/test_kill.py",
    "fault/test_restart.py", "test_traces.py", "test_wheel.py", "fault/test_disk.py", "test_migrate_data.py",
    "test_backup.py", "fault/test_bells.py", "fault/test_time.py", "test_every_route.py", "test_gaps_command.py", "test_axe.py",
    "test_console.py::test_axe", "test_widget_everyone.py::test_axe",
)  # fmt: skip
"""Parts of the names of tests that take many seconds."""
GARBAGE = 10_000, 20, 20
"""The collector looks a tenth as often as by itself: a test ends before it has left much."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What takes long begins first, so that nobody waits for it at the end. What is loaded by now stays: see `gc.freeze`."""
    places = {name: place for place, name in enumerate(LONG_ONES)}
    items.sort(
        key=lambda item: next((place for name, place in places.items() if name in item.nodeid), len(places))
    )
    gc.collect()
    gc.freeze()
    gc.set_threshold(*GARBAGE)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Whatever a story of `tests/integration` asks of the desk, it asks of both profiles."""
    if "profile" in metafunc.fixturenames:
        both = "integration" in str(metafunc.definition.path) and not metafunc.definition.get_closest_marker(
            "embedded"
        )
        metafunc.parametrize("profile", PROFILES if both else PROFILES[:1])


@pytest.fixture(autouse=True)
def _databases() -> Iterator[None]:
    """What a test was given goes with it."""
    yield
    services.drop_databases()


@pytest.fixture(scope="session", autouse=True)
def _kept_folders(tmp_path_factory: pytest.TempPathFactory) -> None:
    """What a session keeps goes with what pytest keeps of it."""
    folders.keep_in(tmp_path_factory.mktemp("kept"))


@pytest.fixture
async def world(profile: str, tmp_path: Path) -> AsyncIterator[World]:
    """A running demo desk; `world.url` is its address. Limits are on."""
    async with start_world(tmp_path, **settings_of(profile)) as running:
        yield running


@pytest.fixture
async def desk(world: World) -> World:
    """The same world under the name that browser tests use."""
    return world


@pytest.fixture
def make_world(profile: str, tmp_path: Path) -> Callable[..., AbstractAsyncContextManager[World]]:
    """Worlds with other settings: `async with make_world(limits="off") as world`."""
    made = 0

    def build(**settings: Any) -> AbstractAsyncContextManager[World]:
        nonlocal made
        made += 1
        return start_world(tmp_path / f"world-{made}", **{**settings_of(profile), **settings})

    return build
