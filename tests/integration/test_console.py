"""The console over HTTP: what the staff sees and does without any script."""

import html
import re
import uuid
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager

from helpdesk.console.words import sign
from tests.integration.test_sign_in_staff import first_step, now_code, with_second_factor
from tests.world import ADA, BEN, CLEO, DORA, PASSWORDS, Panel, World, submit, until


async def waiting_visitor(world: World, text: str = "I cannot get in") -> tuple[Panel, str]:
    """A visitor who has asked for a person: (panel, public id)."""
    panel = await world.visitor()
    welcome = await panel.wait("welcome")
    await panel.say(text)
    await panel.send(
        type="handover",
        client_id="11111111-1111-4111-8111-111111111111",
        to="agent",
        email=None,
        subject=None,
        text=None,
    )
    await panel.wait("state", handled_by="queue")
    return panel, welcome["conversation"]


async def test_a_stranger_is_sent_to_the_sign_in_and_an_editor_sees_no_conversation(world: World) -> None:
    _, ident = await waiting_visitor(world)
    stranger = world.browser()
    shown = await stranger.get("/console")
    assert (shown.status_code, shown.headers["location"]) == (303, "/console/login")
    assert (await stranger.get(f"/console/c/{ident}")).status_code == 303
    editor = await world.staff(DORA)
    assert (await editor.get("/console")).status_code == 200
    there, nowhere = (
        await editor.get(f"/console/c/{ident}"),
        await editor.get("/console/c/nothing-of-that-id"),
    )
    assert (there.status_code, nowhere.status_code) == (404, 404)
    agent = await world.staff()
    assert (await agent.get(f"/console/c/{ident}")).status_code == 200


async def test_an_agent_claims_answers_notes_and_resolves_without_a_script(world: World) -> None:
    panel, ident = await waiting_visitor(world)
    agent = await world.staff()
    inbox = await agent.get("/console")
    assert 'aria-label="Conversations"' in inbox.text
    assert ">Claim</button>" in inbox.text
    page = f"/console/c/{ident}"
    assert (await submit(agent, f"{page}/claim", page)).status_code == 303
    await panel.wait("state", handled_by="agent", agent="Ben")
    shown = await agent.get(page)
    client_id = re.search(r'name="client_id" value="([^"]+)"', shown.text)
    assert client_id
    sent = await submit(agent, f"{page}/reply", page, client_id=client_id[1], text="What do you see?")
    assert sent.status_code == 303
    assert (await panel.wait("message", author="agent"))["text"] == "What do you see?"
    again = await submit(agent, f"{page}/reply", page, client_id=client_id[1], text="What do you see?")
    assert again.status_code == 303
    await submit(agent, f"{page}/note", page, client_id="n-123456789", text="Sounds honest.")
    shown = await agent.get(page)
    assert shown.text.count('<div class="text">What do you see?') == 1
    assert "Sounds honest." in shown.text
    assert (await submit(agent, f"{page}/resolve", page)).status_code == 303
    await panel.wait("state", handled_by="closed")
    assert not [m for m in panel.messages() if "honest" in m["text"]]


async def test_of_two_claims_one_wins_and_the_other_is_told_who(world: World) -> None:
    _, ident = await waiting_visitor(world)
    ben, cleo = await world.staff(), await world.staff(CLEO)
    page = f"/console/c/{ident}"
    assert (await submit(ben, f"{page}/claim", page)).status_code == 303
    late = await submit(cleo, f"{page}/claim", page)
    assert late.status_code == 409
    assert "Ben already has this conversation." in late.text
    assert (await submit(cleo, f"{page}/take-over", page)).status_code == 303
    assert "Assigned to Cleo" in (await ben.get(page)).text


