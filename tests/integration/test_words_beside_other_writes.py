"""On PostgreSQL, words to people are kept beside other writes: they wait for nobody's rows, and nobody waits for theirs."""

import asyncio
import threading
from collections.abc import AsyncIterator
from typing import Any

import pytest
from sqlalchemy import update

from helpdesk.chat.post import Draft, Gate, NeedsMore, Posted, conversations, post
from helpdesk.clock import Clock
from helpdesk.store.engine import make_engine
from helpdesk.store.session import Store, Tx
from helpdesk.visitor import identity, talk
from helpdesk.visitor.identity import Proof
from tests.programs import new_id
from tests.services import fresh_database

pytestmark = pytest.mark.embedded
HELD_S = 30
"""The longest that a row is held; a test that fails ends by it."""


@pytest.fixture
async def store() -> AsyncIterator[Store]:
    made = Store(make_engine(fresh_database()), Clock())
    yield made
    await asyncio.to_thread(made.close)


@pytest.fixture
async def rooms(store: Store) -> list[int]:
    """Eight conversations that people have, in the order of their numbers."""

    def open_one(tx: Tx) -> int:
        number = identity.open_conversation(tx, None, Proof(), "en").conversation_id
        tx.finish()
        tx.connection.execute(
            update(conversations).where(conversations.c.id == number).values(handled_by="queue")
        )
        return number

    return [await store.write(open_one) for _ in range(8)]


def hand_in(store: Store, room: int, text: str = "Hello?") -> asyncio.Future[Any]:
    """Words that went to the writer at once."""
    answer = asyncio.get_running_loop().create_future()
    words = talk.words(1, talk.Said(new_id(), text), Gate())
    store.hand_in(talk.say_many, (room, words), answer, "", key=room)
    return answer


def reply(tx: Tx, room: int, text: str) -> Posted:
    """As an agent does."""
    return post(tx, room, Draft("staff:1", "agent", "Ben", text, new_id()))


async def test_words_wait_neither_for_another_write_nor_for_a_row_that_it_holds(
    store: Store, rooms: list[int]
) -> None:
    held, other = (room for room in rooms[:3] if room % 2)
    locked, let_go = threading.Event(), threading.Event()

    def hold(tx: Tx) -> Posted:
        kept = reply(tx, held, "One moment.")
        locked.set()
        assert let_go.wait(HELD_S)
        return kept

    holding = asyncio.create_task(store.write(hold))
    assert await asyncio.to_thread(locked.wait, HELD_S)
    async with asyncio.timeout(HELD_S / 2):
        assert (await hand_in(store, other)).seq == 1
        with pytest.raises(NeedsMore):
            await hand_in(store, held)
    assert not holding.done()
    let_go.set()
    assert (await holding).seq == 1
    assert (await hand_in(store, held)).seq == 2


async def test_what_one_person_says_keeps_its_order(store: Store, rooms: list[int]) -> None:
    texts = [f"line {number}" for number in range(300)]
    said = [(room, hand_in(store, room, text)) for text in texts for room in rooms]
    await asyncio.gather(*(answer for _, answer in said))
    for room in rooms:
        kept = [answer.result().frame for each, answer in said if each == room]
        assert [frame["text"] for frame in kept] == texts
        assert [frame["seq"] for frame in kept] == list(range(1, 301))
