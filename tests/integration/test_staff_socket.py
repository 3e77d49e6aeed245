"""`/ws/staff`: the inbox as it changes, followed conversations, notes, typing, presence."""

import asyncio
import uuid
from typing import Any, cast

import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

from helpdesk.accounts.staff import staff_by_address
from helpdesk.accounts.staff_sign_in import disable
from helpdesk.actor import System
from tests.world import BEN, CLEO, DORA, Panel, World, submit


async def in_line(world: World, text: str = "I cannot get in") -> tuple[Panel, str]:
    """A visitor in the queue: (panel, public id)."""
    panel = await world.visitor()
    welcome = await panel.wait("welcome")
    await panel.say(text)
    await panel.send(
        type="handover", client_id=str(uuid.uuid4()), to="agent", email=None, subject=None, text=None
    )
    await panel.wait("state", handled_by="queue")
    return panel, welcome["conversation"]


async def test_a_hand_over_appears_in_the_inbox_and_goes_when_a_colleague_claims_it(world: World) -> None:
    ben, cleo = await world.staff(), await world.staff(CLEO)
    socket = await world.staff_socket(ben)
    welcome = await socket.wait("welcome")
    assert (welcome["agent"], welcome["inbox"], welcome["counts"]["unassigned"]) == ("Ben", [], 0)
    _, ident = await in_line(world)
    told = await socket.wait("inbox", within_s=2)
    while not told["row"]:
        told = await socket.wait("inbox", within_s=2)
    assert set(told["row"]) == {
        "conversation", "ticket", "subject", "handled_by", "priority", "assignee", "unread", "waiting_since", "due_at",
        "last_text", "identity",
    }  # fmt: skip
    assert (told["row"]["conversation"], told["row"]["handled_by"], told["row"]["unread"]) == (
        ident,
        "queue",
        1,
    )
    page = f"/console/c/{ident}"
    await submit(cleo, f"{page}/claim", page)
    gone = await socket.wait("inbox", gone=ident)
    assert gone["row"] is None
    assert gone["counts"]["unassigned"] == 0


async def test_who_has_more_than_there_is_starts_from_the_beginning(world: World) -> None:
    """As after a restore; the visitor's socket says the same."""
    _, ident = await in_line(world)
    socket = await world.staff_socket(await world.staff())
    await socket.wait("welcome")
    await socket.send(type="follow", conversation=ident, after=99, after_note=0)
    assert (await socket.wait("error", code="reset"))["conversation"] == ident
    assert (await socket.wait("message", seq=1))["text"] == "I cannot get in"
    assert (await socket.wait("state"))["seq"] > 1


async def test_a_followed_conversation_is_replayed_and_then_live_with_notes_apart(world: World) -> None:
    ben, cleo = await world.staff(), await world.staff(CLEO)
    panel, ident = await in_line(world)
    page = f"/console/c/{ident}"
    await submit(cleo, f"{page}/note", page, client_id="n-00000001", text="Be kind, @ben.")
    socket = await world.staff_socket(ben)
    welcome = await socket.wait("welcome")
    assert welcome["counts"]["mentions"] == 1
    await socket.send(type="follow", conversation=ident, after=0, after_note=0)
    first = await socket.wait("message", seq=1)
    assert (first["conversation"], first["text"]) == (ident, "I cannot get in")
    note = await socket.wait("note")
    assert (note["note"], note["name"], note["text"]) == (1, "Cleo", "Be kind, @ben.")
    assert (await socket.wait("state"))["handled_by"] == "queue"
    await socket.wait("seen")
    while (await socket.wait("inbox"))["counts"]["mentions"]:
        pass  # opening it is reading it
    said = await panel.say("Are you there?")
    assert (await socket.wait("message", text="Are you there?"))["seq"] == said["seq"]
    await socket.send(type="seen", conversation=ident, seq=said["seq"])
    assert (await panel.wait("seen", seq=said["seq"]))["by"] == "agent"
    await submit(ben, f"{page}/reply", page, client_id="r-00000001", text="Here I am.")
    assert (await socket.wait("message", author="agent"))["client_id"] == "r-00000001"
    assert (await socket.wait("state", handled_by="agent"))["agent"] == "Ben"
    seqs = [m["seq"] for m in socket.messages()]
    assert seqs == sorted(set(seqs))
    assert not [f for f in panel.seen if f["type"] == "note" or "Be kind" in str(f)]


