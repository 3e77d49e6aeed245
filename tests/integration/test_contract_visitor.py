"""The visitor's socket as the contract promises it: one client id is one message, whatever frame carried it."""

import asyncio
import uuid
from typing import Any

from tests.programs import program
from tests.world import ADA, PASSWORDS, WAIT_S, Panel, World, submit, until

NOTHING = {"subject": None, "text": None}


async def refused(panel: Panel, **frame: object) -> str:
    """The code of the error that this frame gets."""
    await panel.send(**frame)
    return str((await panel.wait("error", client_id=frame["client_id"]))["code"])


async def test_a_client_id_is_used_once_across_all_frames(world: World) -> None:
    panel = await world.visitor()
    said = await panel.say("password")
    asked = await panel.wait("message", author="bot")
    first, second = (choice["id"] for choice in asked["choices"][:2])
    assert await refused(panel, type="choose", client_id=said["client_id"], choice=first) == "conflict"

    chosen = {"type": "choose", "client_id": str(uuid.uuid4())}
    await panel.send(**chosen, choice=first)
    echo = await panel.wait("message", client_id=chosen["client_id"])
    await panel.wait("message", author="bot")
    await panel.send(**chosen, choice=first)
    assert (await panel.wait("message", client_id=chosen["client_id"]))["seq"] == echo["seq"]
    assert await refused(panel, **chosen, choice=second) == "conflict"

    mine = {"type": "contact", "client_id": str(uuid.uuid4())}
    await panel.send(**mine, email="eve@example.com")
    kept = await panel.wait("message", client_id=mine["client_id"])
    await panel.send(**mine, email="eve@example.com")
    assert (await panel.wait("message", client_id=mine["client_id"]))["seq"] == kept["seq"]
    assert await refused(panel, **mine, email="mallory@example.com") == "conflict"

    asks = {"type": "handover", "client_id": str(uuid.uuid4()), "email": None, **NOTHING}
    await panel.send(**asks, to="agent")
    line = await panel.wait("message", client_id=asks["client_id"], author="system")
    await panel.wait("state", handled_by="queue")
    await panel.send(**asks, to="agent")
    assert (await panel.wait("message", client_id=asks["client_id"]))["seq"] == line["seq"]
    assert await refused(panel, **{**asks, "text": "Now with words"}, to="agent") == "conflict"


async def test_a_yes_is_confirmed_before_it_is_answered(world: World) -> None:
    panel = await world.visitor()
    await panel.say("i forgt my pasword")
    answer = await panel.wait("message", author="bot")
    await panel.send(type="feedback", seq=answer["seq"], helpful=True)
    await panel.wait("feedback", seq=answer["seq"], helpful=True)
    await panel.wait("message", author="bot", seq=answer["seq"] + 1)
    await panel.send(type="feedback", seq=answer["seq"], helpful=True)
    await panel.wait("feedback", seq=answer["seq"], helpful=True)
    assert (await panel.say("Thanks"))["seq"] == answer["seq"] + 2, "the same again is answered by nothing"


async def test_who_only_pressed_the_button_has_written_lately(world: World) -> None:
    panel = await world.visitor()
    conversation = (await panel.wait("welcome"))["conversation"]
    await panel.send(type="handover", client_id=str(uuid.uuid4()), to="agent", email=None, **NOTHING)
    await panel.wait("state", handled_by="queue")
    async with await program(world) as ben:
        await ben.post(f"/conversations/{conversation}/claim")
        wanted = {"email": ADA, "reason": "Locked out, asked for a person"}
        answer = await ben.post(f"/conversations/{conversation}/password-reset", json=wanted)
    assert (answer.status_code, answer.json()["code"]) == (401, "step_up")


async def test_a_wrong_frame_is_told_which_field_in_plain_words(world: World) -> None:
    panel = await world.visitor()
    await panel.wait("seen")
    for frame, told in (
        ({"type": "say", "client_id": "7", "text": "Hello"}, "client_id: must be a UUID."),
        ({"type": "typing", "role": "agent"}, "role: is not a field of this frame."),
        ({"type": "seen"}, "seq: is missing."),
        ({"type": "shout"}, "type: there is no such frame."),
    ):
        await panel.send(**frame)
        assert (await panel.wait("error", code="bad_frame"))["detail"] == told


