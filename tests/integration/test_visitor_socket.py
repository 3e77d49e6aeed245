"""The visitor's socket, from outside: every promise of the protocol."""

import asyncio
import json
import uuid
from typing import Any, cast

import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

from tests.world import Panel, World, until


async def test_hello_gives_a_token_once_and_replay_in_the_promised_order(world: World) -> None:
    panel = await world.visitor()
    welcome = await panel.wait("welcome")
    assert welcome["token"]
    assert welcome["handled_by"] == "bot"
    await panel.wait("seen")
    await panel.say("I forgot my password")
    await panel.wait("message", author="bot")
    again = await world.visitor(token=welcome["token"])
    await again.wait("seen")
    kinds = [frame["type"] for frame in again.seen]
    assert kinds[0] == "welcome"
    assert kinds[-2:] == ["state", "seen"]
    assert again.seen[0]["token"] is None
    assert again.seen[0]["conversation"] == welcome["conversation"]
    assert [m["seq"] for m in again.messages()] == list(range(1, again.seen[0]["seq"] + 1))


async def test_a_repeated_message_is_kept_once_and_another_text_is_a_conflict(world: World) -> None:
    panel = await world.visitor()
    ident = str(uuid.uuid4())
    first = await panel.say("hello there", ident)
    second = await panel.say("hello there", ident)
    assert first["seq"] == second["seq"]
    await panel.send(type="say", client_id=ident, text="something else")
    refused = await panel.wait("error")
    assert (refused["code"], refused["client_id"]) == ("conflict", ident)
    other = await world.visitor()
    assert (await other.say("my own", ident))["text"] == "my own"


async def test_an_id_in_capitals_is_another_one_whatever_keeps_it(world: World) -> None:
    panel = await world.visitor()
    ident = "c0ffee00-0000-4000-8000-00000000000a"
    small, capital = [(await panel.say("hello there", each))["seq"] for each in (ident, ident.upper())]
    assert small < capital
    assert (await panel.say("hello there", ident))["seq"] == small


@pytest.mark.parametrize(
    "origin",
    [
        None,
        "null",
        "https://evil.example",
        "http://127.0.0.1",
        "http://127.0.0.1:1",
        "http://127.0.0.1.evil.example",
    ],
)
async def test_another_origin_is_refused_before_the_upgrade(world: World, origin: str | None) -> None:
    with pytest.raises(InvalidStatus) as refused:
        await connect(world.url.replace("http", "ws") + "/ws/visitor", origin=cast(Any, origin))
    assert refused.value.response.status_code == 403


async def raw(world: World) -> Panel:
    socket = await connect(world.url.replace("http", "ws") + "/ws/visitor", origin=cast(Any, world.url))
    return Panel(socket)


async def test_silence_is_ended_after_five_seconds(world: World) -> None:
    panel = await raw(world)
    with pytest.raises(ConnectionClosed) as ended:
        await panel.receive(7)
    assert ended.value.rcvd is not None
    assert ended.value.rcvd.code == 1008


async def test_bad_frames_are_answered_and_the_fifth_ends_it(world: World) -> None:
    panel = await world.visitor()
    await panel.wait("seen")
    for bad in ("{", "[]", '{"type":"say"}', '{"type":"fly"}'):
        await panel.socket.send(bad)
        assert (await panel.wait("error"))["code"] == "bad_frame"
    await panel.socket.send('{"type":"typing","role":"agent"}')
    assert (await panel.wait("error"))["code"] == "bad_frame"
    with pytest.raises(ConnectionClosed) as ended:
        await panel.receive()
    assert ended.value.rcvd is not None
    assert ended.value.rcvd.code == 1008


async def test_binary_frames_and_huge_frames_end_it_by_the_book(world: World) -> None:
    for what, code in ((b"\x00\x01", 1003), ("x" * (64 * 1024 + 1), 1009)):
        panel = await world.visitor()
        await panel.wait("seen")
        await panel.socket.send(what)
        with pytest.raises(ConnectionClosed) as ended:
            await panel.receive()
        closed = ended.value.rcvd or ended.value.sent
        assert closed is not None
        assert closed.code == code


