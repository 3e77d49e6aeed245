"""Retention, erasure and export: with a preview, a receipt, and nothing left behind."""

import uuid
from pathlib import Path

import httpx2
from sqlalchemy import select, text
from sqlmodel import SQLModel

from helpdesk.chat.models import Conversation
from helpdesk.faqstats import gaps
from helpdesk.store.session import Tx
from helpdesk.tickets import privacy, search_index
from tests.integration.test_reset_invitation import deeds
from tests.integration.test_sign_in_passkey import prove, with_passkey
from tests.listening import free_ports
from tests.programs import program
from tests.world import CLEO, PASSWORDS, World, start_world, submit

NIGHT = "night@example.com"
SECRET_WORDS = "the zebra ate my invoice"


async def a_ticket(world: World, email: str = NIGHT) -> str:
    """The private page of a ticket."""
    client = world.browser()
    answer = await submit(client, "/tickets/new", email=email, subject="Invoice", text=SECRET_WORDS)
    return answer.headers["location"].partition("?")[0]


async def erase(lead: httpx2.AsyncClient, email: str = NIGHT, **proof: str) -> httpx2.Response:
    """As a lead does who proves it with her password, unless she gives another proof."""
    proof = proof or {"password": PASSWORDS[CLEO]}
    return await submit(lead, "/console/privacy", email=email, what="erase", sure=email, **proof)


async def test_nobody_is_erased_without_a_fresh_proof_of_who_erases(world: World) -> None:
    private = await a_ticket(world)
    cleo = await world.staff(CLEO)
    for wrong in ({"code": ""}, {"password": "Not-My-Password!"}, {"code": "123456"}):
        refused = await erase(cleo, **wrong)
        assert refused.status_code == 401
        assert "Enter your own password to confirm this." in refused.text
        assert f'name="sure" value="{NIGHT}"' in refused.text, "what was typed stays, but for the proof"
        assert (await world.browser().get(private)).status_code == 200
    assert not await deeds(world, "person:erased")
    assert (await erase(cleo)).status_code == 200
    assert [entry.step_up for entry in await deeds(world, "person:erased")] == ["password"]


async def test_a_lead_reads_what_is_there_and_what_is_not(world: World) -> None:
    await a_ticket(world)
    cleo = await world.staff(CLEO)
    found = await submit(cleo, "/console/privacy", email=NIGHT, what="look")
    assert "1 conversation, 2 messages, 1 ticket, 0 files." in found.text
    nothing = await submit(cleo, "/console/privacy", email="nobody@example.com", what="look")
    assert "Nothing is kept under this address." in nothing.text
    assert "Erase for good" not in nothing.text


async def test_a_guess_at_the_proof_is_one_of_five(world: World) -> None:
    private = await a_ticket(world)
    cleo = await world.staff(CLEO)
    assert [(await erase(cleo, password="no")).status_code for _ in range(6)] == [401] * 5 + [429]
    assert (await erase(cleo)).status_code == 429
    assert (await world.browser().get(private)).status_code == 200


async def test_a_passkey_erases_whom_it_was_shown_for(world: World) -> None:
    await a_ticket(world)
    cleo, passkey = await with_passkey(world, CLEO)
    assert await prove(cleo, passkey, email=NIGHT) == 200
    assert (await erase(cleo)).status_code == 401, "that was for an invitation"
    assert await prove(cleo, passkey, erase="person", email="other@example.com") == 200
    assert (await erase(cleo)).status_code == 401, "that was for somebody else"
    assert await prove(cleo, passkey, erase="person", email="NIGHT@example.com") == 200
    assert "Receipt R-" in (await erase(cleo)).text
    assert (await erase(cleo)).status_code == 401, "it serves once"


