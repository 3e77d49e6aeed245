"""What is read in a thread is answered on the loop, whatever becomes of it."""

import asyncio
import threading
from collections.abc import Iterator

import pytest

from helpdesk.errors import NotFound
from helpdesk.threads import Threads


@pytest.fixture
def threads() -> Iterator[Threads]:
    made = Threads(1, "test-read")
    yield made
    made.close()


def fail() -> None:
    raise NotFound()


async def test_results_and_errors_come_back_to_whoever_asked(threads: Threads) -> None:
    got = await asyncio.gather(
        threads.run(threading.get_ident), threads.run(fail), threads.run(lambda: 3), return_exceptions=True
    )
    assert got[0] != threading.get_ident()
    assert isinstance(got[1], NotFound)
    assert got[2] == 3


async def test_what_nobody_waits_for_any_more_is_not_begun(threads: Threads) -> None:
    done, gate = list[int](), threading.Event()
    first = asyncio.create_task(threads.run(gate.wait))
    gone = asyncio.create_task(threads.run(lambda: done.append(1)))
    await asyncio.sleep(0)
    gone.cancel()
    await asyncio.gather(gone, return_exceptions=True)
    gate.set()
    await first
    await threads.run(lambda: done.append(2))
    assert done == [2]


def test_an_answer_for_a_loop_that_has_ended_harms_nobody(threads: Threads) -> None:
    gate, begun = threading.Event(), threading.Event()

    def slow() -> None:
        begun.set()
        gate.wait()

    async def ask_and_leave() -> None:
        asking = asyncio.create_task(threads.run(slow))
        await asyncio.to_thread(begun.wait)
        asking.cancel()
        await asyncio.gather(asking, return_exceptions=True)

    asyncio.run(ask_and_leave())
    gate.set()
    assert asyncio.run(threads.run(lambda: 4)) == 4
