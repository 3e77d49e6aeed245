"""A connection that has ended is freed at once: the collector of garbage, which stops everybody, has nothing to find."""

import asyncio
import gc
from collections import Counter

import httpx2
import pytest

from helpdesk.console.socket import StaffSession
from helpdesk.console.watch import Watch
from helpdesk.realtime.follow import Follower
from helpdesk.realtime.socket import Wire
from helpdesk.server import FirmSocket, GuardedHttp
from helpdesk.visitor.session import Session
from tests.integration.test_staff_socket import in_line
from tests.world import World, until

OURS = (FirmSocket, Follower, GuardedHttp, Session, StaffSession, Watch, Wire)


def alive() -> Counter[str]:
    """How many objects of connections there are."""
    return Counter(type(one).__name__ for one in gc.get_objects() if isinstance(one, OURS))


async def a_while(world: World, ben: httpx2.AsyncClient) -> None:
    """A visitor waits in line, an agent follows; both go."""
    panel, ident = await in_line(world)
    console = await world.staff_socket(ben)
    await console.send(type="follow", conversation=ident, after=0, after_note=0)
    await console.wait("state")
    await console.close()
    await panel.close()


@pytest.mark.embedded
async def test_what_a_connection_took_is_free_when_it_ends(world: World) -> None:
    ben = await world.staff()
    await a_while(world, ben)
    await asyncio.to_thread(gc.collect)
    before = alive()
    gc.disable()
    try:
        await a_while(world, ben)
        await until(lambda: alive() <= before)
    finally:
        gc.enable()


@pytest.mark.embedded
async def test_who_only_waits_keeps_nothing_of_what_the_browser_said_at_the_opening(world: World) -> None:
    panel = await world.visitor()
    await panel.wait("seen")
    await panel.send(type="typing")
    (wire,) = world.desk.sockets.wires
    await until(lambda: not wire._socket.scope["headers"])
    assert (await panel.say("I forgot my password"))["seq"]