async def test_lengths_are_counted_in_characters(world: World) -> None:
    panel = await world.visitor()
    await panel.wait("seen")
    assert len((await panel.say("😀" * 4000))["text"]) == 4000
    await panel.send(type="say", client_id=str(uuid.uuid4()), text="a" * 4001)
    assert (await panel.wait("error"))["code"] == "too_long"
    await panel.send(type="say", client_id=str(uuid.uuid4()), text="  \n ")
    refused = await panel.wait("error")
    assert refused["code"] == "invalid"
    assert "text" in refused["detail"]


async def test_too_many_messages_are_refused_with_a_wait_and_then_the_socket_ends(world: World) -> None:
    panel = await world.visitor()
    await panel.wait("seen")
    for number in range(20):
        await panel.say(f"message {number}")
    await panel.send(type="say", client_id=str(uuid.uuid4()), text="one too many")
    refused = await panel.wait("error")
    assert refused["code"] == "too_fast"
    assert refused["retry_after_ms"] > 0
    with pytest.raises(ConnectionClosed) as ended:
        for _ in range(10):
            await panel.send(type="say", client_id=str(uuid.uuid4()), text="and on")
            await panel.wait("error")
    assert ended.value.rcvd is not None
    assert ended.value.rcvd.code == 4429


async def test_an_unknown_token_gets_a_word_and_a_second_hello(world: World) -> None:
    panel = await raw(world)
    await panel.send(type="hello", token="nobody", after=None, identity=None, locale="en")
    assert (await panel.wait("error"))["code"] == "unknown_visitor"
    await panel.send(type="hello", token=None, after=None, identity=None, locale="en")
    assert (await panel.wait("welcome"))["token"]


async def test_after_beyond_the_end_starts_from_zero(world: World) -> None:
    panel = await world.visitor()
    token = (await panel.wait("welcome"))["token"]
    await panel.say("hello")
    again = await world.visitor(token=token, after=999)
    assert (await again.wait("error"))["code"] == "reset"
    assert (await again.wait("message"))["seq"] == 1


async def test_feedback_is_kept_confirmed_and_replayed(world: World) -> None:
    panel = await world.visitor()
    token = (await panel.wait("welcome"))["token"]
    await panel.say("I forgot my password and cannot log in")
    answer = await panel.wait("message", asks_feedback=True)
    await panel.send(type="feedback", seq=answer["seq"], helpful=False, reason=None)
    assert (await panel.wait("feedback"))["helpful"] is False
    again = await world.visitor(token=token)
    replayed = await again.wait("message", seq=answer["seq"])
    assert replayed["helpful"] is False
    await panel.send(type="feedback", seq=1, helpful=True, reason=None)
    assert (await panel.wait("error"))["code"] == "invalid"


async def test_once_the_bot_spoke_of_passwords_a_lone_one_is_taken_out_in_every_tab(world: World) -> None:
    panel = await world.visitor()
    other = await world.visitor(token=(await panel.wait("welcome"))["token"])
    await other.wait("seen")
    harmless = await panel.say("Tr0ub4dor&3")
    assert harmless["text"] == "Tr0ub4dor&3"
    await panel.say("I forgot my password")
    for tab in (panel, other):
        await tab.wait("message", author="bot", asks_feedback=True)
        assert (await tab.say("Tr0ub4dor&3"))["text"] == "[removed: password]"


async def test_a_person_is_reached_and_the_state_says_where_one_stands(world: World) -> None:
    panel = await world.visitor()
    await panel.wait("seen")
    ident = str(uuid.uuid4())
    await panel.send(type="handover", client_id=ident, to="agent", email=None, subject=None, text=None)
    echo = await panel.wait("message", client_id=ident)
    assert echo["author"] == "system"
    state = await panel.wait("state", handled_by="queue")
    assert state["position"] == 1


async def test_a_ticket_needs_an_address_and_gives_reference_and_link(world: World) -> None:
    panel = await world.visitor()
    await panel.wait("seen")
    ident = str(uuid.uuid4())
    await panel.send(
        type="handover", client_id=ident, to="ticket", email=None, subject="Help", text="No code"
    )
    refused = await panel.wait("error")
    assert refused["code"] == "invalid"
    assert "email" in refused["detail"]
    await panel.send(
        type="handover", client_id=ident, to="ticket", email="n@example.com", subject="Help", text="No code"
    )
    state = await panel.wait("state", handled_by="ticket")
    assert state["ticket"].startswith("T-")
    assert "/t/" in state["ticket_url"]