async def test_a_person_is_erased_with_a_preview_and_a_receipt(world: World) -> None:
    private, kept = await a_ticket(world), await a_ticket(world, "other@example.com")
    panel = await world.visitor()
    await panel.say("And in the chat, too")
    await panel.say("Hello! Purple elephants have eaten my zucchini")
    await panel.send(
        type="handover",
        client_id=str(uuid.uuid4()),
        to="ticket",
        email=NIGHT,
        subject="Chat",
        text="same person",
    )
    await panel.wait("state", handled_by="ticket")
    cleo = await world.staff(CLEO)
    page = (await cleo.get("/console/tickets/T-1001")).headers["location"]
    await submit(cleo, f"{page}/note", page, client_id="n-00000001", text="a private remark")
    await cleo.get("/console/search?q=zebra")
    seen = await submit(cleo, "/console/privacy", email=NIGHT, what="look")
    assert "2 conversations" in seen.text
    unsure = await submit(cleo, "/console/privacy", email=NIGHT, what="erase", sure="no")
    assert unsure.status_code == 422
    assert (await world.browser().get(private)).status_code == 200
    done = await erase(cleo)
    assert "Receipt R-" in done.text
    assert (await world.browser().get(private)).status_code == 404
    assert (await world.browser().get(kept)).status_code == 200
    assert await world.desk.store.read(_words_left, "And in the chat") == 0
    assert "zucchini" not in str(await world.desk.store.read(gaps.gaps)), "nobody else asked it so"
    assert (
        "zebra"
        not in (await cleo.get("/console/search?q=zebra+night"))
        .text.partition("<ul")[2]
        .partition("night@")[2]
    )
    ben = await world.staff()
    assert (await ben.get("/console/privacy")).status_code == 403


async def test_an_export_holds_no_notes_unless_asked_and_no_other_person(world: World) -> None:
    await a_ticket(world)
    await a_ticket(world, "other@example.com")
    cleo = await world.staff(CLEO)
    page = (await cleo.get("/console/tickets/T-1001")).headers["location"]
    await submit(cleo, f"{page}/note", page, client_id="n-00000001", text="a private remark")
    plain = await submit(cleo, "/console/privacy", email=NIGHT, what="export")
    found = plain.json()
    assert [one["ticket"] for one in found["conversations"]] == ["T-1001"]
    assert found["conversations"][0]["messages"][0]["text"] == SECRET_WORDS
    assert "private remark" not in plain.text
    whole = await submit(cleo, "/console/privacy", email=NIGHT, what="export", notes="yes")
    assert "private remark" in whole.text


async def test_old_closed_conversations_go_after_the_set_days(world: World) -> None:
    private = await a_ticket(world)
    cleo = await world.staff(CLEO)
    page = (await cleo.get("/console/tickets/T-1001")).headers["location"]
    await submit(cleo, f"{page}/resolve", page)
    shorter = {"retention_days": "30", "previewed": "30", "password": PASSWORDS[CLEO]}
    await submit(cleo, "/console/settings", zone="UTC", capacity="4", **shorter)
    assert (await world.desk.store.write(privacy.purge_old)).gone.conversations == 0
    world.clock.wind(days=31)
    cleo = await world.staff(CLEO)
    assert (
        "To go within the hour: 1 conversation with 3 messages and 0 files."
        in (await cleo.get("/console/privacy")).text
    )
    assert (await world.desk.store.write(privacy.purge_old)).gone.conversations == 1
    assert (await world.browser().get(private)).status_code == 404


async def test_closed_conversations_go_after_90_days_where_nobody_set_any(world: World) -> None:
    await a_ticket(world)
    closed = await a_ticket(world, "other@example.com")
    cleo = await world.staff(CLEO)
    page = (await cleo.get("/console/tickets/T-1002")).headers["location"]
    await submit(cleo, f"{page}/resolve", page)
    assert (
        'name="retention_days" inputmode="numeric" value="90"' in (await cleo.get("/console/settings")).text
    )
    world.clock.wind(days=89)
    await privacy.look(world.desk)
    assert (await world.browser().get(closed)).status_code == 200
    world.clock.wind(days=2)
    await privacy.look(world.desk)
    assert (await world.browser().get(closed)).status_code == 404
    cleo = await world.staff(CLEO)
    assert (await cleo.get("/console/tickets/T-1001")).status_code == 303, "open ones stay"
    await submit(cleo, "/console/settings", zone="UTC", retention_days="0", capacity="4")
    assert "Nothing is deleted by itself" in (await cleo.get("/console/privacy")).text