async def test_a_reply_is_stopped_when_a_colleague_was_faster(world: World) -> None:
    _, ident = await waiting_visitor(world)
    ben, cleo = await world.staff(), await world.staff(CLEO)
    page = f"/console/c/{ident}"
    await submit(ben, f"{page}/reply", page, client_id="aaaaaaaa-1", text="First of Ben", after="3")
    late = await submit(cleo, f"{page}/reply", page, client_id="bbbbbbbb-1", text="Also Cleo", after="3")
    assert late.status_code == 409
    assert "Ben replied while you were writing." in late.text
    assert "Also Cleo" in late.text
    assert (
        await submit(cleo, f"{page}/reply", page, client_id="bbbbbbbb-1", text="Also Cleo")
    ).status_code == 303


async def test_an_answer_that_asks_for_a_password_is_not_sent(world: World) -> None:
    panel, ident = await waiting_visitor(world)
    agent = await world.staff()
    page = f"/console/c/{ident}"
    refused = await submit(
        agent, f"{page}/reply", page, client_id="cccccccc-1", text="What is your password?"
    )
    assert refused.status_code == 422
    assert "Support never needs either" in refused.text
    await submit(agent, f"{page}/reply", page, client_id="cccccccc-2", text="We never ask for your password.")
    assert (await panel.wait("message", author="agent"))["text"] == "We never ask for your password."


REASON = "Locked out of the account, asked for help in this chat."


async def test_the_details_of_a_proved_customer_follow_the_invitation_and_hold_no_secret(
    world: World,
) -> None:
    ada = await world.customer()
    cookies = "; ".join(f"{c.name}={c.value}" for c in ada.cookies.jar)
    panel = await world.visitor(cookies=cookies)
    ident = (await panel.wait("welcome"))["conversation"]
    await panel.say("My password feels wrong")
    agent = await world.staff()
    page = f"/console/c/{ident}"
    await submit(agent, f"{page}/claim", page)
    shown = (await agent.get(page)).text
    assert "Signed in" in shown
    assert "1 browser" in shown
    wrong = await submit(agent, f"{page}/invite", f"{page}/invite", reason=REASON, password="no")
    assert wrong.status_code == 401
    sent = await submit(
        agent, f"{page}/invite", f"{page}/invite", reason=REASON, password=PASSWORDS["ben@example.com"]
    )
    assert sent.status_code == 303, sent.text
    letter = await world.mail(ADA, "/recover/")

    async def accepted() -> str:
        text = (await agent.get(page)).text
        return text if "accepted by the mail server" in text else ""

    shown = await until(accepted)
    assert "Sent a password-reset invitation." in shown
    link = next(word for word in str(letter.get_body(("plain",))).split() if "/recover/" in word)
    assert link.rpartition("/")[2] not in shown
    assert "/recover/" not in shown


async def test_for_an_unproved_customer_the_answer_says_nothing_about_accounts(world: World) -> None:
    answers = []
    for address in (ADA, "nobody@example.com"):
        _, ident = await waiting_visitor(world)
        agent = await world.staff()
        page = f"/console/c/{ident}"
        await submit(agent, f"{page}/claim", page)
        sent = await submit(
            agent, f"{page}/invite", f"{page}/invite", email=address, reason=REASON,
            password=PASSWORDS["ben@example.com"],
        )  # fmt: skip
        assert sent.status_code == 303, sent.text
        text = (await agent.get(page)).text
        answers.append(text.partition('id="access-title"')[2].partition("</section>")[0].replace(ident, "ID"))
        assert "accepted by the mail server" not in text
    assert answers[0] == answers[1]


async def test_with_a_second_factor_the_invitation_takes_a_fresh_code_once(
    make_world: Callable[..., AbstractAsyncContextManager[World]],
) -> None:
    async with make_world(agent_second_factor="required") as world:
        app = await with_second_factor(world)
        agent = await first_step(world)
        assert (await submit(agent, "/console/login", code=now_code(world, app))).status_code == 303
        _, ident = await waiting_visitor(world)
        page = f"/console/c/{ident}"
        await submit(agent, f"{page}/claim", page)
        form = (await agent.get(f"{page}/invite")).text
        assert "One-time code" in form
        assert 'type="password"' not in form
        fields = {"email": ADA, "reason": REASON}
        stolen = await submit(
            agent, f"{page}/invite", f"{page}/invite", **fields, code="", password=PASSWORDS[BEN]
        )
        assert stolen.status_code == 401
        code = now_code(world, app)
        sent = await submit(agent, f"{page}/invite", f"{page}/invite", **fields, code=code)
        assert sent.status_code == 303, sent.text
        await world.mail(ADA, "/recover/")
        again = await submit(agent, f"{page}/invite", f"{page}/invite", **fields, code=code)
        assert again.status_code == 401
        assert "was used already" in again.text