async def test_who_begins_a_new_chat_finds_it_in_the_other_tab_as_well(world: World) -> None:
    panel = await world.visitor()
    first = await panel.wait("welcome")
    await panel.say("hello there")
    other = await world.visitor(token=first["token"])
    await other.wait("seen")
    await panel.send(type="new")
    new = await panel.wait("welcome")
    with pytest.raises(ConnectionClosed) as ended:
        while True:
            await other.receive()
    assert ended.value.rcvd is not None
    assert ended.value.rcvd.code == 1012
    again = await world.visitor(token=first["token"])
    back = await again.wait("welcome")
    assert first["conversation"] != back["conversation"] == new["conversation"]
    said = await panel.say("still here")
    assert (await again.wait("message", text="still here"))["seq"] == said["seq"] == 1


async def test_forgetting_ends_every_socket_of_this_visitor(world: World) -> None:
    panel = await world.visitor()
    token = (await panel.wait("welcome"))["token"]
    other = await world.visitor(token=token)
    await other.wait("seen")
    await panel.send(type="forget")
    for one in (panel, other):
        with pytest.raises(ConnectionClosed) as ended:
            while True:
                await one.receive()
        assert ended.value.rcvd is not None
        assert ended.value.rcvd.code == 4401
    third = await raw(world)
    await third.send(type="hello", token=token, after=None, identity=None, locale="en")
    assert (await third.wait("error"))["code"] == "unknown_visitor"


async def test_the_fallback_speaks_the_same_frames(world: World) -> None:
    async with world.browser() as http:
        headers = {"Origin": world.url}
        hello = {"type": "hello", "token": None, "after": 0, "identity": None, "locale": "en"}
        first = await http.post("/visitor/poll", json={"after": 0, "frames": [hello]}, headers=headers)
        assert first.status_code == 200, first.text
        frames = first.json()["frames"]
        assert [f["type"] for f in frames] == ["welcome", "state", "seen"]
        headers["Authorization"] = f"Visitor {frames[0]['token']}"
        say = {"type": "say", "client_id": str(uuid.uuid4()), "text": "I forgot my password"}
        authors: list[str] = []
        asks: dict[str, Any] = {"after": 0, "frames": [say]}
        while len(authors) < 2:  # what was late for one answer stands in the next one
            answer = await http.post("/visitor/poll", json=asks, headers=headers)
            authors = [f["author"] for f in answer.json()["frames"] if f["type"] == "message"]
            asks["frames"] = []
        assert authors[:2] == ["visitor", "bot"]
        socket = await world.visitor(token=frames[0]["token"])
        await socket.wait("seen")
        last = socket.messages()[-1]["seq"]
        held = asyncio.create_task(
            http.post("/visitor/poll", json={"after": last, "frames": []}, headers=headers, timeout=30)
        )
        await until(lambda: world.desk.sockets.held)
        await socket.say("another word")
        got = (await held).json()["frames"]
        assert any(f["type"] == "message" and f["text"] == "another word" for f in got)


async def test_a_request_that_waits_is_told_of_a_restart(world: World) -> None:
    async with world.browser() as http:
        hello = {"type": "hello", "token": None, "after": 0, "identity": None, "locale": "en"}
        first = await http.post("/visitor/poll", json={"after": 0, "frames": [hello]})
        headers = {"Authorization": f"Visitor {first.json()['frames'][0]['token']}"}
        nothing: dict[str, Any] = {"after": 0, "frames": []}
        held = asyncio.create_task(http.post("/visitor/poll", json=nothing, headers=headers, timeout=30))
        await until(lambda: world.desk.sockets.held)
        await world.desk.sockets.tell_restart()
        (told,) = [f for f in (await held).json()["frames"] if f["type"] == "restart"]
        assert 0 <= told["after_ms"] <= 5000
        assert not world.desk.sockets.held


async def test_hostile_names_and_keys_are_only_text(world: World) -> None:
    panel = await world.visitor()
    await panel.wait("seen")
    for text in ("<script>alert(1)</script>", "{{7*7}}", "__proto__", "' OR 1=1--", "\u202eevil"):
        assert (await panel.say(text))["text"] == text
    await panel.socket.send(json.dumps({"type": "seen", "seq": 1, "__proto__": {"x": 1}}))
    assert (await panel.wait("error"))["code"] == "bad_frame"
