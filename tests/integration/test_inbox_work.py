"""A day's work in the inbox: macros, many at once, availability, search, figures, views, settings."""

import csv
import io
import re
import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import select

from helpdesk.actor import Agent
from helpdesk.chat import presence
from helpdesk.chat.post import PREVIEW_CHARS, conversations
from helpdesk.tickets import assignment, search, search_index
from helpdesk.tickets.redaction import MARK
from tests.world import BEN, CLEO, Panel, World, hidden_fields, submit

JSON = {"Accept": "application/json"}


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


async def press(client: Any, path: str, page: str = "/console", **fields: str) -> Any:
    """What the script posts: the same form, asking for facts instead of a page."""
    token = hidden_fields((await client.get(page)).text)
    return await client.post(path, data={**token, **fields}, headers=JSON)


async def test_a_macro_fills_in_what_is_known_and_stops_a_reply_where_nothing_is(world: World) -> None:
    _, ident = await in_line(world)
    agent = await world.staff()
    text = "{{agent.name}} here: see {{faq:password-rules}}, {{customer.first_name}}."
    assert (await submit(agent, "/console/macros", name="Rules", text=text)).status_code == 303
    found = (await agent.get(f"/console/c/{ident}/macros")).json()["macros"]
    wanted = f"Ben here: see {world.url}/help/password-rules, {{{{customer.first_name}}}}."
    assert found == [{"name": "Rules", "text": wanted}]
    page = f"/console/c/{ident}"
    refused = await submit(agent, f"{page}/reply", page, client_id="r-00000001", text=wanted)
    assert refused.status_code == 422
    assert "Fill in {{customer.first_name}}" in refused.text
    assert (await submit(agent, "/console/macros", name="", text="")).status_code == 422


async def test_many_are_resolved_at_once_and_taken_back(world: World) -> None:
    people = [await in_line(world, f"trouble {n}") for n in range(3)]
    agent = await world.staff()
    ids = ",".join([*(ident for _, ident in people), "nobody-has-this-id"])
    done = (await press(agent, "/console/bulk", act="resolve", ids=ids)).json()
    assert done["done"] == 3
    assert "3 resolved, 1 failed" in done["sentence"]
    await people[0][0].wait("state", handled_by="closed")
    assert (await press(agent, "/console/bulk/undo", undo=done["undo"])).status_code == 200
    await people[0][0].wait("state", handled_by="queue")
    done = (await press(agent, "/console/bulk", act="tag", tag="Outage", ids=ids)).json()
    assert "outage" in (await agent.get("/console/inbox/all?tag=outage")).text
    world.clock.wind(seconds=20)
    assert (await press(agent, "/console/bulk/undo", undo=done["undo"])).status_code == 404
    stranger = await world.staff(CLEO)
    assert (await press(stranger, "/console/bulk/undo", undo=done["undo"])).status_code == 404


async def test_chats_of_somebody_who_has_gone_return_to_the_queue_and_the_customer_is_told(
    world: World,
) -> None:
    panel, ident = await in_line(world)
    agent = await world.staff()
    page = f"/console/c/{ident}"
    await submit(agent, f"{page}/claim", page)
    await panel.wait("state", handled_by="agent")
    await world.desk.store.write(assignment.return_abandoned)
    assert "Assigned" not in (await agent.get(page)).text
    socket = await world.staff_socket(agent)
    await socket.wait("welcome")
    await socket.send(type="follow", conversation=ident, after=0)
    await socket.wait("presence")
    assert await world.desk.store.write(assignment.return_abandoned) == 0
    await socket.close()
    world.clock.wind(seconds=61)
    await world.desk.store.write(assignment.return_abandoned)
    state = await panel.wait("state", handled_by="queue")
    assert state["agent"] is None
    assert [m for m in panel.messages() if "Ben had to leave" in m["text"]]


async def test_going_offline_gives_the_chats_back_and_nobody_is_here_any_more(world: World) -> None:
    panel, ident = await in_line(world)
    agent = await world.staff()
    socket = await world.staff_socket(agent)
    await socket.wait("welcome")
    page = f"/console/c/{ident}"
    await submit(agent, f"{page}/claim", page)
    await panel.wait("state", handled_by="agent")
    world.clock.wind(seconds=2)
    assert (await press(agent, "/console/presence", state="offline")).json() == {"state": "offline"}
    world.clock.wind(seconds=1)
    await world.desk.store.write(assignment.return_abandoned)
    await panel.wait("state", handled_by="queue")
    assert not await world.desk.store.read(presence.people_here)
    assert (await press(agent, "/console/presence", state="asleep")).status_code == 422


