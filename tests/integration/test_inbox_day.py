"""A day at the desk: many conversations, five agents with breaks and reconnects; nothing lost, the figures agree."""

import asyncio
import os
import random
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager

import pytest

from tests.desk_day import AGENTS, SocketAgent, hire, spend
from tests.world import World

CONVERSATIONS = int(os.environ.get("HELPDESK_TEST_DAY", "12"))


@pytest.mark.timeout(900)
async def test_a_day_at_the_desk(make_world: Callable[..., AbstractAsyncContextManager[World]]) -> None:
    async with make_world(limits="off") as world:
        await hire(world)
        agents = [
            SocketAgent(world, await world.staff(email), email, random.Random(n))
            for n, email in enumerate(AGENTS)
        ]
        await asyncio.gather(*(agent.start() for agent in agents))
        await spend(world, agents, CONVERSATIONS)
