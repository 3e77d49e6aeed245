"""Tickets from the form and from the chat: reference, private link, mails, answers both ways."""

import re
import uuid

import httpx2

from tests.integration.test_reset_invitation import deeds
from tests.world import BEN, World, hidden_fields, link_in, submit, text_of

NIGHT = "night@example.com"


async def new_ticket(world: World, email: str = NIGHT, text: str = "The code never came.") -> str:
    """The path of the private page of a fresh ticket."""
    client = world.browser()
    answer = await submit(client, "/tickets/new", email=email, subject="No code at night", text=text)
    assert answer.status_code == 303, answer.text
    return answer.headers["location"].partition("?")[0]


async def test_a_ticket_without_an_account_has_a_reference_a_private_page_and_one_fixed_mail(
    world: World,
) -> None:
    private = await new_ticket(world, text="Buy cheap pills at evil.example")
    client = world.browser()
    page = await client.get(private)
    assert page.status_code == 200
    assert "T-1001" in page.text
    assert "Ticket T-1001 submitted." in (await client.get(f"{private}?sent=1")).text
    assert "Buy cheap pills" in page.text
    mail = await world.mail(NIGHT)
    assert str(mail["Subject"]) == "We have your ticket: T-1001"
    assert link_in(mail, "/t/") == private
    assert mail["Auto-Submitted"] == "auto-generated"
    assert "pills" not in text_of(mail)
    assert "No code" not in mail.as_string()
    await new_ticket(world)
    await new_ticket(world)
    assert len(await world.mails(NIGHT)) == 1
    for wrong in ("/t/T-1001", "/t/1001", "/t/" + "a" * 32):
        assert (await client.get(wrong)).status_code == 404
        assert "pills" not in (await client.get(wrong)).text


async def test_the_agents_answer_reaches_the_requester_by_mail_and_on_the_private_page(world: World) -> None:
    private = await new_ticket(world)
    agent = await world.staff()
    inbox = await agent.get("/console")
    assert "No code at night" in inbox.text
    assert "Urgent" in inbox.text, "account access is urgent by itself"
    ticket = await agent.get("/console/tickets/T-1001")
    page = ticket.headers["location"]
    assert (await submit(agent, f"{page}/claim", page)).status_code == 303
    await submit(
        agent, f"{page}/reply", page, client_id="r-00000001", text="We sent it again; look in spam, please."
    )
    mail = await world.mail(NIGHT, "look in spam, please")
    assert link_in(mail, "/t/") == private
    assert str(mail["Subject"]) == "Re: your ticket T-1001"
    assert "Ben has answered your ticket T-1001:" in text_of(mail)
    assert "+r-" in mail["Reply-To"]
    client = world.browser()
    shown = await client.get(private)
    for news in ("sent", "answered"):
        assert 'class="flash"' not in (await client.get(f"{private}?{news}=1")).text, "the answer is the news"
    assert "We sent it again; look in spam, please." in shown.text
    assert "Waiting for your answer" in shown.text
    await submit(agent, f"{page}/note", page, client_id="n-00000001", text="Between us: odd.")
    assert "odd" not in (await client.get(private)).text
    await submit(agent, f"{page}/resolve", page)
    answered = await submit(
        client, private, private, text="Found it, but it has expired.", client_id=str(uuid.uuid4())
    )
    assert answered.status_code == 303
    assert "Your answer is on its way to our team." in (await client.get(answered.headers["location"])).text
    assert "Found it, but it has expired." in (await agent.get(page)).text
    assert "This conversation is open again." in (await client.get(private)).text


async def test_the_same_form_sent_twice_makes_one_ticket(world: World) -> None:
    client = world.browser()
    fields = {
        **hidden_fields((await client.get("/tickets/new")).text), "client_id": str(uuid.uuid4()), "email": NIGHT,
        "subject": "Twice", "text": "Only once, please.",
    }  # fmt: skip
    first = await client.post("/tickets/new", data=fields)
    second = await client.post("/tickets/new", data=fields)
    assert first.headers["location"] == second.headers["location"]
    other = await client.post("/tickets/new", data={**fields, "email": "else@example.com"})
    assert other.status_code == 409
    wrong = await client.post("/tickets/new", data={**fields, "email": "no", "subject": " ", "text": ""})
    assert wrong.status_code == 422
    assert "Enter an email address like" in wrong.text
    assert (await client.post("/tickets/new", data={"email": NIGHT})).status_code == 403


async def test_a_chat_becomes_a_ticket_with_one_press_and_keeps_its_thread(world: World) -> None:
    panel = await world.visitor()
    await panel.say("I forgot my password")
    await panel.send(
        type="handover",
        client_id=str(uuid.uuid4()),
        to="ticket",
        email=NIGHT,
        subject="Locked out",
        text="**nobody** came",
    )
    state = await panel.wait("state", handled_by="ticket")
    assert state["ticket"] == "T-1001"
    shown = await world.browser().get(state["ticket_url"])
    assert "I forgot my password" in shown.text
    assert "<strong>Send verification code</strong>" in shown.text, (
        "the assistant's marks are read as in the panel"
    )
    assert re.search(r'<a href="/login"[^>]*>login page</a>', shown.text)
    assert "**nobody** came" in shown.text, "what the customer typed is shown as it was typed"
    agent = await world.staff()
    page = (await agent.get("/console/tickets/T-1001")).headers["location"]
    await submit(agent, f"{page}/reply", page, client_id="r-00000001", text="Now I am here.")
    assert (await panel.wait("message", author="agent"))["text"] == "Now I am here."
    assert "Now I am here." in text_of(await world.mail(NIGHT, "Now I am here."))


