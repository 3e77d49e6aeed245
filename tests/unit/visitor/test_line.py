"""A place in the queue is looked at when the inbox rings: at once, then once more after a rest, and never unasked."""

from helpdesk.chat.hands import INBOX
from helpdesk.realtime.memory import MemoryBus
from helpdesk.visitor.line import Line
from tests.world import until


async def test_many_rings_are_two_looks_and_who_does_not_wait_never_looks() -> None:
    bus = MemoryBus()
    looks: list[int] = []
    line = Line(bus, rest_s=0.05)
    bus.deliver([(INBOX, {})])
    assert looks == []
    line.watch(lambda: looks.append(1))
    for _ in range(5):
        bus.deliver([(INBOX, {})])
    assert len(looks) == 1
    await until(lambda: len(looks) == 2)
    line.watch(None)
    bus.deliver([(INBOX, {})])
    assert len(looks) == 2
