"""What must not be found anywhere: codes, links, passwords; and what the handler must not look at: accounts."""

import logging
import math
import random
import re
import statistics
import time
from typing import Any

import pytest
from sqlalchemy import event

from helpdesk import logs
from helpdesk.accounts import people
from helpdesk.accounts.burning import burn
from helpdesk.actor import System
from helpdesk.delivery.outbox import LEASE_S
from helpdesk.store.session import Tx
from tests.fault.length import SEED, times
from tests.integration.test_recovery import CODE, HERE, NEW, ask, code_in, set_password
from tests.integration.test_reset_invitation import invite
from tests.smtp_sink import smtp_sink
from tests.world import ADA, BEN, PASSWORDS, World, submit, text_of


async def test_the_handler_never_looks_an_account_up(make_world: Any) -> None:
    async with make_world(worker="outside", limits="off") as world:
        said: list[str] = []
        engine = world.desk.store.engine
        client = world.browser()
        await client.get(HERE)
        event.listen(
            engine, "before_cursor_execute", lambda c, cursor, statement, *rest: said.append(statement)
        )
        await ask(client, ADA)
        await submit(client, HERE, code="BBBB-BBBB")
        world.clock.wind(seconds=61)
        await submit(client, HERE, resend="1")
        await client.get(HERE)
        assert any("INSERT INTO recovery_flow" in statement for statement in said)
        touched = [s for s in said if re.search(r"\b(FROM|JOIN|UPDATE|INTO)\s+account\b", s)]
        assert touched == []


async def test_every_address_gets_the_same_bytes(make_world: Any) -> None:
    async with make_world(limits="off", mail_from="help@example.com") as world:
        keys = world.desk.keys

        def add(tx: Tx, email: str, **changes: Any) -> None:
            account = people.add_account(
                tx, keys, System("test"), email=email, name="", password_hash="none:x"
            )
            for name, value in changes.items():
                setattr(account, name, value)
            tx.session.add(account)

        await world.desk.store.write(add, "new@example.com", verified_at=None)
        await world.desk.store.write(add, "out@example.com", disabled_at=world.clock.now())
        await world.desk.store.write(add, "help+t1@example.com")
        pages = {}
        for email in (
            ADA,
            "new@example.com",
            "out@example.com",
            "help+t1@example.com",
            BEN,
            "eve@example.com",
        ):
            client = world.browser()
            asked = await ask(client, email)
            shown, again = await client.get(HERE), await submit(client, HERE, resend="1")
            cookie = re.sub("rec=[^;]+", "rec=…", asked.headers["set-cookie"])
            pages[email] = [asked.status_code, cookie, *(_bytes(one, email) for one in (asked, shown, again))]
        assert all(page == pages[ADA] for page in pages.values())


def _bytes(answer: Any, email: str) -> tuple[list[tuple[str, str]], str]:
    varies = (
        "date",
        "x-request-id",
        "content-security-policy",
        "set-cookie",
        "retry-after",
        "content-length",
    )
    text = re.sub(r"(<[^>]*data-varies[^>]*>)[^<]*", r"\1", answer.text).replace(email, "…")
    text = re.sub(r'(nonce|value)="[^"]*"|in \d+ s', "", text)
    return [pair for pair in answer.headers.items() if pair[0] not in varies], text


async def test_known_and_unknown_addresses_take_the_same_time(make_world: Any) -> None:
    """By the ranks of interleaved requests, which a busy machine blurs for both alike."""
    dice, pairs = random.Random(SEED), times(80, 500)
    async with make_world(worker="outside", limits="off", quick=False) as world:
        client = world.browser()
        token = (await client.get(HERE)).text.split('name="csrf_token" value="')[1].split('"')[0]

        async def sample() -> tuple[list[float], list[float]]:
            took: dict[str, list[float]] = {ADA: [], "eve@example.com": []}
            for _ in range(pairs):
                for email in dice.sample(sorted(took), 2):
                    client.cookies.delete("rec")
                    begun = time.perf_counter()
                    await client.post(HERE, data={"csrf_token": token, "email": email})
                    took[email].append(time.perf_counter() - begun)
            return took[ADA], took["eve@example.com"]

        known, unknown = await sample()
        low, _, high = statistics.quantiles(known, n=4)
        assert abs(z_of_ranks(known, [one + high - low for one in known])) > FAR, (
            "such a difference would be seen"
        )
        if abs(z_of_ranks(known, unknown)) > FAR:  # one in a thousand is chance, twice in a row is not
            assert abs(z_of_ranks(*await sample())) < FAR


FAR = 3.29
"""Two samples of one kind are this many standard deviations apart once in a thousand times."""


def z_of_ranks(first: list[float], second: list[float]) -> float:
    """How far the ranks of `first` among both are from what chance gives, after Mann and Whitney."""
    ranked = sorted([(one, True) for one in first] + [(one, False) for one in second])
    ranks = sum(place for place, (_, is_first) in enumerate(ranked, 1) if is_first)
    n, m = len(first), len(second)
    return float((ranks - n * (n + m + 1) / 2) / math.sqrt(n * m * (n + m + 1) / 12))