async def test_where_a_lead_wants_it_waiting_chats_go_round_the_present(world: World) -> None:
    cleo = await world.staff(CLEO)
    wanted = {"zone": "Europe/Berlin", "day0": "09:00-17:00", "auto": "yes", "capacity": "2"}
    saved = await submit(cleo, "/console/settings", **wanted, retention_days="90")
    assert saved.status_code == 303
    ben = await world.staff()
    refused = await ben.post(
        "/console/settings", data={**hidden_fields((await cleo.get("/console/settings")).text)}
    )
    assert refused.status_code == 403
    for client in (ben, cleo):
        await (await world.staff_socket(client)).wait("welcome")
    people = [await in_line(world, f"trouble {n}") for n in range(5)]
    await world.desk.store.write(assignment.assign_waiting)
    states = [await people[n][0].wait("state", handled_by="agent") for n in range(4)]
    assert sorted(state["agent"] for state in states) == ["Ben", "Ben", "Cleo", "Cleo"]
    assert "1" in re.findall(r'data-unassigned="(\d+)"', (await ben.get("/console/inbox/all/rows")).text)


async def test_the_search_finds_a_phrase_among_messages_and_notes_page_by_page(world: World) -> None:
    agent = await world.staff()
    panel, ident = await in_line(world, "the purple elephant left")
    page = f"/console/c/{ident}"
    await submit(agent, f"{page}/note", page, client_id="n-00000001", text="An elephant in purple, says Ben.")
    other, _ = await in_line(world, "haystack number 12")
    for n in range(12):
        await panel.say(f"haystack number {n}")
        await other.say(f"haystack number {n + 13}")
    found = (await agent.get('/console/search?q="purple elephant"')).text
    assert "the purple elephant left" in found
    assert "says Ben" not in found
    both = (await agent.get("/console/search?q=elephant")).text
    assert "says Ben" in both
    assert "the purple elephant left" in both
    begun = (await agent.get("/console/search?q=purple eleph")).text
    assert "says Ben" in begun, "the last word may be unfinished"
    first = (await agent.get("/console/search?q=haystack")).text
    assert first.count("haystack number") == 20
    assert (await agent.get("/console/search?q=haystack&skip=20")).text.count("haystack number") == 5
    assert (await agent.get("/console/search?q=%22%27%29%20OR")).status_code == 200
    assert (await agent.get("/console/go?q=T-7")).headers["location"] == "/console/tickets/T-7"


async def test_the_figures_are_what_a_hand_counts(world: World) -> None:
    agent = await world.staff()
    socket = await world.staff_socket(agent)
    await socket.wait("welcome")
    people = [await in_line(world, f"trouble {n}") for n in range(3)]
    world.clock.wind(seconds=40)
    for n, (panel, ident) in enumerate(people[:2]):
        page = f"/console/c/{ident}"
        await submit(agent, f"{page}/reply", page, client_id=f"r-0000000{n}", text="Hello there.")
        await panel.wait("message", author="agent")
    page = f"/console/c/{people[0][1]}"
    await submit(agent, f"{page}/resolve", page)
    await people[0][0].send(type="rate", score=4, text=None)
    alone = await world.visitor()
    await alone.wait("welcome")
    await alone.say("hello")
    await alone.wait("message", author="bot")
    today = datetime.now(UTC).date()
    answer = await agent.get(
        f"/console/figures.csv?from={today - timedelta(days=1)}&to={today + timedelta(days=1)}"
    )
    rows = {(row["group"], row["name"]): row for row in csv.DictReader(io.StringIO(answer.text))}
    total, ben = rows["total", "All"], rows["agent", "Ben"]
    assert (total["conversations"], total["answered_by_assistant"]) == ("4", "1")
    assert (total["replies"], total["solved"], total["satisfaction"]) == ("2", "1", "4.0")
    assert (ben["conversations"], ben["replies"]) == ("2", "2")
    assert 39 < float(total["median_first_reply_s"]) < 60
    assert sum(int(row["conversations"]) for (group, _), row in rows.items() if group == "day") == 4
    shown = await agent.get("/console/figures?days=7")
    assert '<a href="?days=7" aria-current="true">' in shown.text
    for days, status in (("many", 422), ("0", 422), ("366", 200), ("367", 422)):
        assert (await agent.get(f"/console/figures?days={days}")).status_code == status, days


async def test_a_view_is_saved_under_a_name_and_a_draft_waits_for_its_author_only(world: World) -> None:
    _, ident = await in_line(world)
    ben, cleo = await world.staff(), await world.staff(CLEO)
    assert (
        await submit(ben, "/console/views", "/console", name="Urgent ones", view="all", priority="urgent")
    ).status_code == 303
    shown = (await ben.get("/console")).text
    assert "Urgent ones" in shown
    assert "Urgent ones" not in (await cleo.get("/console")).text
    link = re.search(r'href="(/console/views/[^"]+)"', shown)
    assert link
    assert "priority=urgent" in (await ben.get(link[1])).headers["location"]
    assert (await cleo.get(link[1])).status_code == 404
    page = f"/console/c/{ident}"
    assert (await press(ben, f"{page}/draft", page, kind="reply", text="Half a sent")).json() == {
        "kept": True
    }
    assert ">Half a sent</textarea>" in (await ben.get(page)).text
    assert "Half a sent" not in (await cleo.get(page)).text
    await submit(ben, f"{page}/reply", page, client_id="r-00000001", text="Half a sentence.")
    assert ">Half a sent</textarea>" not in (await ben.get(page)).text