async def test_both_sides_see_the_other_typing_and_colleagues_see_each_other(world: World) -> None:
    panel, ident = await in_line(world)
    ben = await world.staff_socket(await world.staff())
    cleo = await world.staff_socket(await world.staff(CLEO))
    for socket in (ben, cleo):
        await socket.wait("welcome")
        await socket.send(type="follow", conversation=ident, after=None, after_note=0)
        await socket.wait("presence")
    assert (await ben.wait("presence"))["agents"] == [{"name": "Cleo", "doing": "viewing"}]
    await panel.send(type="typing")
    typing = await ben.wait("typing")
    assert (typing["author"], typing["conversation"]) == ("visitor", ident)
    await cleo.send(type="typing", conversation=ident)
    assert (await panel.wait("typing"))["author"] == "agent"
    assert (await ben.wait("typing", author="agent"))["name"] == "Cleo"
    assert (await ben.wait("presence"))["agents"] == [{"name": "Cleo", "doing": "replying"}]
    await cleo.close()
    await ben.wait("presence", agents=[])


async def test_who_has_sent_the_reply_is_replying_no_longer(world: World) -> None:
    _, ident = await in_line(world)
    browser = await world.staff(CLEO)
    ben, cleo = await world.staff_socket(await world.staff()), await world.staff_socket(browser)
    for socket in (ben, cleo):
        await socket.wait("welcome")
        await socket.send(type="follow", conversation=ident, after=None, after_note=0)
        await socket.wait("presence")
    await cleo.send(type="typing", conversation=ident)
    await ben.wait("presence", agents=[{"name": "Cleo", "doing": "replying"}])
    page = f"/console/c/{ident}"
    await submit(browser, f"{page}/reply", page, client_id="r-00000001", text="Here I am.")
    await ben.wait("presence", within_s=3, agents=[{"name": "Cleo", "doing": "viewing"}])


async def test_who_comes_to_a_conversation_is_told_at_first_who_is_there(world: World) -> None:
    _, ident = await in_line(world)
    there: list[dict[str, str]] = []
    for who in (BEN, CLEO):
        socket = await world.staff_socket(await world.staff(who))
        await socket.wait("welcome")
        await socket.send(type="follow", conversation=ident, after=None, after_note=0)
        assert (await socket.wait("presence"))["agents"] == there
        there = [{"name": "Ben", "doing": "viewing"}]


async def test_strangers_editors_and_other_sites_are_refused_before_the_upgrade(world: World) -> None:
    address = world.url.replace("http", "ws") + "/ws/staff"
    ben, dora = await world.staff(), await world.staff(DORA)

    async def status(client: Any, origin: str | None) -> int:
        cookie = "; ".join(f"{c.name}={c.value}" for c in client.cookies.jar) if client else ""
        with pytest.raises(InvalidStatus) as refused:
            await connect(address, origin=cast(Any, origin), additional_headers={"Cookie": cookie})
        return int(refused.value.response.status_code)

    assert await status(None, world.url) == 401
    assert await status(ben, "https://evil.example") == 403
    assert await status(ben, None) == 403
    assert await status(dora, world.url) == 403
    socket = await world.staff_socket(ben)
    assert (await socket.wait("welcome"))["agent"] == "Ben"


async def test_a_foreign_conversation_and_a_bad_frame_get_a_clear_answer(world: World) -> None:
    socket = await world.staff_socket(await world.staff())
    await socket.wait("welcome")
    await socket.send(type="follow", conversation="nothing-here", after=0, after_note=0)
    assert (await socket.wait("error"))["code"] == "not_found"
    await socket.send(type="follow", conversation=7)
    assert (await socket.wait("error"))["code"] == "bad_frame"
    await socket.send(type="seen", conversation="nothing-here", seq=1)
    assert (await socket.wait("error"))["code"] == "not_found"


