"""A property: whatever the order of posts, repeats, lost bells, cuts and returns, each follower sees 1 … n once."""

import asyncio
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

import helpdesk.schema  # noqa: F401 — every table
from helpdesk.chat import history
from helpdesk.chat.models import Conversation
from helpdesk.chat.post import Draft, Posted, post, post_many, topic
from helpdesk.clock import Clock
from helpdesk.realtime.follow import Follower
from helpdesk.realtime.live import Live
from helpdesk.realtime.memory import MemoryBus
from helpdesk.store.engine import make_engine
from helpdesk.store.session import Store, Tx
from tests.fault.length import LONG, times
from tests.fault.oracle import Record, judge
from tests.world import furnished, until

FOLLOWERS = 3
ACTS = st.lists(
    st.one_of(
        st.tuples(st.just("post"), st.integers(0, 11)),
        st.tuples(st.just("post together"), st.integers(0, 11)),
        st.tuples(st.just("cut"), st.integers(0, FOLLOWERS - 1)),
        st.tuples(st.just("return"), st.integers(0, FOLLOWERS - 1)),
        st.tuples(st.sampled_from(["deaf", "hearing", "breathe"]), st.just(0)),
    ),
    max_size=40,
)


class Bells(MemoryBus):
    """Loses every bell while `deaf`."""

    deaf = False

    def deliver(self, rings: list[tuple[str, Any]]) -> None:
        """Or not."""
        if not self.deaf:
            super().deliver(rings)


class Room:
    """One conversation with followers that come and go."""

    def __init__(self, store: Store, bus: Bells, number: int) -> None:
        self.store, self.bus, self.live, self.number = store, bus, Live(bus), number
        self.records = [Record() for _ in range(FOLLOWERS)]
        self.leave: dict[int, Any] = {}
        self.receipts = Record()
        self.sends = 0

    async def come(self, who: int) -> None:
        """Replay from what this one has, then live: as a session does it."""
        if who in self.leave:
            return
        record = self.records[who]

        async def send(frame: dict[str, Any]) -> None:
            await asyncio.sleep(0)
            record.take(frame)

        def send_now(frame: dict[str, Any]) -> bool:
            self.sends += 1
            if self.sends % 3 == 0:  # now and then a reader is slow, and what is next must wait in line
                return False
            record.take(frame)
            return True

        async def read(after: int) -> list[dict[str, Any]]:
            return await self.store.read(history.after, self.number, after, 100)

        follower = Follower(read, send, send_now=send_now, after=record.last)
        stop = self.live.follow(
            topic(self.number),
            self.number,
            lambda fact: follower.poke([fact] if fact else None),
            lambda: follower.cursor,
        )
        self.leave[who] = lambda: (stop(), follower.close())
        await follower.catch_up()

    def go(self, who: int) -> None:
        """Cut, in the middle of whatever is being sent."""
        self.leave.pop(who, lambda: None)()

    async def say(self, what: int, together: bool) -> None:
        """The same `what` is the same message."""
        draft = Draft("v:1", "visitor", "You", f"text {what}", f"id {what}")
        self.receipts.said[f"id {what}"] = f"text {what}"
        if together:
            posted = await self.store.write_batched(post_many, (self.number, draft))
        else:
            posted = await self.store.write(post, self.number, draft)
        assert isinstance(posted, Posted)
        before = self.receipts.receipts.setdefault(f"id {what}", posted.seq)
        assert before == posted.seq

    async def recheck(self) -> None:
        """What the timer does each few seconds."""

        async def latest() -> list[tuple[int, int]]:
            everything = await self.store.read(history.last_seqs_since, datetime.fromtimestamp(0, UTC))
            return [(number, last) for number, last in everything if number == self.number]

        await self.live.recheck(latest)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Where the database of all examples lies."""
    return tmp_path_factory.mktemp("any-order")


async def play(store: Store, bus: Bells, acts: list[tuple[str, int]]) -> None:
    """One example, in a conversation of its own."""
    bus.deaf = False
    room = Room(store, bus, await store.write(_open))
    saying: list[asyncio.Task[None]] = []
    for who in range(FOLLOWERS):
        await room.come(who)
    for name, number in acts:
        if name.startswith("post"):
            saying.append(asyncio.create_task(room.say(number, name == "post together")))
        elif name == "cut":
            room.go(number)
        elif name == "return":
            await room.come(number)
        elif name == "breathe":
            await asyncio.sleep(0.002)
        else:
            bus.deaf = name == "deaf"
    await asyncio.gather(*saying)
    for who in range(FOLLOWERS):
        await room.come(who)
    rows = await store.read(history.after, room.number, 0, 1000)
    await room.recheck()
    await until(lambda: all(record.last == len(rows) for record in room.records), 5)
    for who in range(FOLLOWERS):
        room.go(who)
    judge(rows, room.records)
    assert set(room.receipts.receipts) == {row["client_id"] for row in rows}


def _open(tx: Tx) -> int:
    conversation = Conversation(bot={}, created_at=datetime.now(UTC), touched_at=datetime.now(UTC))
    tx.session.add(conversation)
    tx.session.flush()
    return conversation.id or 0


@pytest.mark.timeout(1800 if LONG else 120)
async def test_each_follower_sees_everything_once_in_order_whatever_happens(folder: Path) -> None:
    shutil.copy(await furnished(), folder / "helpdesk.db")
    bus = Bells()
    store = Store(make_engine(f"sqlite:///{folder / 'helpdesk.db'}"), Clock(), on_commit=bus.ring)
    await bus.start()
    loop = asyncio.get_running_loop()

    @settings(
        max_examples=times(40, 2000), deadline=None, database=None, derandomize=True,
        suppress_health_check=list(HealthCheck), phases=[Phase.explicit, Phase.generate],
    )  # fmt: skip
    @given(ACTS)
    def every_example(acts: list[tuple[str, int]]) -> None:
        asyncio.run_coroutine_threadsafe(play(store, bus, acts), loop).result(30)

    await asyncio.to_thread(every_example)
    await asyncio.to_thread(store.close)
