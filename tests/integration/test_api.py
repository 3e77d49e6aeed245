"""The API as a program uses it."""

import asyncio
from datetime import timedelta

import pyotp
from sqlalchemy import update

from helpdesk.accounts.staff_models import Staff
from helpdesk.accounts.totp import seal
from helpdesk.audit import trail
from helpdesk.faqstats.figures import record_feedback
from helpdesk.faqstats.gaps import record_miss
from helpdesk.store.session import Tx
from tests.programs import new_id, problem_of, program, waiting_conversation
from tests.world import ADA, BEN, CLEO, DORA, PASSWORDS, World


async def test_a_program_finds_claims_answers_and_resolves_a_conversation(world: World) -> None:
    conversation = await waiting_conversation(world)
    async with await program(world) as api:
        listed = (await api.get("/conversations", params={"handled_by": "queue"})).json()
        assert [row["id"] for row in listed["items"]] == [conversation]
        assert listed["next"] is None
        claimed = await api.post(f"/conversations/{conversation}/claim")
        assert claimed.json()["assignee"] == "Ben"
        words = {"client_id": new_id(), "text": "Hello, I am here to help."}
        first = await api.post(f"/conversations/{conversation}/messages", json=words)
        again = await api.post(f"/conversations/{conversation}/messages", json=words)
        assert (first.status_code, again.status_code) == (201, 200)
        assert first.json()["seq"] == again.json()["seq"]
        seen = (await api.get(f"/conversations/{conversation}/messages", params={"after": 0})).json()["items"]
        assert [message["seq"] for message in seen] == list(range(1, len(seen) + 1))
        assert seen[-1]["text"] == words["text"]
        resolved = await api.post(f"/conversations/{conversation}/resolve")
        assert resolved.json()["handled_by"] == "closed"


async def test_of_two_claims_one_wins_and_the_other_learns_who(world: World) -> None:
    conversation = await waiting_conversation(world)
    async with await program(world, BEN) as ben, await program(world, CLEO) as cleo:
        answers = await asyncio.gather(*(p.post(f"/conversations/{conversation}/claim") for p in (ben, cleo)))
        assert sorted(answer.status_code for answer in answers) == [200, 409]
        winner = next(a for a in answers if a.status_code == 200).json()["assignee"]
        loser = next(a for a in answers if a.status_code == 409)
        assert winner in problem_of(loser)["detail"]


async def test_a_newer_reply_of_a_colleague_is_a_conflict_that_names_them(world: World) -> None:
    conversation = await waiting_conversation(world)
    async with await program(world, BEN) as ben, await program(world, CLEO) as cleo:
        await ben.post(
            f"/conversations/{conversation}/messages", json={"client_id": new_id(), "text": "I am on it."}
        )
        late = await cleo.post(
            f"/conversations/{conversation}/messages",
            json={"client_id": new_id(), "text": "Me too.", "after": 1},
        )
        assert late.status_code == 409
        assert "Ben" in problem_of(late)["detail"]


async def test_a_note_is_read_back_by_the_staff_and_never_among_the_messages(world: World) -> None:
    conversation = await waiting_conversation(world)
    async with await program(world) as api:
        note = {"client_id": new_id(), "text": "Called before, be kind."}
        assert (await api.post(f"/conversations/{conversation}/notes", json=note)).status_code == 201
        assert (await api.post(f"/conversations/{conversation}/notes", json=note)).status_code == 200
        notes = (await api.get(f"/conversations/{conversation}/notes")).json()["items"]
        assert [each["text"] for each in notes] == [note["text"]]
        messages = await api.get(f"/conversations/{conversation}/messages")
        assert note["text"] not in messages.text


async def test_unknown_and_foreign_ids_are_the_same_404(world: World) -> None:
    conversation = await waiting_conversation(world)
    async with await program(world, DORA) as editor, await program(world, BEN) as agent:
        foreign = await editor.get(f"/conversations/{conversation}/messages")
        unknown = await editor.get("/conversations/AAAAAAAAAAAAAAAAAAAAAA/messages")
        assert foreign.status_code == unknown.status_code == 404
        assert foreign.content == unknown.content
        assert (await agent.get(f"/conversations/{conversation}/messages")).status_code == 200