async def test_all_that_is_old_goes_in_one_look(world: World) -> None:
    def many(tx: Tx) -> None:
        tx.session.add_all(
            Conversation(created_at=tx.now, touched_at=tx.now) for _ in range(privacy.AT_ONCE + 1)
        )

    await world.desk.store.write(many)
    world.clock.wind(days=privacy.DAYS + 1)
    cleo = await world.staff(CLEO)
    assert "hour: 101 conversations with" in (await cleo.get("/console/privacy")).text, "said before it goes"
    await privacy.look(world.desk)
    assert not await world.desk.store.read(lambda tx: privacy.older_than(tx, 0))


async def test_the_index_of_words_keeps_nothing_of_an_erased_person(world: World) -> None:
    if world.desk.store.engine.dialect.name != "sqlite":
        return  # PostgreSQL keeps its index by itself
    await a_ticket(world, "other@example.com")
    await submit(world.browser(), "/tickets/new", email=NIGHT, subject="Food", text="My zucchini is gone")
    await search_index.look(world.desk)
    assert await world.desk.store.read(_indexed, b"ucchini")
    cleo = await world.staff(CLEO)
    await erase(cleo)
    await search_index.look(world.desk)
    assert not await world.desk.store.read(_indexed, b"ucchini")
    assert await world.desk.store.read(_indexed, b"invoice"), "others' words stay"
    assert not await world.desk.store.write(search_index.settle), "nothing more is to do"


def _indexed(tx: Tx, word: bytes) -> bool:
    """Without its first letter, which the index shares with the word before."""
    rows = tx.connection.execute(text("SELECT block FROM message_search_data")).scalars()
    return any(word in bytes(block) for block in rows)


def _words_left(tx: Tx, words: str) -> int:
    found = tx.connection.execute(
        text("SELECT count(*) FROM message WHERE text LIKE :w"), {"w": f"%{words}%"}
    )
    return int(found.scalar() or 0)


async def test_an_erased_person_is_in_no_row_not_even_in_what_programs_were_told(tmp_path: Path) -> None:
    async with start_world(tmp_path, webhook_networks=("127.0.0.0/8",)) as world, await program(world) as api:
        await api.post("/webhooks", json={"url": f"http://127.0.0.1:{free_ports(1)[0]}/", "events": ["*"]})
        ticket = {"email": NIGHT, "subject": "Invoice", "text": SECRET_WORDS}
        made = await api.post("/tickets", json=ticket, headers={"Idempotency-Key": "one"})
        conversation = f"/conversations/{made.json()['conversation']}"
        reply = {"client_id": str(uuid.uuid4()), "text": "A zebra did?"}
        await api.post(f"{conversation}/messages", json=reply, headers={"Idempotency-Key": "two"})
        await world.mail(NIGHT, "T-1001")
        assert await world.desk.store.read(_rows_with, "zebra") >= {"webhook_delivery", "idempotency_key"}
        await erase(await world.staff(CLEO))
        assert await world.desk.store.read(_rows_with, "zebra") == set()
        assert await world.desk.store.read(_rows_with, NIGHT) == set()


async def test_an_export_tells_the_rating_and_lists_files(world: World) -> None:
    panel = await world.visitor()
    await panel.send(type="contact", client_id=str(uuid.uuid4()), email=NIGHT)
    await panel.send(type="rate", score=2, text="Too slow")
    await panel.say("There you are")
    cleo = await world.staff(CLEO)
    (one,) = (await submit(cleo, "/console/privacy", email=NIGHT, what="export")).json()["conversations"]
    assert one["rating"] == {"score": 2, "text": "Too slow"}
    assert {tuple(message["files"]) for message in one["messages"]} == {()}


def _rows_with(tx: Tx, words: str) -> set[str]:
    """The tables that hold them anywhere."""
    return {
        table.name
        for table in SQLModel.metadata.tables.values()
        if words in repr(tx.connection.execute(select(table)).all())
    }
