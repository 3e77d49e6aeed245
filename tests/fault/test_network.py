"""Networks that are cut, go silent or stay half open; messages that come twice, on two sockets, and out of order."""

import asyncio
import json
import random
import uuid
from pathlib import Path
from typing import Any, cast

from websockets.asyncio.client import connect

from tests.cut_proxy import cut_proxy
from tests.fault.length import BOTH, LONG, PATIENT, SEED, times
from tests.fault.oracle import judge
from tests.fault.people import Person, everybody_has, living, rest_and_judge, whole_conversation
from tests.fault.test_slow_and_rude import bare
from tests.profiles import settings_of
from tests.world import start_world, until

HALF_OPEN_FOUND_S = 40.0


@BOTH
@PATIENT
async def test_a_network_that_is_cut_or_goes_silent_loses_and_doubles_nothing(
    tmp_path: Path, kind: str
) -> None:
    dice = random.Random(SEED)
    async with start_world(tmp_path, limits="off", **settings_of(kind)) as world, cut_proxy() as proxy:
        proxy.target_port = world.port
        people = [
            Person(lambda: proxy.url, random.Random(dice.random()), origin=world.url, with_people=n % 2 == 0)
            for n in range(5)
        ]
        async with living(people):
            await everybody_has(people, 1)
            for turn in range(times(4, 12)):
                proxy.cut(silent=bool(turn % 2))
                await asyncio.sleep(0.1 + dice.random() * times(1, 30))
                proxy.mend()
                await until(lambda: all(person.connected for person in people), 20)
            for person in people:
                person.url = lambda: world.url
                await person.hang_up()
            await rest_and_judge(people)


if LONG:  # takes 40 seconds by its nature

    async def test_a_half_open_connection_is_found(tmp_path: Path) -> None:
        async with start_world(tmp_path, limits="off") as world, bare(world.port, 3) as gone:
            for each in gone:
                await each.upgrade()
                await each.frame(type="hello", token=None, after=0, identity=None, locale="en")
            await until(lambda: len(world.desk.sockets.wires) == 3)
            await until(lambda: not world.desk.sockets.wires, HALF_OPEN_FOUND_S + 5)  # they answer no ping


@BOTH
@PATIENT
async def test_each_message_sent_up_to_five_times_on_two_sockets_stands_once(
    tmp_path: Path, kind: str
) -> None:
    dice, count = random.Random(SEED + 1), times(150, 10_000)  # not the writer's own numbers
    async with start_world(tmp_path, limits="off", **settings_of(kind)) as world:
        writer = Person(lambda: world.url, random.Random(SEED), pause_s=0)
        async with living([writer]):
            await everybody_has([writer], 1)
            writer.resting.set()
            await until(lambda: not writer.waiting)
            before = writer.record.last
            reader = Person(lambda: world.url, dice, token=writer.token, writes=False)
            async with living([reader]):
                sockets = [await socket_of(world.url, writer.token) for _ in range(2)]
                receipts: list[tuple[str, int]] = []
                draining = [asyncio.create_task(echoes(socket, receipts)) for socket in sockets]
                said = {
                    str(uuid.UUID(int=dice.getrandbits(128), version=4)): f"number {n}" for n in range(count)
                }
                sends = [ident for ident in said for _ in range(dice.randint(1, 5))]
                dice.shuffle(sends)
                for number, ident in enumerate(sends):
                    if number % 100 == 0:  # who is far behind answers no ping, and is taken for gone
                        await all_is_read(sockets)
                    frame = {"type": "say", "client_id": ident, "text": said[ident]}
                    await dice.choice(sockets).send(json.dumps(frame))
                await until(lambda: reader.record.last >= before + count, times(60, 900))
                await until(lambda: {ident for ident, _ in receipts} >= set(said), times(30, 300))
                rows = await rest_and_judge([reader])
                for task in draining:
                    task.cancel()
                await asyncio.gather(*draining, return_exceptions=True)
                places = dict(receipts)
                assert all(places[ident] == seq for ident, seq in receipts), (
                    "each repeat has the same receipt"
                )
                kept = [
                    r
                    for r in await whole_conversation(world.url, str(writer.token))
                    if r["client_id"] in said
                ]
                assert len(kept) == count <= rows
                for socket in sockets:
                    await socket.close()


async def all_is_read(sockets: list[Any]) -> None:
    """Until the desk has read all that was sent: it answers a ping in its turn."""
    async with asyncio.timeout(60):
        for socket in sockets:
            await (await socket.ping())


async def socket_of(url: str, token: str | None) -> Any:
    """One more tab of this visitor."""
    socket = await connect(url.replace("http", "ws") + "/ws/visitor", origin=cast(Any, url), compression=None)
    await socket.send(
        json.dumps({"type": "hello", "token": token, "after": 0, "identity": None, "locale": "en"})
    )
    return socket


async def echoes(socket: Any, into: list[tuple[str, int]]) -> None:
    """(client id, seq) of all that comes, until it is cancelled."""
    while True:
        frame = json.loads(await socket.recv())
        if frame["type"] == "message" and frame["client_id"]:
            into.append((frame["client_id"], frame["seq"]))


@BOTH
async def test_a_retry_that_arrives_after_the_next_message_changes_no_order(
    tmp_path: Path, kind: str
) -> None:
    async with start_world(tmp_path, **settings_of(kind)) as world:
        panel = await world.visitor()
        token = (await panel.wait("welcome"))["token"]
        await panel.send(type="handover", client_id=str(uuid.uuid4()), to="agent")
        await panel.wait("state", handled_by="queue")
        other = await world.visitor(token=token)
        ids = [str(uuid.uuid4()) for _ in range(3)]
        first = await panel.say("one", ids[0])
        second = await panel.say("two", ids[1])
        again = await other.say("one", ids[0])
        third = await other.say("three", ids[2])
        assert again["seq"] == first["seq"] < second["seq"] < third["seq"]
        await panel.wait("message", seq=third["seq"])
        for each in (panel, other):
            seqs = [m["seq"] for m in each.messages() if m["client_id"] != ids[0]]
            assert seqs == sorted(seqs)
        rows = await whole_conversation(world.url, token)
        judge(rows, [])
        assert [row["text"] for row in rows][-3:] == ["one", "two", "three"]
