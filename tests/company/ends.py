"""What must hold at the end: nothing acknowledged is lost, no mail is doubled, each event arrived, signed."""

import re
import signal
from collections import Counter
from collections.abc import Sequence
from typing import Any

import httpx2
from standardwebhooks import Webhook as Verifier

from tests import slapd
from tests.company.company import Company, rounds
from tests.company.people import Program, Visitor
from tests.integration.test_recovery import CODE
from tests.world import ADA

AFTER_A_LEASE_S = 120.0


async def everything_arrived(
    company: Company, program: Program, hook: dict[str, Any], people: Sequence[Visitor], case: str
) -> None:
    """Ask everybody."""
    await company.nothing_waits(AFTER_A_LEASE_S)
    events = {
        headers["webhook-id"]: verified(hook["secret"], headers, body) for headers, body in company.box.got
    }
    posted = Counter(
        (event["data"]["conversation"], event["data"]["message"]["seq"])
        for event in events.values()
        if event["type"] == "message.posted"
    )
    assert set(posted.values()) == {1}, "one event for one message"
    mine = await program.call("GET", f"/conversations/{case}")
    assert mine["handled_by"] == "closed"
    for conversation in await program.pages("/conversations"):
        rows = await program.pages_after(f"/conversations/{conversation['id']}/messages")
        assert {row["seq"] for row in rows} == {s for c, s in posted if c == conversation["id"]}
    shown = sum(len(person.record.shown) for person in people)
    assert len(posted) >= shown
    tickets = {ticket["ref"]: ticket for ticket in await program.pages("/tickets")}
    assert set(tickets) == set(program.opened.values()), "each acknowledged one is there, and no other"
    opened = Counter(e["data"]["ref"] for e in events.values() if e["type"] == "ticket.opened")
    assert opened == Counter(program.opened.values())
    log = await program.pages(f"/webhooks/{hook['id']}/deliveries")
    assert {row["state"] for row in log} == {"delivered"}
    assert {row["message_id"] for row in log} == set(events)
    no_mail_is_doubled(company, program)


def verified(secret: str, headers: dict[str, str], body: str) -> dict[str, Any]:
    """The event, which must be signed; and nobody's secret is in it."""
    found: dict[str, Any] = Verifier(secret).verify(body, headers)
    assert "/recover/" not in body
    assert "/t/" not in body
    assert not CODE.search(body)
    return found


def no_mail_is_doubled(company: Company, program: Program) -> None:
    """One confirmation for each ticket, three letters for Ada; a worker that died with a mail in hand may repeat it."""
    sent = [(str(mail["To"]), str(mail["Message-ID"])) for mail in company.sink.mails]
    doubled = len(sent) - len(set(sent))
    assert doubled <= rounds(), sent
    each = Counter(to for to, _ in set(sent))
    assert {to: each[to] for to in program.opened} == dict.fromkeys(program.opened, 1)
    assert each[ADA] == 3, [str(mail["Subject"]) for mail in company.letters_to(ADA)]


async def operators_are_content(company: Company) -> None:
    """The commands, and what machines ask."""
    code, said = await company.run("audit", "verify")
    assert code == 0, said
    code, said = await company.run("doctor")
    assert code == 0, said
    assert "the directory" in said.lower()
    for web in company.web:
        async with httpx2.AsyncClient(base_url=web.url) as inside:
            ready = await inside.get("/readyz")
        assert (ready.status_code, ready.json()["failed"]) == (200, [])
    async with company.browser() as outside:
        for path in ("/metrics", "/readyz", "/healthz"):
            assert (await outside.get(path)).status_code == 404


def nobody_told(company: Company) -> None:
    """No line of a log and no span holds a secret, and none a traceback."""
    lines = company.said()
    broken = [line for line in lines.splitlines() if "Traceback" in line]
    assert not broken, broken[0]
    spans = company.spans.read_text(encoding="utf-8")
    assert "POST /console/c/{conversation}/invite" in spans
    assert '"job webhook"' in spans
    for secret in secrets_of(company):
        assert secret not in lines
        assert secret not in spans


def secrets_of(company: Company) -> set[str]:
    """What the story's mails and settings hold and no log may."""
    bodies = [str(mail.get_body(("plain",)).get_content()) for mail in company.letters_to(ADA)]  # type: ignore[union-attr]
    links = {found for body in bodies for found in re.findall(r"/(?:recover|not-me|t)/([\w-]+)", body)}
    codes = {found[0] for body in bodies if (found := CODE.search(body))}
    assert links
    assert codes
    return links | codes | {slapd.DESK_PASSWORD, "Brand-New-Phrase-Of-Mine"}


async def it_ends_in_order(company: Company) -> None:
    """As an operator stops it: nobody has to be killed."""
    for process in (*company.web, company.worker):
        process.tell(signal.SIGTERM)
        assert await process.ended(15) == 0