async def test_rows_carry_html_only_when_hello_asks_for_it(world: World) -> None:
    await in_line(world, "<b>bold</b> trouble")
    client = await world.staff()
    plain = await world.staff_socket(client)
    assert "html" not in (await plain.wait("welcome"))["inbox"][0]
    cookie = "; ".join(f"{c.name}={c.value}" for c in client.cookies.jar)
    socket = Panel(
        await connect(
            world.url.replace("http", "ws") + "/ws/staff", origin=cast(Any, world.url),
            additional_headers={"Cookie": cookie},
        )
    )  # fmt: skip
    await socket.send(type="hello", view="unassigned", limit=50, html=True)
    row = (await socket.wait("welcome"))["inbox"][0]
    assert "Visitor" in row["html"]
    assert "<b>bold" not in row["html"]
    await socket.send(type="follow", conversation=row["conversation"], after=0)
    shown = (await socket.wait("message", seq=1))["html"]
    assert "Visitor:" in shown
    assert "&lt;b&gt;bold&lt;/b&gt; trouble" in shown
    await plain.send(type="follow", conversation=row["conversation"], after=0)
    assert "html" not in await plain.wait("message", seq=1)
    await socket.close()


async def test_the_inbox_by_frames_equals_a_fresh_one(world: World) -> None:
    """Snapshot and changes, applied in order, are what a new console would be shown; a look changes nothing."""
    ben = await world.staff()
    socket = await world.staff_socket(ben)
    rows = {row["conversation"]: row for row in (await socket.wait("welcome"))["inbox"]}
    people = [await in_line(world, f"trouble {n}") for n in range(3)]
    while not any((frame.get("row") or {}).get("conversation") == people[2][1] for frame in socket.seen):
        await socket.receive()
    page = f"/console/c/{people[0][1]}"
    await submit(ben, f"{page}/claim", page)
    await people[1][0].say("more words")
    page = f"/console/c/{people[2][1]}"
    await submit(ben, f"{page}/reply", page, client_id="r-00000009", text="One moment, please.")
    await submit(ben, f"{page}/resolve", page)
    await socket.wait("inbox", gone=people[2][1])

    async def fresh() -> dict[str, Any]:
        other = await world.staff_socket(ben)
        return {row["conversation"]: row for row in (await other.wait("welcome"))["inbox"]}

    wanted = await fresh()
    for frame in socket.seen:
        if frame["type"] == "inbox" and frame["row"]:
            rows[frame["row"]["conversation"]] = frame["row"]
        elif frame["type"] == "inbox" and frame["gone"]:
            rows.pop(frame["gone"], None)
    assert rows == wanted == await fresh()


async def code_of(socket: Panel) -> int:
    """With what the socket is closed, much sooner than by the next look at the session."""
    with pytest.raises(ConnectionClosed) as ended:
        async with asyncio.timeout(5):
            while True:
                await socket.receive()
    assert ended.value.rcvd is not None
    return ended.value.rcvd.code


async def test_a_console_that_is_signed_out_hears_nothing_more_and_the_other_one_does(world: World) -> None:
    desktop, laptop = await world.staff(), await world.staff()
    leaving, staying = await world.staff_socket(desktop), await world.staff_socket(laptop)
    for socket in (leaving, staying):
        await socket.wait("welcome")
    await submit(desktop, "/console/logout", "/console")
    assert await code_of(leaving) == 4401
    await in_line(world)
    await staying.wait("inbox")
    ben = await world.desk.store.read(lambda tx: staff_by_address(tx, BEN))
    assert ben is not None
    await world.desk.store.write(disable, world.desk.keys, System("test"), ben.id or 0)
    assert await code_of(staying) == 4401
