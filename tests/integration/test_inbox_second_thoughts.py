"""Undo after sending, unread again, a whole view at once, one's own settings, mails to addresses that do not exist."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from email.message import EmailMessage

import pytest
from sqlalchemy import select

from helpdesk.delivery import suppression
from helpdesk.delivery.models import Job
from helpdesk.delivery.transports import Mailbox, RefusedForGood, is_about_the_address
from helpdesk.store.session import Tx
from helpdesk.tickets import held
from tests.integration.test_inbox_work import in_line, press
from tests.smtp_sink import smtp_sink
from tests.world import CLEO, World, submit, until

NIGHT = "night@example.com"


async def a_ticket(world: World) -> tuple[str, str]:
    """(private page, console page) of a new ticket."""
    answer = await submit(
        world.browser(), "/tickets/new", email=NIGHT, subject="No code", text="The code never came."
    )
    agent = await world.staff()
    return answer.headers["location"].partition("?")[0], (await agent.get("/console/tickets/T-1001")).headers[
        "location"
    ]


async def test_a_reply_to_a_ticket_waits_five_seconds_and_can_be_taken_back(world: World) -> None:
    private, page = await a_ticket(world)
    agent, customer = await world.staff(), world.browser()
    fields = {"client_id": "r-00000001", "text": "Look in spam, my password is Hunter2!x", "hold": "yes"}
    sent = (await press(agent, f"{page}/reply", page, **fields)).json()
    assert sent == {"held": "r-00000001", "for_s": 5.0}
    assert (await press(agent, f"{page}/reply", page, **fields)).json() == sent, "twice is once"
    assert "Look in spam" not in (await customer.get(private)).text
    assert "Look in spam" in (await agent.get(page)).text, "after a reload it can still be taken back"
    assert "Look in spam" not in (await (await world.staff(CLEO)).get(page)).text
    back = await press(agent, f"{page}/take-back", page, client_id="r-00000001")
    assert "Hunter2" not in back.json()["text"]
    shown = (await agent.get(page)).text
    assert ">Look in spam" in shown.partition('id="reply"')[2], "its words are a draft again"
    world.clock.wind(seconds=6)
    await held.look(world.desk)
    assert "Look in spam" not in (await customer.get(private)).text
    assert (await press(agent, f"{page}/take-back", page, client_id="r-00000001")).status_code == 409


async def test_what_waits_goes_out_by_itself_once_even_with_no_console_open(world: World) -> None:
    private, page = await a_ticket(world)
    agent = await world.staff()
    for number in (1, 2):
        fields = {"client_id": f"r-0000000{number}", "text": f"Answer {number}.", "hold": "yes"}
        assert "held" in (await press(agent, f"{page}/reply", page, **fields)).json()
    world.clock.wind(seconds=6)
    await held.look(world.desk)
    released = await press(agent, f"{page}/release", page, client_id="r-00000001")
    assert released.status_code == 200
    shown = (await world.browser().get(private)).text
    assert [shown.count(f"Answer {number}.") for number in (1, 2)] == [1, 1]
    assert shown.index("Answer 1.") < shown.index("Answer 2.")
    await world.mail(NIGHT, "Answer 2.")
    late = await press(agent, f"{page}/take-back", page, client_id="r-00000001")
    assert (late.status_code, late.json()["detail"]) == (409, "It is on its way already.")


async def test_a_waiting_reply_is_stopped_by_a_colleagues_and_becomes_a_draft(world: World) -> None:
    private, page = await a_ticket(world)
    ben, cleo = await world.staff(), await world.staff(CLEO)
    fields = {"client_id": "r-00000001", "text": "Ben was slower.", "after": "2", "hold": "yes"}
    assert "held" in (await press(ben, f"{page}/reply", page, **fields)).json()
    await press(cleo, f"{page}/reply", page, client_id="c-00000001", text="Cleo answers at once.")
    world.clock.wind(seconds=6)
    await held.look(world.desk)
    shown = (await ben.get(page)).text
    assert ">Ben was slower.</textarea>" in shown
    assert "Cleo replied while you were writing" in shown
    assert "Ben was slower." not in (await world.browser().get(private)).text


async def test_each_agent_says_what_waits_and_programs_never_wait(world: World) -> None:
    panel, ident = await in_line(world)
    agent, page = await world.staff(), f"/console/c/{ident}"
    reply = {"client_id": "r-00000001", "text": "A chat is live.", "hold": "yes"}
    assert "seq" in (await press(agent, f"{page}/reply", page, **reply)).json()
    await panel.wait("message", author="agent")
    settings = "/console/settings"
    chosen = {"undo": "all", "sound_reply": "knock", "key:e": "d", "key:s": ""}
    assert (await submit(agent, f"{settings}/mine", settings, **chosen)).status_code == 303
    reply = {"client_id": "r-00000002", "text": "Now chats wait, too.", "hold": "yes"}
    assert "held" in (await press(agent, f"{page}/reply", page, **reply)).json()
    plain = {"client_id": "r-00000003", "text": "A plain form does not."}
    assert "seq" in (await press(agent, f"{page}/reply", page, **plain)).json()
    shown = (await agent.get(settings)).text
    assert '<option value="knock" selected>' in shown
    assert "&#34;e&#34;: &#34;d&#34;" in shown
    for wrong in (
        {"undo": "never"},
        {"sound_reply": "gong"},
        {"key:e": "Enter"},
        {"key:e": "x", "key:s": "x"},
    ):
        assert (await submit(agent, f"{settings}/mine", settings, **wrong)).status_code == 422, wrong


async def test_a_conversation_is_unread_again_for_the_team_and_the_customer_is_told_nothing(
    world: World,
) -> None:
    panel, ident = await in_line(world)
    agent, page = await world.staff(), f"/console/c/{ident}"
    socket = await world.staff_socket(agent)
    await socket.wait("welcome")
    await socket.send(type="seen", conversation=ident, seq=panel.messages()[-1]["seq"])
    await panel.wait("seen", by="agent")
    frames = len(panel.seen)
    assert (await press(agent, f"{page}/unread", page)).json() == {"unread": True}
    rows = (await agent.get("/console/inbox/all/rows")).text
    assert "1 unread" in rows
    await panel.say("and another thing")
    assert not [f for f in panel.seen[frames:] if f["type"] == "seen"]
    await socket.send(type="seen", conversation=ident, seq=panel.messages()[-1]["seq"])
    await panel.wait("seen", by="agent")
    assert "unread" not in (await agent.get("/console/inbox/all/rows")).text.replace("is-unread", "")


async def test_a_whole_view_is_tagged_at_once_and_taken_back(world: World) -> None:
    for number in range(3):
        await in_line(world, f"trouble {number}")
    agent = await world.staff()
    done = (await press(agent, "/console/bulk", act="tag", tag="outage", view="unassigned")).json()
    assert (done["done"], done["sentence"]) == (3, "3 tagged.")
    narrowed = await press(agent, "/console/bulk", act="resolve", view="all", only_tag="other")
    assert narrowed.status_code == 422
    assert (await press(agent, "/console/bulk/undo", undo=done["undo"])).json()["sentence"] == "3 put back."
    assert "outage" not in (await agent.get("/console/inbox/all/rows")).text
    assert (await press(agent, "/console/bulk", act="tag", tag="x", view="nonsense")).status_code == 404
    many = ",".join(f"id-{n}" for n in range(300))
    assert (await press(agent, "/console/bulk", act="resolve", ids=many)).status_code == 422


async def test_an_address_that_does_not_exist_is_left_alone_until_somebody_says_why_not(
    make_world: Callable[..., AbstractAsyncContextManager[World]],
) -> None:
    async with smtp_sink() as sink, make_world(smtp_url=sink.url) as world:
        sink.refused[NIGHT] = "550 5.1.1 No such user"
        _, page = await a_ticket(world)
        agent = await world.staff()

        async def stopped() -> bool:
            return "address does not exist" in (await agent.get(page)).text

        await until(stopped)
        del sink.refused[NIGHT]
        await press(agent, f"{page}/reply", page, client_id="r-00000001", text="Do you get this?")
        await until(lambda: world.desk.store.read(given_up, 2))
        short = await press(agent, f"{page}/lift", page, reason="please")
        assert short.status_code == 422
        why = "The customer says that the mailbox works again."
        assert (await press(agent, f"{page}/lift", page, reason=why)).json() == {"lifted": True}
        assert (await press(agent, f"{page}/lift", page, reason=why)).status_code == 409
        assert not await stopped()
        assert why in (await agent.get(page)).text
        await press(agent, f"{page}/reply", page, client_id="r-00000002", text="And this?")
        await sink.wait(NIGHT, "And this?")
        assert not [mail for mail in sink.mails if "Do you get this?" in str(mail)]
        assert "mail:resumed" in (await (await world.staff(CLEO)).get("/console/audit")).text


async def test_the_page_and_the_mail_agree_on_when_the_thirty_days_are_over(world: World) -> None:
    _, page = await a_ticket(world)
    desk = world.desk
    await desk.store.write(suppression.suppress, desk.keys, NIGHT, "550")
    careful = suppression.Careful(Mailbox(desk.store), desk.store, desk.keys)
    mail = EmailMessage()
    mail["To"], mail["Subject"] = NIGHT, "We are here again"

    async def says_so() -> bool:
        return "address does not exist (550)" in (await (await world.staff()).get(page)).text

    world.clock.wind(days=29)
    with pytest.raises(RefusedForGood):
        await careful.send(mail, "desk@example.com", NIGHT)
    assert await says_so()
    world.clock.wind(days=1)
    await careful.send(mail, "desk@example.com", NIGHT)
    await world.mail(NIGHT, "We are here again")
    assert not await says_so()


def given_up(tx: Tx, count: int) -> bool:
    """Whether so many mails are dead letters."""
    return len(tx.session.execute(select(Job.id).where(Job.state == "dead")).all()) == count  # type: ignore[call-overload]


def test_only_words_about_the_address_itself_stop_its_mails() -> None:
    assert is_about_the_address(550, "5.1.1 No such user")
    assert is_about_the_address(550, "no such user here")
    assert not is_about_the_address(550, "5.7.1 Your sender is not liked here")
    assert not is_about_the_address(554, "relaying denied")
    assert not is_about_the_address(552, "5.2.2 The mailbox is full")
