"""What people paste by mistake is nowhere: not in the database, its log or its backups, not in mails or the log."""

import asyncio
import io
import logging
import re
from collections.abc import Iterator
from urllib.parse import quote, quote_plus

import pytest
import structlog
from sqlalchemy import text

from helpdesk import logs
from helpdesk.accounts import codes
from helpdesk.store.session import Tx
from tests.integration.test_recovery import HERE, ask, code_in
from tests.programs import new_id, program
from tests.world import ADA, World, submit, until

PLANTED = (
    ("my password is {}", "Hunter2!xQ"),
    ("password: {}", "Wachtwoord#77Zz"),
    ("the code is {}", "BCDF-GHJK"),
    ("i got BC DF GH JK no, {}", "QWRT-PLMN"),
    ("my card is {} ok", "4111 1111 1111 1111"),
    ("token {}", "ghp_a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8"),
    ("Authorization: Bearer {}", "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.c2lnbmF0dXJlLXh5eg"),
)
TEXT = "; ".join(cue.format(secret) for cue, secret in PLANTED)
SECRETS = tuple(secret for _, secret in PLANTED)
HANDLE = "zebracrossing"
"""An ordinary word beside the secrets: where it is found, the search did look."""


@pytest.fixture
def written() -> Iterator[io.StringIO]:
    """Everything that is logged, in full detail."""
    root = logging.getLogger()
    handlers, level, known = root.handlers[:], root.level, structlog.get_config()
    stream = io.StringIO()
    logs.set_up(stream, level=logging.DEBUG)
    yield stream
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.configure(**known)


def everything(tx: Tx) -> str:
    """All columns of all tables and views that can be read, as text."""
    if tx.connection.dialect.name == "sqlite":
        line = "SELECT name FROM sqlite_master WHERE type IN ('table', 'view')"
    else:
        line = "SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'"
    names = list(tx.connection.execute(text(line)).scalars())
    return "\n".join(
        repr(row) for name in names for row in tx.connection.execute(text(f'SELECT * FROM "{name}"')).all()
    )


async def found_in(
    world: World, log: io.StringIO, secrets: tuple[str, ...] = SECRETS
) -> list[tuple[str, str]]:
    """(place, secret) of every one that is somewhere."""
    await settle(world)
    folder = world.desk.settings.data_dir
    places = {file.name: file.read_bytes() for file in folder.rglob("*") if file.is_file()}
    places["tables"] = (await world.desk.store.read(everything)).encode()
    places["mails"] = "\n".join(mail.as_string() for mail in await world.mails()).encode()
    places["log"] = log.getvalue().encode()
    assert HANDLE.encode() in places["tables"], "the search would have found it"
    bare = {secret: re.sub(r"[ -]", "", secret) for secret in secrets}
    return [
        (place, secret)
        for place, kept in places.items()
        for secret in secrets
        for form in {secret, bare[secret], quote_plus(secret)}
        if form.encode() in kept
    ]


async def settle(world: World) -> None:
    """Wait for the mails that are on their way, those for unread messages too."""
    world.clock.wind(minutes=6)

    def waiting(tx: Tx) -> int:
        line = "SELECT count(*) FROM job WHERE state IN ('waiting', 'running') AND run_at <= :now"
        return int(tx.connection.execute(text(line), {"now": tx.now}).scalar() or 0)

    async def is_quiet() -> bool:
        return await world.desk.store.read(waiting) == 0

    await until(is_quiet, 20)


async def test_nothing_that_was_pasted_into_the_chat_is_kept(world: World, written: io.StringIO) -> None:
    panel = await world.visitor()
    await panel.wait("welcome")
    await panel.say("i forgt my pasword")
    answer = await panel.wait("message", asks_feedback=True)
    await panel.send(type="feedback", seq=answer["seq"], helpful=False, reason=f"{HANDLE}, {TEXT}")
    await panel.wait("feedback")
    for cue, secret in PLANTED:
        await panel.say(f"{HANDLE} {cue.format(secret)}")
    await panel.send(type="rate", score=1, text=TEXT)
    await panel.send(type="contact", client_id=new_id(), email=f"{SECRETS[0]} {ADA}")
    await panel.wait("error", code="invalid")
    await panel.send(type="contact", client_id=new_id(), email="kim@example.com")
    await panel.send(
        type="handover",
        client_id=new_id(),
        to="ticket",
        email="kim@example.com",
        subject=TEXT[:150],
        text=TEXT,
    )
    await panel.wait("state", handled_by="ticket")
    await panel.send(type="transcript", email="kim@example.com")
    await panel.say(f"and again {HANDLE}: {TEXT}")
    assert not [s for s in SECRETS for message in panel.messages() if s in message["text"]]
    assert await found_in(world, written) == []


async def test_nothing_that_stood_in_the_name_of_a_file_is_kept(world: World, written: io.StringIO) -> None:
    panel = await world.visitor()
    token = (await panel.wait("welcome"))["token"]
    client = world.browser()
    headers = {"Authorization": f"Visitor {token}", "Origin": world.url}
    for secret in (SECRETS[0], SECRETS[5]):
        name = f"{HANDLE} my password is {secret}.txt"
        sent = await client.post(
            "/visitor/files", files={"file": (name, b"Nothing", "text/plain")}, headers=headers
        )
        assert sent.status_code == 201, sent.text
        assert sent.json()["name"].endswith(".txt")
        assert secret not in sent.json()["name"]
    assert await found_in(world, written) == []


