"""What the API refuses, and what a repeat gets."""

import asyncio

from sqlalchemy import select

from helpdesk import worker
from helpdesk.api.models import IdempotencyKey
from helpdesk.store.session import Tx
from tests.programs import new_id, problem_of, program, waiting_conversation
from tests.world import ADA, BEN, CLEO, PASSWORDS, World, submit

NEW = {"email": ADA, "subject": "Locked out", "text": "I cannot log in."}


WRONG_BODIES = (
    (b"{", 400),
    (b"[]", 422),
    (b"null", 422),
    (b'{"query": NaN}', 400),
    (b'{"query": "a", "more": 1}', 422),
    (b'{"query": 7}', 422),
    (b'{"query": " "}', 422),
    (b'{"query": "\\u0000"}', 422),
    (b'{"query": "\\ud800"}', 422),
    (b"[" * 20000, 400),
    (b"\xff\xfe", 400),
)


async def test_a_wrong_body_gets_a_problem_that_says_what_is_wrong(world: World) -> None:
    async with await program(world) as api:
        json_type = {"Content-Type": "application/json"}
        for body, status in WRONG_BODIES:
            refused = await api.post("/faq/match", content=body, headers=json_type)
            assert refused.status_code == status, (body[:40], refused.text)
            assert problem_of(refused)["detail"]
            assert problem_of(refused)["code"] == {400: "bad_request", 422: "invalid"}[status]
        assert (await api.post("/faq/match", json={"query": "password"})).status_code == 200


async def test_a_doubled_field_is_named(world: World) -> None:
    async with await program(world) as api:
        for name, said in (("email", "email"), ("self", "self"), ("\\ud800", "?")):
            body = f'{{"{name}": "a@example.com", "text": "x", "{name}": "b@example.com"}}'
            refused = await api.post("/tickets", content=body, headers={"Content-Type": "application/json"})
            assert refused.status_code == 422
            assert problem_of(refused)["fields"] == {said: "Give this once."}


async def test_another_media_type_and_another_method_are_refused(world: World) -> None:
    async with await program(world) as api:
        other = await api.post("/faq/match", data={"query": "x"})
        assert (other.status_code, problem_of(other)["code"]) == (415, "unsupported_media_type")
        wrong = await api.put("/tickets")
        assert wrong.status_code == 405
        assert set(wrong.headers["allow"].split(", ")) >= {"GET", "POST"}
        assert problem_of(wrong)["code"] == "method_not_allowed"
        assert problem_of(await api.get("/nothing-here"))["code"] == "not_found"
        assert problem_of(await api.get("/tickets?cursor=%00"))["code"] == "bad_request"


async def test_numbers_that_no_row_can_have_find_nothing(world: World) -> None:
    """A database fails to compare its numbers with larger ones: each of these was a 500."""
    ident, beyond = await waiting_conversation(world), 2**53 - 1
    async with await program(world) as api:
        for number in (2**31, 99999999999, beyond):
            assert (await api.get(f"/tickets/T-{number}")).status_code == 404
            assert (await api.get(f"/conversations/{ident}/notes?after={number}")).json()["items"] == []
    ben = await world.staff()
    for path in ("/console/tickets?before=99999999999", "/console/search?q=T-99999999999"):
        assert (await ben.get(path)).status_code == 200
    assert (await ben.get(f"/demo/mailbox/{10**25}")).status_code == 404
    passkey = f"/console/account/passkeys/{10**25}/remove"
    assert (await submit(ben, passkey, "/console/account", password=PASSWORDS[BEN])).status_code == 404
    socket = await world.staff_socket(ben)
    await socket.wait("welcome")
    await socket.send(type="follow", conversation=ident, after=0, after_note=beyond)
    await socket.wait("state", conversation=ident)


async def test_unknown_and_doubled_query_fields_are_refused(world: World) -> None:
    async with await program(world) as api:
        assert "color" in problem_of(await api.get("/tickets?color=red"))["fields"]
        assert "limit" in problem_of(await api.get("/tickets?limit=1&limit=2"))["fields"]
        assert "limit" in problem_of(await api.get("/tickets?limit=0"))["fields"]
        assert (await api.get("/tickets?limit=1")).status_code == 200


async def test_a_repeat_with_the_same_key_gets_the_first_answer_and_does_nothing(world: World) -> None:
    async with await program(world) as api:
        key = {"Idempotency-Key": new_id()}
        answers = await asyncio.gather(*(api.post("/tickets", json=NEW, headers=key) for _ in range(5)))
        assert {answer.status_code for answer in answers} == {201}
        assert len({answer.content for answer in answers}) == 1
        assert sum("idempotency-replayed" in answer.headers for answer in answers) == 4
        assert len((await api.get("/tickets")).json()["items"]) == 1


async def test_the_same_key_with_another_body_is_refused_and_expires_after_a_day(world: World) -> None:
    async with await program(world) as api:
        key = {"Idempotency-Key": "order-66"}
        assert (await api.post("/tickets", json=NEW, headers=key)).status_code == 201
        other = await api.post("/tickets", json={**NEW, "subject": "Something else"}, headers=key)
        assert other.status_code == 409
        assert "Idempotency-Key" in problem_of(other)["detail"]
        world.clock.wind(hours=25)
        later = await api.post("/tickets", json={**NEW, "subject": "Something else"}, headers=key)
        assert later.status_code == 201


async def test_an_answer_is_kept_for_a_day_though_no_other_key_ever_comes(world: World) -> None:
    async with await program(world) as api:
        await api.post("/tickets", json=NEW, headers={"Idempotency-Key": "once"})
    await worker.forget_old(world.desk)
    assert await world.desk.store.read(_answers_kept) == 1
    world.clock.wind(hours=25)
    await worker.forget_old(world.desk)
    assert await world.desk.store.read(_answers_kept) == 0


def _answers_kept(tx: Tx) -> int:
    return len(tx.session.execute(select(IdempotencyKey)).all())


async def test_a_key_belongs_to_one_member_of_staff(world: World) -> None:
    async with await program(world, BEN) as ben, await program(world, CLEO) as cleo:
        key = {"Idempotency-Key": "same-words"}
        first = (await ben.post("/tickets", json=NEW, headers=key)).json()["ref"]
        second = (await cleo.post("/tickets", json=NEW, headers=key)).json()["ref"]
        assert first != second


async def test_a_refused_call_keeps_nothing_under_its_key(world: World) -> None:
    conversation = await waiting_conversation(world)
    async with await program(world, BEN) as ben, await program(world, CLEO) as cleo:
        await cleo.post(f"/conversations/{conversation}/claim")
        key = {"Idempotency-Key": "try-until-it-works"}
        path = f"/conversations/{conversation}/claim"
        assert (await ben.post(path, headers=key)).status_code == 409
        await cleo.post(f"/conversations/{conversation}/resolve")
        assert (await ben.post(path, headers=key)).status_code == 409
        assert (await ben.post(path, headers={"Idempotency-Key": "bad key"})).status_code == 422


async def test_every_answer_says_how_much_is_left_and_the_limit_holds(world: World) -> None:
    async with await program(world) as api:
        first = await api.get("/tickets")
        assert first.headers["ratelimit-policy"] == '"token";q=600;w=60'
        assert ";r=599;" in first.headers["ratelimit"]
        for _ in range(599):
            await world.desk.limits.allowed("600/minute", "api", "1")  # as many calls of the first token
        refused = await api.get("/tickets")
        assert refused.status_code == 429
        assert int(refused.headers["retry-after"]) >= 1
        problem_of(refused)
