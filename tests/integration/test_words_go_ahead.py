"""Words to people go to the writer without a task that waits for each: nothing is lost, doubled or put in another order."""

import asyncio
import random
import uuid
from typing import Any

import pytest
from sqlalchemy import select, update
from websockets.exceptions import ConnectionClosed

from helpdesk.chat.post import Gate, NeedsMore, conversations
from helpdesk.store.session import Tx
from helpdesk.visitor import talk
from tests.integration.test_staff_socket import in_line
from tests.world import Panel, World


async def say_all(panel: Panel, texts: list[str]) -> list[str]:
    """Send them without waiting for one echo; their ids."""
    idents = [str(uuid.uuid4()) for _ in texts]
    for ident, text in zip(idents, texts, strict=True):
        await panel.send(type="say", client_id=ident, text=text)
    return idents


async def echoes(panel: Panel, idents: list[str]) -> list[dict[str, Any]]:
    """The echo of each, in the order of their numbers."""
    for ident in idents:
        await panel.wait("message", client_id=ident)
    return [frame for frame in panel.messages() if frame["client_id"] in idents]


async def test_many_at_once_keep_their_order_also_around_one_with_a_secret(world: World) -> None:
    panel, _ = await in_line(world)
    texts = ["one", "two", "my password is Hunter2!x", "four", "five"]
    found = await echoes(panel, await say_all(panel, texts))
    assert [frame["text"] for frame in found] == [
        *texts[:2],
        "my password is [removed: password]",
        *texts[3:],
    ]
    assert [frame["seq"] for frame in found] == list(range(found[0]["seq"], found[0]["seq"] + 5))


async def test_a_repeat_gets_its_echo_again_and_another_text_is_a_conflict(world: World) -> None:
    panel, _ = await in_line(world)
    ident = str(uuid.uuid4())
    first = await panel.say("hello there", ident)
    again = await panel.say("hello there", ident)
    assert again["seq"] == first["seq"]
    await panel.send(type="say", client_id=ident, text="something else")
    assert (await panel.wait("error"))["code"] == "conflict"


def close_quietly(tx: Tx, ident: str) -> None:
    """As another process would that dies before it can ring."""
    line = update(conversations).where(conversations.c.public_id == ident).values(handled_by="closed")
    tx.connection.execute(line)


def open_quietly(tx: Tx, ident: str) -> None:
    """Back to the line."""
    line = update(conversations).where(conversations.c.public_id == ident).values(handled_by="queue")
    tx.connection.execute(line)


def numbers_of(tx: Tx, ident: str) -> tuple[int, int]:
    """The numbers of the conversation and of its visitor."""
    c = conversations.c
    found = tx.connection.execute(select(c.id, c.visitor_id).where(c.public_id == ident)).one()
    return found[0], found[1]


async def test_words_to_one_that_was_closed_meanwhile_open_it_again_in_order(world: World) -> None:
    panel, ident = await in_line(world)
    await panel.say("still there?")
    await world.desk.store.write(close_quietly, ident)
    texts = [f"number {n}" for n in range(6)]
    idents = await say_all(panel, texts)
    await panel.send(type="typing")
    found = await echoes(panel, idents)
    assert [frame["text"] for frame in found] == texts
    again = await world.visitor(token=panel.seen[0]["token"])
    assert (await again.wait("state"))["handled_by"] != "closed"


async def test_what_a_gate_has_refused_does_not_let_later_words_pass(world: World) -> None:
    _, ident = await in_line(world)
    await world.desk.store.write(close_quietly, ident)
    gate = Gate()
    number, visitor = await world.desk.store.read(numbers_of, ident)
    results = []
    for text in ("first", "second"):
        words = talk.words(visitor, talk.Said(str(uuid.uuid4()), text), gate)
        results += await world.desk.store.write(talk.say_many, [(number, words)])
        await world.desk.store.write(open_quietly, ident)
    assert [type(result) for result in results] == [NeedsMore, NeedsMore]


async def test_too_many_are_refused_as_ever(world: World) -> None:
    panel, _ = await in_line(world)
    idents = await say_all(panel, [f"number {n}" for n in range(24)])
    with pytest.raises(ConnectionClosed) as ended:
        while True:
            await panel.receive()
    assert ended.value.rcvd is not None
    assert ended.value.rcvd.code == 4429
    assert [frame["code"] for frame in panel.seen if frame["type"] == "error"] == ["too_fast"] * 3
    kept = [f["text"] for f in panel.messages() if f["client_id"] in idents]
    assert kept == [f"number {n}" for n in range(len(kept))]


async def a_talk(world: World, dice: random.Random) -> None:
    """One visitor sends all kinds of frames without waiting, while the conversation is closed and opened behind."""
    panel, ident = await in_line(world)
    sent: list[tuple[str, str]] = []
    for number in range(16):
        client_id, text = str(uuid.uuid4()), f"number {number}"
        match dice.randrange(8):
            case 0:
                await panel.send(type="typing")
            case 1:
                await panel.send(type="seen", seq=dice.randrange(9))
            case 2:
                await world.desk.store.write(dice.choice([close_quietly, open_quietly]), ident)
            case 3 if sent:
                client_id, text = dice.choice(sent)  # a repeat, as after a cut
            case 4:
                text += ", my password is Hunter2!x"
        if (client_id, text) not in sent:
            sent.append((client_id, text))
        await panel.send(type="say", client_id=client_id, text=text)
    found = await echoes(panel, [client_id for client_id, _ in sent])
    once = {frame["seq"]: frame for frame in found}
    kept = [(frame["client_id"], frame["text"]) for _, frame in sorted(once.items())]
    assert kept == [(ident, text.replace("Hunter2!x", "[removed: password]")) for ident, text in sent]


async def test_whatever_else_happens_words_are_kept_once_and_in_the_order_in_which_they_were_said(
    world: World,
) -> None:
    dice = random.Random(1127)
    await asyncio.gather(*(a_talk(world, random.Random(dice.random())) for _ in range(8)))