async def test_a_signed_in_customer_sees_own_tickets_only(world: World) -> None:
    await new_ticket(world, email="ada@example.com")
    ada = await world.customer()
    answer = await submit(
        ada, "/tickets/new", email="ada@example.com", subject="Mine alone", text="A question."
    )
    private = answer.headers["location"].partition("?")[0]
    mine = await ada.get("/my-tickets")
    assert "Mine alone" in mine.text
    assert private in mine.text
    assert "No code at night" not in mine.text, "whoever types an address is not its owner"
    stranger = await world.browser().get("/my-tickets")
    assert stranger.status_code == 303


async def test_state_priority_tags_assignee_snooze_and_merge(world: World) -> None:
    first, second = await new_ticket(world, text="one"), await new_ticket(world, text="two")
    agent = await world.staff()
    one = (await agent.get("/console/tickets/T-1001")).headers["location"]
    for act, fields in (
        ("priority", {"priority": "low"}), ("tags", {"tags": "VIP, billing, vip"}), ("assign", {"assignee": BEN}),
        ("status", {"status": "waiting"}),
    ):  # fmt: skip
        assert (await submit(agent, f"{one}/{act}", one, **fields)).status_code == 303
    shown = (await agent.get(one)).text
    assert "billing, vip" in shown
    assert "Waiting for customer" in shown
    assert '<option value="solved">Resolved</option>' in shown, "as the button and the view say it"
    assert (await submit(agent, f"{one}/status", one, status="sleeping")).status_code == 422
    assert (await submit(agent, f"{one}/snooze", one, until="1h")).status_code == 303
    assert "T-1001" not in (await agent.get("/console")).text.partition('id="rows"')[2]
    world.clock.wind(hours=2)
    agent = await world.staff()
    assert "T-1001" in (await agent.get("/console/inbox/all")).text.partition('id="rows"')[2]
    merged = await submit(agent, f"{one}/merge", one, into="T-1002")
    assert merged.status_code == 303
    (deed,) = await deeds(world, "ticket:merged")
    assert (deed.actor_name, deed.subject, deed.more) == ("Ben", "T-1001", {"into": "T-1002"})
    assert (await agent.get("/console/tickets/T-1001")).headers["location"] == (
        await agent.get("/console/tickets/T-1002")
    ).headers["location"]
    client = world.browser()
    for path in (first, second):
        text = (await client.get(path)).text
        assert "T-1002" in text
        assert "one" in text
        assert "two" in text


async def test_a_private_page_takes_files_and_keeps_the_words_when_one_is_refused(world: World) -> None:
    client = world.browser()
    sent = await submit(
        client, "/tickets/new", email="night@example.com", subject="No code", text="It never came."
    )
    private = sent.headers["location"].partition("?")[0]
    ident = str(uuid.uuid4())

    async def answer(text: str, *files: tuple[str, bytes, str]) -> httpx2.Response:
        fields = {**hidden_fields((await client.get(private)).text), "client_id": ident, "text": text}
        return await client.post(private, data=fields, files=[("files", one) for one in files])

    program = await answer("Look at this", ("x.exe", b"MZ", "application/octet-stream"))
    assert program.status_code == 422
    assert "“x.exe”: That file type is not allowed." in program.text
    assert ">Look at this</textarea>" in program.text
    for _ in range(2):  # an impatient finger
        assert (
            await answer("Look at this", ("a.txt", b"one", "text/plain"), ("b.csv", b"1,2", "text/csv"))
        ).status_code == 303
    shown = (await client.get(private)).text
    assert shown.count("Look at this") == 1
    assert re.findall(r'href="/files/[^"]+">([^<]+)<', shown) == ["a.txt", "b.csv"]
    ident = str(uuid.uuid4())
    assert (await answer("", ("c.txt", b"alone", "text/plain"))).status_code == 303
    forged = await client.post(
        private, data={"text": "no token"}, files=[("files", ("a.txt", b"a", "text/plain"))]
    )
    assert forged.status_code == 403
    many = await answer("", *[(f"{n}.txt", b"x", "text/plain") for n in range(9)])
    assert many.status_code in (400, 422)
    agent = await world.staff()
    page = (await agent.get("/console/tickets/T-1001")).headers["location"]
    assert "c.txt" in (await agent.get(page)).text


async def test_who_writes_too_often_keeps_the_words(world: World) -> None:
    client, private = world.browser(), ""
    for at in range(11):
        form = {"email": f"{at}@example.com", "subject": "Locked out", "text": f"Precious words {at}."}
        answer = await submit(client, "/tickets/new", **form)
        private = answer.headers["location"].partition("?")[0] if answer.status_code == 303 else private
    assert answer.status_code == 429
    assert 3500 < int(answer.headers["retry-after"]) <= 3600
    assert "Try again in 60 minutes." in answer.text
    for typed in form.values():
        assert typed in answer.text
    for at in range(31):
        answer = await submit(client, private, text=f"More words {at}.", client_id=str(uuid.uuid4()))
    assert answer.status_code == 429
    assert int(answer.headers["retry-after"]) > 60
    assert "More words 30." in answer.text.partition("<textarea")[2], "still in the box"
