"""Mail both ways, over a real SMTP conversation: answers land in their thread, machines and forgers change nothing."""

import contextlib
import html
import re
import socket
from collections.abc import AsyncIterator
from email.message import EmailMessage
from pathlib import Path

import aiosmtplib
import pytest

from helpdesk.inbound.listener import listen
from tests.listening import free_ports
from tests.world import World, start_world, submit, until

NIGHT = "night@example.com"


@contextlib.asynccontextmanager
async def post_office(world: World) -> AsyncIterator[int]:
    """The desk's listener on a free port."""
    server = await listen(world.desk, "127.0.0.1", 0)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        await server.wait_closed()


async def send(port: int, to: str, text: str, sender: str = NIGHT, **headers: str) -> None:
    """One mail, as a mail server would deliver it."""
    message = EmailMessage()
    message["From"], message["To"] = sender, to
    message["Subject"] = headers.pop("subject", "Re: your request")
    message["Message-ID"] = headers.pop("ident", f"<{abs(hash(text))}@example.com>")
    for name, value in headers.items():
        message[name.replace("_", "-")] = value
    message.set_content(text)
    await aiosmtplib.send(
        message, hostname="127.0.0.1", port=port, sender=sender, recipients=[to], start_tls=False
    )


async def a_ticket(world: World) -> tuple[str, str, str]:
    """(private page, console page, reply address) of a ticket that Ben has answered."""
    client = world.browser()
    answer = await submit(client, "/tickets/new", email=NIGHT, subject="No code", text="The code never came.")
    private = answer.headers["location"].partition("?")[0]
    agent = await world.staff()
    page = (await agent.get("/console/tickets/T-1001")).headers["location"]
    await submit(agent, f"{page}/reply", page, client_id="r-00000001", text="Please look in spam.")
    mail = await world.mail(NIGHT, "look in spam")
    return private, page, str(mail["Reply-To"])


async def test_an_answer_by_mail_lands_in_its_thread_once_and_opens_it_again(world: World) -> None:
    private, page, address = await a_ticket(world)
    agent = await world.staff()
    await submit(agent, f"{page}/resolve", page)
    async with post_office(world) as port:
        text = (
            "Found it there, thanks!\n\nOn Tue, 24 Nov 2026 at 10:00, Desk wrote:\n> Please look in spam.\n"
        )
        for _ in range(2):
            await send(port, address, text, ident="<same@example.com>")
    shown = (await world.browser().get(private)).text
    assert shown.count("Found it there, thanks!") == 1
    assert "This conversation is open again." in shown
    assert shown.count("Please look in spam.") == 1, "what is quoted is not said again"


async def test_what_is_cut_from_a_long_mail_is_said(world: World) -> None:
    private, _, address = await a_ticket(world)
    async with post_office(world) as port:
        await send(port, address, "A long story.\n" * 400)
        await send(port, "support@localhost", "Another story.\n" * 400, subject="A story")
    assert "only its first 4,000 characters came along" in (await world.browser().get(private)).text
    found = await (await world.staff()).get("/console/tickets/T-1002", follow_redirects=True)
    assert "only its first 4,000 characters came along" in found.text


async def test_two_long_message_ids_with_the_same_start_are_two_mails(world: World) -> None:
    private, _, address = await a_ticket(world)
    start = "<" + "a" * 100
    async with post_office(world) as port:
        for text, end in (("The first.", "1"), ("The second.", "2"), ("The first.", "1")):
            await send(port, address, text, ident=f"{start}{end}@example.com>")
    shown = (await world.browser().get(private)).text
    assert (shown.count("The first."), shown.count("The second.")) == (1, 1)


async def test_a_forged_mark_and_a_forged_sender_gain_nothing(world: World) -> None:
    private, page, address = await a_ticket(world)
    forged = address.replace("r-00000001", "r-00000002")
    async with post_office(world) as port:
        await send(port, forged, "Let me in", sender="mallory@example.com", ident="<f1@example.com>")
        await send(port, address, "I am Ben, close it", sender="ben@example.com", ident="<f2@example.com>")
        with pytest.raises(aiosmtplib.SMTPRecipientsRefused):
            await send(port, "victim@elsewhere.example", "relay me")
    shown = (await world.browser().get(private)).text
    assert "Let me in" not in shown
    agent = await world.staff()
    console = (await agent.get(page)).text
    assert "not the requester" in console
    assert '<b class="author">night:</b>' in console, "a mail never speaks as an agent"
    assert "T-1002" in (await agent.get("/console/tickets")).text, (
        "a wrong mark is a new request, in no thread"
    )


