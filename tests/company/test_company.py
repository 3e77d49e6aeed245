"""A simulated company lives the lockout story, while one process after another is killed.

`bin/company 20` kills twenty more at random, afterwards.
"""

import asyncio
import random
from pathlib import Path

import pytest

from tests import slapd
from tests.company import nginx
from tests.company.company import Company, open_company, rounds
from tests.company.ends import everything_arrived, it_ends_in_order, nobody_told, operators_are_content
from tests.company.killing import go_on, more_are_killed
from tests.company.people import WITHIN_S, Agent, Program, Visitor, hired, meanwhile
from tests.fault.people import living, rest, rest_and_judge
from tests.integration.test_recovery import HERE, code_in, set_password
from tests.world import ADA, link_in, submit, until

pytestmark = [
    pytest.mark.skipif(slapd.slapd() is None, reason=slapd.WHY_NOT),
    pytest.mark.skipif(nginx.program() is None, reason=nginx.WHY_NOT),
]
SEED = 20261125
NEW = "Brand-New-Phrase-Of-Mine"
REASON = "Locked out, asked for help in this chat."


@pytest.mark.timeout(300 + 120 * rounds())
async def test_nothing_is_lost_while_one_process_of_each_kind_is_killed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with open_company(tmp_path) as company:
        monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "nginx" / "ca.pem"))
        async with hired(company) as (ben, program):
            await the_story(company, random.Random(SEED), ben, program)
        await operators_are_content(company)
        await it_ends_in_order(company)
        nobody_told(company)


async def the_story(company: Company, dice: random.Random, ben: Agent, program: Program) -> None:
    """Ada's day, in a crowd of others and of tickets."""
    hook = await program.call("POST", "/webhooks", json={"url": company.box.url, "events": ["*"]})
    ada = Visitor(company, dice)
    crowd = [Visitor(company, random.Random(dice.random()), writes=True) for _ in range(3)]
    async with living(crowd), meanwhile(program.open_tickets()):
        async with living([ada]):
            case = await the_bot_answers_and_a_person_is_asked_for(company, ada, ben, program)
        async with meanwhile(ben.live(case)):
            await they_talk_while_a_web_process_and_the_bells_die(company, ada, ben, case)
            await she_is_cut_off_and_comes_back(company, ada, ben, case)
            async with living([ada]):
                await an_invitation_waits_for_the_dead(company, crowd, program, ben, case)
                await a_new_password_is_set_in_the_directory(company)
                await more_are_killed(company, crowd, program, dice)
                company.nginx.kill_its_workers()
                await program.rests()
                await rest_and_judge([ada, *crowd], WITHIN_S)
        await program.call("POST", f"/conversations/{case}/resolve")
    await everything_arrived(company, program, hook, [ada, *crowd], case)


async def the_bot_answers_and_a_person_is_asked_for(
    company: Company, ada: Visitor, ben: Agent, program: Program
) -> str:
    """The public id of the conversation."""
    await ada.says("i forgt my pasword")
    answer = await ada.sees(author="bot", asks_feedback=True)
    assert answer["article"]["slug"] == "forgot-password"
    assert answer["article"]["url"].endswith("/help/forgot-password")
    await ada.tell(type="feedback", seq=answer["seq"], helpful=False, reason=None)
    await ada.is_told("feedback", helpful=False)
    await ben.signs_in()
    async with meanwhile(ben.live()):
        await until(lambda: any(f["type"] == "welcome" for f in ben.frames), WITHIN_S)
        company.box.answers = [503]  # the receiver is ill; what it refuses now comes again
        ada.intend({"type": "handover", "to": "agent", "email": None, "subject": None, "text": "A person"})
        case = str((await ada.is_told("welcome"))["conversation"])
        await until(lambda: case in in_line(ben), WITHIN_S)
    await ada.is_told("state", handled_by="queue")
    listed = await program.pages("/conversations", handled_by="queue")
    assert case in [each["id"] for each in listed]
    await until(lambda: [body for _, body in company.box.got if '"queue"' in body], WITHIN_S)
    company.box.answers = [200]
    return case