async def test_nothing_that_stood_in_the_address_of_a_page_is_kept(
    world: World, written: io.StringIO
) -> None:
    panel = await world.visitor()
    token = (await panel.wait("welcome"))["token"]
    await panel.send(type="handover", client_id=new_id(), to="agent", email=None, subject=None, text=None)
    await panel.wait("state", handled_by="queue")
    headers = {"Authorization": f"Visitor {token}", "Origin": world.url}
    steps = [step for cue, secret in PLANTED for step in (secret, cue.format(secret))]
    pages = [{"url": f"{world.url}/{HANDLE}/{quote(step, safe='')}?{TEXT}", "ago_s": 1} for step in steps]
    sent = await world.browser().post("/visitor/pages", json={"pages": pages[-20:]}, headers=headers)
    assert sent.status_code == 204, sent.text
    assert await found_in(world, written) == []


async def test_nothing_that_came_by_polling_is_kept(world: World, written: io.StringIO) -> None:
    client = world.browser()
    hello = {"type": "hello", "token": None, "after": 0, "identity": None, "locale": "en"}
    say = {"type": "say", "client_id": new_id(), "text": f"{HANDLE}, {TEXT}"}
    answer = await client.post(
        "/visitor/poll", json={"after": 0, "frames": [hello, say]}, headers={"Origin": world.url}
    )
    mine = {"Authorization": f"Visitor {answer.json()['frames'][0]['token']}", "Origin": world.url}
    while HANDLE not in answer.text:  # an echo that was late for this answer stands in the next one
        answer = await client.post("/visitor/poll", json={"after": 0, "frames": []}, headers=mine)
    wrong = {"type": "say", "client_id": new_id(), "text": TEXT, "oops": SECRETS[0]}
    await client.post(
        "/visitor/poll", json={"after": 0, "frames": [hello, wrong]}, headers={"Origin": world.url}
    )
    assert not [secret for secret in SECRETS if secret in answer.text]
    assert await found_in(world, written) == []


async def test_nothing_that_stood_in_a_ticket_its_answers_or_a_note_is_kept(
    world: World, written: io.StringIO
) -> None:
    client = world.browser()
    fields = {"email": "kim@example.com", "subject": f"{HANDLE} {TEXT[:120]}", "text": f"{HANDLE} {TEXT}"}
    sent = await submit(client, "/tickets/new", **fields)
    link = sent.headers["location"].partition("?")[0]
    assert (await submit(client, link, text=f"More: {TEXT}")).status_code == 303
    refused = await submit(client, "/tickets/new", **{**fields, "email": "nobody"})
    assert refused.status_code == 422
    async with await program(world) as api:
        ident = (await api.get("/conversations")).json()["items"][0]["id"]
        for kind in ("messages", "notes"):
            body = {"client_id": new_id(), "text": f"You wrote {TEXT}"}
            assert (await api.post(f"/conversations/{ident}/{kind}", json=body)).status_code == 201
        opened = await api.post(
            "/tickets",
            json={
                "email": "lee@example.com",
                "subject": f"Called: {SECRETS[4]}",
                "text": TEXT,
                "client_id": new_id(),
            },
        )
        assert opened.status_code == 201
    assert await found_in(world, written) == []


async def test_nothing_that_was_typed_on_a_help_page_is_kept(world: World, written: io.StringIO) -> None:
    client = world.browser()
    origin = {"Origin": world.url}
    where = "/help/forgot-password/feedback"
    for cue, secret in PLANTED[:4]:
        await client.post(where, data={"reason": f"{HANDLE} {cue.format(secret)}"}, headers=origin)
    await client.get("/help/search", params={"q": f"my password is {SECRETS[0]}"})
    await client.post("/login", data={"email": ADA, "password": SECRETS[0]}, headers=origin)
    assert await found_in(world, written) == []


@pytest.mark.parametrize("door", ["chat", "ticket", "answer", "api"])
async def test_a_live_code_that_was_pasted_is_burned(world: World, door: str) -> None:
    owner = world.browser()
    await ask(owner)
    code = code_in(await world.mail(ADA, "good for"))
    assert codes.same(code, code)
    pasted = f"here is my code {code}"
    ticket = {
        "email": "kim@example.com",
        "subject": "Code",
        "text": pasted if door == "ticket" else "No code",
    }
    if door == "chat":
        panel = await world.visitor()
        await panel.say(pasted)
        await panel.wait("message", author="bot")
    elif door == "api":
        async with await program(world) as api:
            await api.post("/tickets", json={**ticket, "text": pasted})
    else:
        browser = world.browser()
        sent = await submit(browser, "/tickets/new", **ticket)
        if door == "answer":
            await submit(browser, sent.headers["location"].partition("?")[0], text=pasted)
    await asyncio.sleep(0)
    page = await submit(owner, HERE, code=code)
    assert "Confirm New Password" not in page.text, "the code was dead"
    assert page.status_code == 200