async def test_every_screen_is_there(world: World) -> None:
    await in_line(world)
    cleo = await world.staff(CLEO)
    for path in (
        "/console", "/console/inbox/mine", "/console/inbox/mentions", "/console/inbox/resolved", "/console/inbox/bot",
        "/console/tickets", "/console/macros", "/console/figures", "/console/settings", "/console/search?q=cannot",
        "/console/privacy",
    ):  # fmt: skip
        assert (await cleo.get(path)).status_code == 200, path
    assert (await cleo.get("/console/inbox/nonsense")).status_code == 404
    assert (await cleo.get("/console/tickets/T-99999999999999")).status_code == 404


async def test_words_are_removed_for_everybody_with_a_mark_that_stays(world: World) -> None:
    panel, ident = await in_line(world, "call me at 555-0100, please")
    agent = await world.staff()
    page = f"/console/c/{ident}"
    await agent.get("/console/search?q=555")
    answer = await press(agent, f"{page}/redact", page, seq="1", part="555-0100")
    assert answer.json() == {"text": "call me at [removed], please"}
    assert (await panel.wait("changed", seq=1))["text"] == "call me at [removed], please"
    shown = (await agent.get(page)).text
    assert "555-0100" not in shown
    assert "Removed words from message 1." in shown
    assert "555-0100" not in (await agent.get("/console/search?q=call")).text
    assert (await press(agent, f"{page}/redact", page, seq="1", part="nowhere")).status_code == 422
    assert (await press(agent, f"{page}/redact", page, seq="99", part="call")).status_code == 404
    assert "message:redacted" in (await (await world.staff(CLEO)).get("/console/audit")).text


async def test_words_removed_from_where_the_list_cuts_a_message_off_leave_the_list_too(world: World) -> None:
    panel, ident = await in_line(world)
    shown = "a" * (PREVIEW_CHARS - 6) + " "
    said = await panel.say(f"{shown}QUARTZ-LANTERN-77")
    page = f"/console/c/{ident}"
    ben, asked = await world.staff(), {"seq": str(said["seq"]), "part": "QUARTZ-LANTERN-77"}
    assert (await press(ben, f"{page}/redact", page, **asked)).status_code == 200
    last = select(conversations.c.last_text)
    kept = await world.desk.store.read(lambda tx: tx.connection.execute(last).scalar_one())
    assert kept == f"{shown}{MARK}"[:PREVIEW_CHARS]


async def test_an_agents_file_goes_out_with_its_reply_and_nobody_elses_does(world: World) -> None:
    panel, ident = await in_line(world)
    _, other = await in_line(world)
    ben, cleo = await world.staff(), await world.staff(CLEO)
    page = f"/console/c/{ident}"
    token = hidden_fields((await ben.get(page)).text)["csrf_token"]
    headers = {**JSON, "X-CSRF-Token": token}
    kept = await ben.post(
        f"/console/files/{ident}",
        files={"file": ("steps.txt", b"1. Press Send", "text/plain")},
        headers=headers,
    )
    assert kept.status_code == 201, kept.text
    file_id = kept.json()["id"]
    wrong = await ben.post(
        f"/console/files/{ident}", files={"file": ("x.svg", b"<svg/>", "image/svg+xml")}, headers=headers
    )
    assert wrong.status_code == 415
    forged = await ben.post(
        f"/console/files/{ident}", files={"file": ("a.txt", b"a", "text/plain")}, headers=JSON
    )
    assert forged.status_code == 403
    assert (
        await press(cleo, f"{page}/reply", page, client_id="r-00000002", text="mine?", files=file_id)
    ).status_code == 422
    elsewhere = f"/console/c/{other}"
    astray = await press(
        ben, f"{elsewhere}/reply", elsewhere, client_id="r-00000003", text="astray", files=file_id
    )
    assert astray.status_code == 422
    sent = await press(ben, f"{page}/reply", page, client_id="r-00000001", text="", files=file_id)
    assert sent.status_code == 200, sent.text
    frame = await panel.wait("message", author="agent")
    assert frame["files"][0]["name"] == "steps.txt"
    got = await world.browser().get(frame["files"][0]["url"])
    assert got.text == "1. Press Send"


async def test_the_index_of_words_is_filled_in_the_background_in_small_steps(world: World) -> None:
    for number in range(3):
        await in_line(world, f"background word {number}")
    await search_index.look(world.desk)
    agent = Agent(1, "Ben", BEN, "agent")
    hits, more = await world.desk.store.read(search.find, agent, "background", 0)
    assert sorted(hit.snippet for hit in hits) == [f"background word {number}" for number in range(3)]
    assert not more