async def test_without_a_good_token_there_is_nothing(world: World) -> None:
    async with world.browser() as client:
        for token in ("", "Bearer", "Bearer hd_wrong", "Basic aGk6aGk=", "Bearer " + "x" * 500):
            headers = {"Authorization": token} if token else {}
            answer = await client.get("/api/v1/conversations", headers=headers)
            assert answer.status_code == 401
            assert answer.headers["www-authenticate"].startswith("Bearer")
            problem_of(answer)


async def test_pages_are_whole_and_a_made_up_cursor_is_refused(world: World) -> None:
    made = [await waiting_conversation(world) for _ in range(3)]
    async with await program(world) as api:
        found, cursor = [], ""
        while cursor is not None:
            page = (await api.get("/conversations", params={"limit": 1, "cursor": cursor})).json()
            found += [row["id"] for row in page["items"]]
            cursor = page["next"]
        assert found == made[::-1]
        assert "cursor" in problem_of(await api.get("/conversations", params={"cursor": "AAAA"}))["fields"]


async def test_a_ticket_is_opened_once_read_and_changed(world: World) -> None:
    async with await program(world) as api:
        new = {"email": ADA, "subject": "Locked out", "text": "I cannot log in.", "client_id": new_id()}
        opened = await api.post("/tickets", json=new)
        assert opened.status_code == 201
        ref = opened.json()["ref"]
        assert (await api.post("/tickets", json=new)).json()["ref"] == ref
        change = {"priority": "low", "tags": ["login"], "assignee": BEN}
        changed = (await api.patch(f"/tickets/{ref}", json=change)).json()
        assert (changed["priority"], changed["tags"], changed["assignee"]) == ("low", ["login"], BEN)
        freed = (await api.patch(f"/tickets/{ref}", json={"assignee": None})).json()
        assert freed["assignee"] is None
        closed = (await api.patch(f"/tickets/{ref}", json={"status": "solved"})).json()
        assert closed["status"] == "solved"
        refused = await api.patch(f"/tickets/{ref}", json={"status": "waiting"})
        assert refused.status_code == 422
        assert "status" in problem_of(refused)["fields"]
        assert (await api.get("/tickets", params={"is_open": "true"})).json()["items"] == []
        assert (await api.get("/tickets/T-999999")).status_code == 404


async def test_the_matcher_says_what_the_bot_would_answer(world: World) -> None:
    async with await program(world) as api:
        found = (await api.post("/faq/match", json={"query": "I forgot my password"})).json()
        assert found["label"] == "forgot-password"
        assert found["candidates"][0]["url"].endswith("/help/forgot-password")
        person = (await api.post("/faq/match", json={"query": "I want to talk to a human"})).json()
        assert person["wants_person"] is True


async def test_an_invitation_needs_a_fresh_code_and_always_answers_the_same(world: World) -> None:
    secret = pyotp.random_base32()

    def enrol(tx: Tx) -> None:
        tx.session.execute(
            update(Staff).where(Staff.email == BEN).values(totp_sealed=seal(world.desk.keys, secret))  # type: ignore[arg-type]
        )

    await world.desk.store.write(enrol)
    conversation = await waiting_conversation(world)
    async with await program(world) as api:
        await api.post(f"/conversations/{conversation}/claim")
        path = f"/conversations/{conversation}/password-reset"
        body = {"email": ADA, "reason": "The customer asked for a new password in the chat."}
        assert problem_of(await api.post(path, json=body))["code"] == "step_up"
        fresh = {"X-One-Time-Code": pyotp.TOTP(secret).at(world.clock.now())}
        sent = await api.post(path, json=body, headers=fresh)
        assert sent.status_code == 202
        mail = await world.mail(ADA)
        assert "/recover/" in str(mail.get_body(("plain",)))
        world.clock.wind(seconds=60)
        fresh = {"X-One-Time-Code": pyotp.TOTP(secret).at(world.clock.now())}
        nobody = await api.post(path, json={**body, "email": "nobody@example.com"}, headers=fresh)
        assert (nobody.status_code, nobody.content) == (sent.status_code, sent.content)
        assert "recover" not in sent.text


