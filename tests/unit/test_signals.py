"""Who hears SIGTERM and Ctrl+C while a process runs, and after it."""

import asyncio
import signal
from collections.abc import Iterator

import pytest

from helpdesk.cli.running import SIGNS, signals_to


@pytest.fixture(autouse=True)
def put_back() -> Iterator[None]:
    handlers = [signal.getsignal(sign) for sign in SIGNS]
    yield
    for sign, handler in zip(SIGNS, handlers, strict=True):
        signal.signal(sign, handler)


async def test_a_signal_is_told_to_whoever_runs_and_none_is_heard_after_the_end() -> None:
    heard: asyncio.Queue[signal.Signals] = asyncio.Queue()
    with signals_to(heard.put_nowait):
        signal.raise_signal(signal.SIGTERM)
        assert await asyncio.wait_for(heard.get(), 5) == signal.SIGTERM
    assert {signal.getsignal(sign) for sign in SIGNS} == {signal.SIG_IGN}


async def test_a_start_that_fails_gives_the_signals_back() -> None:
    before = [signal.getsignal(sign) for sign in SIGNS]
    with pytest.raises(OSError, match="no start"), signals_to(print):
        raise OSError("no start")
    assert [signal.getsignal(sign) for sign in SIGNS] == before
