"""The same day with two of the five agents at real consoles, who reload, go away and lose the network."""

import asyncio
import os
import random
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager

import pytest
from playwright.async_api import Browser

from tests.browser.test_console import console
from tests.desk_day import AGENTS, BrowserAgent, SocketAgent, hire, spend
from tests.world import World

CONVERSATIONS = int(os.environ.get("HELPDESK_TEST_DAY", "6"))


@pytest.mark.timeout(1800)
async def test_a_day_at_two_consoles_and_three_sockets(
    browser: Browser, make_world: Callable[..., AbstractAsyncContextManager[World]]
) -> None:
    async with make_world(limits="off") as world:
        await hire(world)
        pages = [await console(browser, world, email) for email in AGENTS[:2]]
        seated = [
            BrowserAgent(world, page, email, random.Random(n))
            for n, (page, email) in enumerate(zip(pages, AGENTS, strict=False))
        ]
        others = [
            SocketAgent(world, await world.staff(email), email, random.Random(n))
            for n, email in enumerate(AGENTS[2:])
        ]
        await asyncio.gather(*(agent.start() for agent in others))
        await spend(world, [*seated, *others], CONVERSATIONS)
        assert [page.faults for page in pages] == [[], []]  # type: ignore[attr-defined]