async def test_a_repeated_invitation_starts_once_and_a_refused_one_stands_in_the_trail(world: World) -> None:
    conversation = await waiting_conversation(world)
    async with await program(world) as api:
        path = f"/conversations/{conversation}/password-reset"
        body = {"email": ADA, "reason": "The customer asked for a new password in the chat."}
        proof = {"X-Agent-Password": PASSWORDS[BEN], "Idempotency-Key": "invite-ada-once"}
        assert (await api.post(path, json=body, headers=proof)).status_code == 409, "it is not claimed yet"
        await api.post(f"/conversations/{conversation}/claim")
        wrong = {"X-Agent-Password": "Not-My-Password!"}
        assert problem_of(await api.post(path, json=body, headers=wrong))["code"] == "step_up"
        answers = await asyncio.gather(*(api.post(path, json=body, headers=proof) for _ in range(10)))
        assert {(answer.status_code, answer.content) for answer in answers} == {(202, answers[0].content)}
        assert sum("idempotency-replayed" in answer.headers for answer in answers) == 9
        await world.mail(ADA)
        entries = await world.desk.store.read(lambda tx: [e.action for e in trail.entries(tx)])
        assert entries.count("reset:invited") == 1
        assert entries.count("reset:refused") == 2


async def test_a_conversation_is_assigned_tagged_snoozed_and_given_back(world: World) -> None:
    path = f"/conversations/{await waiting_conversation(world)}"
    async with await program(world) as api:
        given = (await api.patch(path, json={"assignee": CLEO, "tags": ["vip"]})).json()
        assert (given["assignee"], given["tags"]) == ("Cleo", ["vip"])
        until = (world.clock.now() + timedelta(days=1)).isoformat()
        assert (await api.patch(path, json={"snoozed_until": until})).status_code == 200
        for wrong in ("yesterday", "2001-01-01T00:00:00Z", "9999-12-31T23:59:59-23:59"):
            assert (await api.patch(path, json={"snoozed_until": wrong})).status_code == 422
        assert "assignee" in problem_of(await api.patch(path, json={"assignee": DORA}))["fields"]
        back = (await api.patch(path, json={"assignee": None, "snoozed_until": None})).json()
        assert (back["assignee"], back["handled_by"]) == (None, "queue")


async def test_two_tickets_of_one_person_become_one(world: World) -> None:
    async with await program(world) as api:
        new = {"email": ADA, "subject": "Locked out", "text": "I cannot log in."}
        first, second = [(await api.post("/tickets", json=new)).json()["ref"] for _ in range(2)]
        merged = await api.post(f"/tickets/{second}/merge", json={"into": first})
        assert merged.json()["ref"] == first
        assert (await api.get(f"/tickets/{second}")).json()["ref"] == first
        assert (await api.post(f"/tickets/{first}/merge", json={"into": first})).status_code == 422


async def test_an_editor_reads_gaps_and_figures_and_nothing_of_customers(world: World) -> None:
    await world.desk.store.write(record_miss, "can I use a passkey", "change-password")
    await world.desk.store.write(record_feedback, "forgot-password", "v1", False, "no example")
    async with await program(world, DORA) as editor:
        gap = (await editor.get("/faq/gaps")).json()["items"][0]
        assert (gap["wordings"], gap["nearest"]) == (["can I use a passkey"], "change-password")
        row = (await editor.get("/faq/figures")).json()["items"][0]
        assert (row["no"], row["reasons"]) == (1, ["no example"])
        assert (await editor.get("/tickets")).status_code == 404
