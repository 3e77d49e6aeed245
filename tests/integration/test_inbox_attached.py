"""What is attached to a reply waits with its draft: in this conversation, for this agent, on any computer."""

import httpx2

from tests.integration.test_inbox_second_thoughts import a_ticket
from tests.integration.test_inbox_work import JSON, in_line, press
from tests.world import CLEO, World, hidden_fields


async def attach(agent: httpx2.AsyncClient, page: str, name: str) -> httpx2.Response:
    """Attach a text file to the reply in this conversation."""
    token = hidden_fields((await agent.get(page)).text)["csrf_token"]
    return await agent.post(
        page.replace("/console/c/", "/console/files/"),
        files={"file": (name, b"1. Press Send", "text/plain")},
        headers={**JSON, "X-CSRF-Token": token},
    )


async def attached(agent: httpx2.AsyncClient, page: str) -> str:
    """The chips of the reply."""
    return (await agent.get(page)).text.partition('id="chips"')[2].partition("</ul>")[0]


async def test_an_attached_file_waits_with_the_draft_of_its_conversation_alone(world: World) -> None:
    panel, ident = await in_line(world)
    _, other = await in_line(world)
    ben, cleo, page = await world.staff(), await world.staff(CLEO), f"/console/c/{ident}"
    steps = (await attach(ben, page, "steps.txt")).json()["id"]
    picture = (await attach(ben, page, "picture.txt")).json()["id"]
    home = await world.staff()
    assert "steps.txt" in await attached(home, page)
    assert "steps.txt" not in await attached(ben, f"/console/c/{other}")
    assert "steps.txt" not in await attached(cleo, page)
    await press(ben, f"{page}/draft", page, kind="reply", text="Half a sentence")
    await press(ben, f"{page}/draft", page, kind="reply", text="")
    assert "picture.txt" in await attached(ben, page), "words come and go; files stay"
    assert (await press(ben, f"{page}/draft", page, kind="reply", files=steps)).status_code == 200
    assert "picture.txt" not in await attached(ben, page)
    elsewhere = f"/console/c/{other}"
    assert (await press(ben, f"{elsewhere}/draft", elsewhere, kind="reply", files=steps)).status_code == 422
    assert (await press(cleo, f"{page}/draft", page, kind="reply", files=picture)).status_code == 422
    sent = await press(ben, f"{page}/reply", page, client_id="r-00000001", text="Look.", files=steps)
    assert sent.status_code == 200, sent.text
    assert [file["name"] for file in (await panel.wait("message", author="agent"))["files"]] == ["steps.txt"]
    assert "steps.txt" not in await attached(ben, page)


async def test_a_reply_takes_what_it_names_and_what_came_later_waits(world: World) -> None:
    _, ident = await in_line(world)
    ben, page = await world.staff(), f"/console/c/{ident}"
    first = (await attach(ben, page, "first.txt")).json()["id"]
    await attach(ben, page, "later.txt")
    await press(ben, f"{page}/reply", page, client_id="r-00000001", text="Look.", files=first)
    assert "first.txt" not in await attached(ben, page)
    assert "later.txt" in await attached(ben, page)
    for number in range(4):
        assert (await attach(ben, page, f"more-{number}.txt")).status_code == 201
    assert (await attach(ben, page, "sixth.txt")).status_code == 422


async def test_a_reply_that_is_taken_back_has_its_files_again(world: World) -> None:
    _, page = await a_ticket(world)
    ben = await world.staff()
    steps = (await attach(ben, page, "steps.txt")).json()["id"]
    fields = {"client_id": "r-00000001", "text": "Look.", "files": steps, "hold": "yes"}
    assert "held" in (await press(ben, f"{page}/reply", page, **fields)).json()
    assert "steps.txt" not in await attached(ben, page)
    assert "steps.txt" in (await ben.get(page)).text, "the bubble that still waits names it"
    await press(ben, f"{page}/draft", page, kind="reply", text="The next one")
    await press(ben, f"{page}/take-back", page, client_id="r-00000001")
    assert "steps.txt" in await attached(ben, page)
    assert "Look.\nThe next one" in (await ben.get(page)).text


async def test_a_draft_that_was_begun_meanwhile_outlives_the_sending(world: World) -> None:
    _, page = await a_ticket(world)
    ben = await world.staff()
    await press(ben, f"{page}/reply", page, client_id="r-00000001", text="Look.", hold="yes")
    await press(ben, f"{page}/draft", page, kind="reply", text="The next one")
    released = await press(ben, f"{page}/release", page, client_id="r-00000001")
    assert released.status_code == 200
    assert ">The next one</textarea>" in (await ben.get(page)).text