async def test_words_that_nobody_can_see_are_no_message(world: World) -> None:
    panel = await world.visitor()
    await panel.wait("seen")
    for text in ("", " \n", "\u200b\u200d", "\ufeff \u00ad"):
        assert await refused(panel, type="say", client_id=str(uuid.uuid4()), text=text) == "invalid"
    assert (await panel.say("👍"))["seq"] == 1


async def test_the_fallback_without_a_token_is_refused_and_makes_nobody(world: World) -> None:
    answer = await world.browser().post("/visitor/poll", json={"after": 0, "frames": []})
    assert answer.status_code == 401
    assert answer.headers["content-type"] == "application/problem+json"


async def echo_and_state(panel: Panel, client_id: str) -> tuple[Any, Any]:
    """What follows a handover to a ticket: the words come by the bell, the state by itself, in either order."""
    echo = state = None
    while echo is None or state is None:
        frame = await panel.receive()
        echo = frame if frame.get("client_id") == client_id else echo
        state = frame if frame["type"] == "state" and frame["handled_by"] == "ticket" else state
    return echo, state


async def test_each_handover_to_a_ticket_is_answered_by_a_state(world: World) -> None:
    panel = await world.visitor()
    conversation = (await panel.wait("welcome"))["conversation"]
    asks = {"type": "handover", "to": "ticket", "email": "eve@example.com", "subject": "Locked out"}
    first = {**asks, "client_id": str(uuid.uuid4()), "text": "The code never comes."}
    await panel.send(**first)
    state = await panel.wait("state", handled_by="ticket")
    for frame in (first, {**asks, "client_id": str(uuid.uuid4()), "text": "Still nothing."}):
        await panel.send(**frame)
        echo, again = await echo_and_state(panel, frame["client_id"])
        assert echo["author"] == "visitor"
        assert (again["ticket"], again["ticket_url"]) == (state["ticket"], state["ticket_url"])
    async with await program(world) as ben:
        await ben.post(f"/conversations/{conversation}/resolve")
    await panel.wait("state", handled_by="closed")
    await panel.send(**{**asks, "client_id": str(uuid.uuid4()), "text": "It is back again."})
    assert (await panel.wait("state", handled_by="ticket"))["ticket"] == state["ticket"]


async def test_words_too_long_are_a_wrong_token_and_a_wrong_address_like_any_other(world: World) -> None:
    panel = await world.visitor(token="x" * 5000)
    await panel.wait("error", code="unknown_visitor")
    await panel.send(type="hello", token=None, after=0, identity=None, locale="en")
    await panel.wait("seen")
    contact = {"type": "contact", "client_id": str(uuid.uuid4()), "email": "e" * 400 + "@example.com"}
    assert await refused(panel, **contact) == "invalid"
    asks = {"type": "handover", "to": "ticket", "client_id": str(uuid.uuid4()), "text": "Locked out"}
    assert await refused(panel, **asks, subject="x", email=contact["email"]) == "invalid"
    assert await refused(panel, **asks, subject="x" * 4001, email="eve@example.com") == "too_long"
    await panel.send(**asks, subject="x" * 4000, email="eve@example.com")
    assert (await panel.wait("state", handled_by="ticket"))["ticket"]


async def test_a_request_that_waits_ends_with_the_log_in_that_it_stands_on(world: World) -> None:
    ada = world.browser()
    await submit(ada, "/login", email=ADA, password=PASSWORDS[ADA])
    hello = {"type": "hello", "token": None, "after": 0, "identity": None, "locale": "en"}
    first = await ada.post("/visitor/poll", json={"after": 0, "frames": [hello]})
    headers = {"Authorization": f"Visitor {first.json()['frames'][0]['token']}"}
    nothing: dict[str, object] = {"after": 0, "frames": []}
    waits = ada.post("/visitor/poll", json=nothing, headers=headers, timeout=WAIT_S)
    held = asyncio.create_task(waits)
    await until(lambda: world.desk.sockets.held)
    await submit(ada, "/logout", "/security")
    assert (await held).json()["frames"][-1] == {"type": "closed", "code": 4401}