async def test_no_secret_rests_in_the_data_folder_or_the_log(
    make_world: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    logs.set_up(level=logging.DEBUG)
    async with smtp_sink() as sink, make_world(smtp_url=sink.url) as world:
        secrets = [PASSWORDS[ADA], NEW]
        await invite(world)
        letter = await sink.wait(ADA, "/recover/")
        path = re.search(r"(/recover/\w+)", text_of(letter))
        assert path
        client = world.browser()
        await submit(client, path[1])
        secrets += [path[1].rsplit("/", 1)[1], code_in(await sink.wait(ADA, "good for"))]
        await submit(client, HERE, code=secrets[-1])
        secrets += [c.value for c in client.cookies.jar if c.name == "rec"]
        await set_password(client, NEW)
        notice = await sink.wait(ADA, "signed out")
        secrets += re.findall(r"/not-me/(\w+)", text_of(notice))
        assert len(secrets) == 6
        kept = b"".join(
            file.read_bytes() for file in world.desk.settings.data_dir.rglob("*") if file.is_file()
        )
        for secret in secrets:
            assert secret.encode() not in kept, secret
            assert secret.replace("-", "").encode() not in kept, secret
        if world.desk.settings.store_url.startswith("sqlite"):
            assert b"ada@example.com" in kept, "the search would have found it"
    logs.set_up(level=logging.ERROR)
    out = "".join(capsys.readouterr())
    assert "/recover/" in out, "the log was read"
    assert not [secret for secret in secrets if secret in out]


async def test_a_code_that_was_read_aloud_in_a_chat_is_dead(world: World) -> None:
    client = world.browser()
    await ask(client)
    code = code_in(await world.mail(ADA, "good for"))
    burnt = await world.desk.store.write(burn, world.desk.keys, [code.replace("-", "")])
    assert burnt
    assert (await submit(client, HERE, code=code)).status_code == 200
    assert not await world.desk.store.write(burn, world.desk.keys, ["BCDFGHJK"])


async def test_a_retry_sends_the_same_code_under_the_same_message_id_and_never_late(make_world: Any) -> None:
    from helpdesk.accounts import letters_out
    from helpdesk.delivery import outbox

    async with make_world(worker="outside") as world:
        desk = world.desk
        client = world.browser()
        await ask(client)
        handler = letters_out.handlers(desk)["recovery_code"]
        jobs = [job for job in await desk.store.write(outbox.claim, 20) if job.kind == "recovery_code"]
        await handler(jobs[0])
        world.clock.wind(seconds=LEASE_S + 1)
        again = [job for job in await desk.store.write(outbox.claim, 20) if job.kind == "recovery_code"]
        composed = []
        for job in (jobs[0], again[0]):
            letter = await desk.store.write(
                letters_out.code_letter, desk.keys, world.url, "support@localhost", job.payload
            )
            assert letter is not None
            composed.append((letter.context["code"], job.message_id))
        assert composed[0] == composed[1]
        assert again[0].expires_at is not None
        world.clock.wind(minutes=10)
        late = await desk.store.write(
            letters_out.code_letter, desk.keys, world.url, "support@localhost", again[0].payload
        )
        assert late is None


async def test_the_mail_holds_only_our_own_address_whatever_the_host_header_says(world: World) -> None:
    client = world.browser()
    page = await client.get(HERE)
    token = page.text.split('name="csrf_token" value="')[1].split('"')[0]
    for headers in (
        {"Host": "evil.example"},
        {"X-Forwarded-Host": "evil.example"},
        {"Forwarded": "host=evil.example"},
    ):
        await client.post(HERE, data={"csrf_token": token, "email": ADA}, headers=headers)
    mail = await world.mail(ADA, "good for")
    page_of_mail = mail.get_body(("html",))
    assert page_of_mail is not None
    links = re.findall(r"https?://[^/\s\"<]+", text_of(mail) + page_of_mail.get_content())
    assert set(links) == {world.url}
    assert CODE.search(text_of(mail))


async def test_half_a_reset_is_no_reset(world: World) -> None:
    """Whatever fails inside the last step, the old password works and no notice goes out; then the step can be repeated."""
    client = world.browser()
    await ask(client)
    await submit(client, HERE, code=code_in(await world.mail(ADA, "good for")))
    await world.desk.store.write(_break, "account:password_reset")
    answer = await set_password(client, NEW)
    assert answer.status_code >= 500
    assert (await submit(world.browser(), "/login", email=ADA, password=PASSWORDS[ADA])).status_code == 303
    await world.desk.store.write(_mend)
    assert (await set_password(client, NEW)).headers["location"] == "/login?reset=1"
    await world.mail(ADA, "signed out")


def _break(tx: Tx, action: str) -> None:
    if tx.connection.dialect.name == "postgresql":
        tx.connection.exec_driver_sql(
            f"CREATE FUNCTION no_room() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF NEW.action = '{action}' "
            "THEN RAISE EXCEPTION 'no room'; END IF; RETURN NEW; END $$"
        )
        tx.connection.exec_driver_sql(
            "CREATE TRIGGER no_room BEFORE INSERT ON audit_entry FOR EACH ROW EXECUTE FUNCTION no_room()"
        )
        return
    tx.connection.exec_driver_sql(
        f"CREATE TRIGGER no_room BEFORE INSERT ON audit_entry WHEN NEW.action = '{action}' "
        "BEGIN SELECT RAISE(ABORT, 'no room'); END"
    )


def _mend(tx: Tx) -> None:
    on = " ON audit_entry" if tx.connection.dialect.name == "postgresql" else ""
    tx.connection.exec_driver_sql(f"DROP TRIGGER no_room{on}")
