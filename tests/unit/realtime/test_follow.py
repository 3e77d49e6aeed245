"""Replay and live by one path: every follower sees each number once, in order, whatever happens to the bells."""

import asyncio
import random
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from helpdesk.realtime.follow import PAGE, Follower

Frame = dict[str, Any]


async def follow_rows(total: int, seed: int, loss: float, hints: bool) -> list[int]:
    rows: list[Frame] = []
    seen: list[int] = []
    dice = random.Random(seed)

    async def read(after: int) -> list[Frame]:
        await asyncio.sleep(0)
        return rows[after : after + PAGE]

    async def send(frame: Frame) -> None:
        if dice.random() < 0.3:
            await asyncio.sleep(0)
        seen.append(frame["seq"])

    def send_now(frame: Frame) -> bool:
        goes = dice.random() < 0.6
        if goes:
            seen.append(frame["seq"])
        return goes

    follower = Follower(read, send, send_now=send_now)
    for seq in range(1, total + 1):
        rows.append({"seq": seq})
        if dice.random() >= loss:
            follower.poke([rows[-1]] if hints and dice.random() < 0.7 else None)
        if dice.random() < 0.4:
            await asyncio.sleep(0)
    await follower.catch_up()
    return seen


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 350), st.integers(0, 10**6), st.sampled_from([0.0, 0.5, 1.0]), st.booleans())
def test_each_number_is_seen_once_and_in_order(total: int, seed: int, loss: float, hints: bool) -> None:
    assert asyncio.run(follow_rows(total, seed, loss, hints)) == list(range(1, total + 1))


async def test_a_reader_who_does_not_read_is_given_up() -> None:
    stalled = asyncio.Event()

    async def read(after: int) -> list[Frame]:
        return [{"seq": 1}]

    async def send(frame: Frame) -> None:
        await asyncio.Event().wait()

    follower = Follower(read, send, on_stall=stalled.set, patience_s=0.05)
    follower.poke()
    await asyncio.wait_for(stalled.wait(), 2)