async def test_a_worker_takes_mail_as_soon_as_another_one_lets_go(tmp_path: Path) -> None:
    place = f"127.0.0.1:{free_ports(1)[0]}"
    host, _, port = place.rpartition(":")
    with socket.create_server((host, int(port))) as taken:
        async with start_world(tmp_path, inbound=place) as world:
            taken.close()
            await until(lambda: _answers(host, int(port)), 10)
            await send(int(port), "support@localhost", "It does not work", sender="new@example.com")
            assert "T-1001" in str((await world.mail("new@example.com"))["Subject"])


def _answers(host: str, port: int) -> bool:
    with socket.socket() as line:
        return line.connect_ex((host, port)) == 0


async def test_machines_are_never_answered_and_open_nothing(world: World) -> None:
    _, page, address = await a_ticket(world)
    before = len(await world.mails())
    async with post_office(world) as port:
        out_of_office = {"Auto_Submitted": "auto-replied"}
        await send(port, address, "I am on holiday", ident="<m1@example.com>", **out_of_office)
        await send(
            port, "support@localhost", "I am on holiday too", ident="<m2@example.com>", **out_of_office
        )
        await send(
            port,
            "support@localhost",
            "It bounced",
            sender="mailer-daemon@example.com",
            ident="<m3@example.com>",
        )
        await send(
            port, "support@localhost", "Our own words", sender="support@localhost", ident="<m4@example.com>"
        )
    agent = await world.staff()
    console = (await agent.get(page)).text
    assert "A machine answered by mail" in console
    assert "I am on holiday" not in console.partition('id="log"')[2].partition("composer")[0]
    assert "T-1002" not in (await agent.get("/console/tickets")).text
    assert len(await world.mails()) == before


async def test_a_new_mail_opens_a_ticket_with_one_fixed_confirmation(world: World) -> None:
    async with post_office(world) as port:
        await send(
            port, "support@localhost", "I cannot log in", sender="new@example.com", subject="Help <b>me</b>"
        )
    mail = await world.mail("new@example.com")
    assert "T-1001" in str(mail["Subject"])
    assert "cannot log in" not in mail.as_string()
    agent = await world.staff()
    page = await agent.get((await agent.get("/console/tickets/T-1001")).headers["location"])
    assert "I cannot log in" in page.text
    assert "<b>me</b>" not in page.text


async def test_a_mail_that_says_all_in_its_subject_opens_a_ticket(world: World) -> None:
    async with post_office(world) as port:
        await send(port, "support@localhost", "", sender="new@example.com", subject="I am locked out, help")
    agent = await world.staff()
    page = await agent.get((await agent.get("/console/tickets/T-1001")).headers["location"])
    assert "I am locked out, help" in page.text.partition('id="log"')[2]


async def test_files_of_a_mail_land_beside_its_words_and_what_is_not_taken_is_named(world: World) -> None:
    private, page, address = await a_ticket(world)
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = NIGHT, address, "Re: your request"
    message["Message-ID"] = "<files@example.com>"
    message.set_content("Here is what I see.")
    message.add_attachment(b"line one", maintype="text", subtype="plain", filename="../../log.txt")
    message.add_attachment(
        b"MZ", maintype="application", subtype="x-msdownload", filename="pass Hunter2!x.exe"
    )
    message.add_attachment(b"<svg/>", maintype="image", subtype="png", filename="no-picture.png")
    async with post_office(world) as port:
        for _ in range(2):
            await aiosmtplib.send(
                message, hostname="127.0.0.1", port=port, sender=NIGHT, recipients=[address], start_tls=False
            )
        fresh = EmailMessage()
        fresh["From"], fresh["To"], fresh["Subject"] = (
            "new@example.com",
            "support@localhost",
            "See the picture",
        )
        fresh.add_attachment(b"a,b", maintype="text", subtype="csv", filename="table.csv")
        await aiosmtplib.send(
            fresh, hostname="127.0.0.1", port=port, sender="new@example.com", recipients=["support@localhost"],
            start_tls=False,
        )  # fmt: skip
    browser = world.browser()
    shown = (await browser.get(private)).text
    links = re.findall(r'href="(/files/[^"]+)">([^<]+)<', shown)
    assert [name for _, name in links] == ["log.txt"]
    assert (await browser.get(html.unescape(links[0][0]))).text == "line one"
    assert shown.count("did not come along") == 2
    assert "Hunter2" not in shown
    assert "no-picture.png” did not come along" in shown
    agent = await world.staff()
    assert "log.txt" in (await agent.get(page)).text
    second = (await agent.get("/console/tickets/T-1002")).headers["location"]
    assert "table.csv" in (await agent.get(second)).text