def in_line(ben: Agent) -> set[str]:
    """The conversations that Ben saw waiting for a person."""
    rows = [frame["row"] for frame in ben.frames if frame["type"] == "inbox" and frame["row"]]
    return {str(row["conversation"]) for row in rows if row["handled_by"] == "queue"}


async def they_talk_while_a_web_process_and_the_bells_die(
    company: Company, ada: Visitor, ben: Agent, case: str
) -> None:
    """A web process is killed and started again, then Valkey."""
    first = company.web[0]
    async with living([ada]):
        await until(lambda: ada.connected, WITHIN_S)
        await first.kill()
        await ben.does(case, "claim")
        await ben.does(case, "reply", client_id="reply-00000001", text="Hello, I am Ben. What happened?")
        await ada.sees(author="agent", text="Hello, I am Ben. What happened?")
        await ada.says("I got a new phone")
        await ben.sees(type="message", text="I got a new phone")
        await first.start()
        await company.kill(company.valkey)
        await ben.does(case, "reply", client_id="reply-00000002", text="And the old one?")
        await ada.sees(author="agent", text="And the old one?")
        await ada.says("It is gone")
        await ben.sees(type="message", text="It is gone")
        await asyncio.to_thread(company.valkey.start)


async def she_is_cut_off_and_comes_back(company: Company, ada: Visitor, ben: Agent, case: str) -> None:
    """What both wrote meanwhile is there, once and in order."""
    ada.intend({"type": "say", "text": "first from the tunnel"})
    ada.intend({"type": "say", "text": "second from the tunnel"})
    before = ada.record.last
    await ben.does(case, "reply", client_id="reply-00000003", text="Still there?")
    await ben.sees(type="message", text="Still there?")
    assert ada.record.last == before
    async with living([ada]):
        await until(lambda: not ada.waiting, WITHIN_S)
        texts = [message["text"] for message in ada.record.shown if message["seq"] > before]
        assert texts == ["Still there?", "first from the tunnel", "second from the tunnel"]


async def an_invitation_waits_for_the_dead(
    company: Company, crowd: list[Visitor], program: Program, ben: Agent, case: str
) -> None:
    """No worker lives and PostgreSQL crashes; the invitation, sent twice, is one mail in the end.

    The worker dies at a quiet moment: what it had begun would only be tried again when its lease ends, in a minute.
    """
    await program.rests()
    await rest(list(crowd), WITHIN_S)
    await company.nothing_waits(WITHIN_S)
    await company.worker.kill()
    had, opened = sum(len(p.record.receipts) for p in crowd), len(program.opened)
    go_on(crowd, program)
    await until(lambda: sum(len(p.record.receipts) for p in crowd) >= had + 3, WITHIN_S)
    await company.crash_postgres()
    fields = {"client_id": "pressed-once", "email": ADA, "reason": REASON, "code": ben.code()}
    inviting = asyncio.create_task(ben.does(case, "invite", **fields))
    await asyncio.to_thread(company.postgres.start)
    await inviting
    await ben.does(case, "invite", **fields)
    await until(lambda: len(program.opened) > opened, WITHIN_S)
    assert company.letters_to(ADA) == []
    await company.worker.start()


async def a_new_password_is_set_in_the_directory(company: Company) -> None:
    """The link, the code, a directory that is dead and comes back, the new password."""
    letter = await company.sink.wait(ADA, "/recover/", WITHIN_S)
    async with company.browser() as browser:
        started = await submit(browser, link_in(letter, "/recover/"))
        assert started.headers["location"] == HERE
        code = code_in(await company.sink.wait(ADA, "good for", WITHIN_S))
        assert (await submit(browser, HERE, code=code)).status_code == 303
        await company.kill(company.ldap)  # type: ignore[arg-type]
        waits = await set_password(browser, NEW)
        assert waits.status_code == 503
        assert "did not answer" in waits.text
        await asyncio.to_thread(company.ldap.start)
        assert (await set_password(browser, NEW)).status_code == 303
        shown = await browser.get("/login?reset=1")
        assert "https://shop.example.com/login" in shown.text
    assert company.ldap.may_sign_in("ada", NEW)
    assert not company.ldap.may_sign_in("ada", slapd.OLD)
    await company.sink.wait(ADA, "signed out", WITHIN_S)