async def test_a_hand_over_shows_what_the_assistant_said_and_why_it_did_not_help(world: World) -> None:
    panel = await world.visitor()
    ident = (await panel.wait("welcome"))["conversation"]
    await panel.say("How do I change my login password?")
    answer = await panel.wait("message", author="bot", asks_feedback=True)
    await panel.send(type="feedback", seq=answer["seq"], helpful=False, reason="I cannot find that page")
    await panel.wait("feedback")
    await panel.send(
        type="handover", client_id=str(uuid.uuid4()), to="agent", email=None, subject=None, text=None
    )
    await panel.wait("state", handled_by="queue")
    shown = html.unescape((await (await world.staff()).get(f"/console/c/{ident}")).text)
    assert answer["article"]["title"] in shown
    assert re.search(r"Did this answer the question\? <b>No</b> — I cannot find that page", shown)
    assert "Not verified" in shown


async def test_who_signs_in_comes_to_the_page_that_was_asked_for_once(world: World) -> None:
    _, ident = await waiting_visitor(world)
    page = f"/console/c/{ident}?view=mine"
    for who, where in ((BEN, page), (DORA, None)):
        client = world.browser()
        assert (await client.get(page)).headers["location"] == "/console/login"
        for other in ({"Sec-Fetch-Dest": "empty"}, {"Accept": "application/json"}):
            await client.get("/console/inbox/all/rows", headers=other)
        answer = await submit(client, "/console/login", email=who, password=PASSWORDS[who])
        assert answer.headers["location"] == "/console"
        first = await client.get("/console")
        assert (first.status_code, first.headers.get("location")) == ((303, where) if where else (200, None))
        assert (await client.get(where or "/console")).status_code == 200
        assert (await client.get("/console")).status_code == 200, "once"
    stranger = world.browser()
    for nowhere in ("/console", "/console/login", "/console/search?q=" + "x" * 400):
        assert "wanted" not in (await stranger.get(nowhere)).headers.get("set-cookie", "")


async def test_the_list_calls_nobody_you_for_what_a_colleague_wrote(world: World) -> None:
    _, ident = await waiting_visitor(world)
    agent, colleague = await world.staff(), await world.staff(CLEO)
    page = f"/console/c/{ident}"
    await submit(agent, f"{page}/claim", page)
    await submit(agent, f"{page}/reply", page, client_id="r-12345678", text="What do you see?")
    shown = await colleague.get("/console/inbox/all")
    assert '<span class="preview">Reply: What do you see?</span>' in shown.text


async def test_nameless_visitors_are_told_apart_by_a_short_sign(world: World) -> None:
    signs = set()
    agent = await world.staff()
    for _ in range(2):
        _, ident = await waiting_visitor(world)
        shown = (await agent.get(f"/console/c/{ident}")).text
        heading = re.search(r"<h1>Visitor <small>([0-9A-F]{4})</small></h1>", shown)
        assert heading
        assert f'aria-label="Select conversation with Visitor {heading[1]}"' in shown
        assert f'<span class="name">Visitor <small>{heading[1]}</small></span>' in shown
        assert 'aria-label="Conversation with Visitor"' in shown
        signs.add(heading[1])
    assert len(signs) == 2
    assert sign("Ada", ident) == ""


async def test_who_is_logged_out_meanwhile_reads_what_to_do(world: World) -> None:
    agent = await world.staff()
    agent.cookies.clear()
    answer = await agent.post("/console/macros", data={"name": "hi", "text": "Hello."})
    assert answer.status_code == 401
    assert "nothing was changed. Log in and do it again." in answer.text
    assert '<a href="/console">Log In</a>' in answer.text
