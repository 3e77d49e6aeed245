"""What programs may rely on in odd but valid requests: spellings, moments, empty bodies, long subjects."""

import asyncio
import os
import time
from collections.abc import Iterator
from datetime import timedelta

import pytest

from tests.programs import new_id, problem_of, program, waiting_conversation
from tests.world import BEN, CLEO, World


@pytest.fixture
def far_east() -> Iterator[None]:
    """A machine whose clock on the wall is fourteen hours ahead."""
    before = os.environ.get("TZ")
    os.environ["TZ"] = "Pacific/Kiritimati"
    time.tzset()
    yield
    os.environ.pop("TZ")
    if before is not None:
        os.environ["TZ"] = before
    time.tzset()


async def test_a_colleague_is_found_whatever_the_spelling_of_the_address(world: World) -> None:
    name = await waiting_conversation(world)
    async with await program(world) as ben:
        answer = await ben.patch(f"/conversations/{name}", json={"assignee": CLEO.upper()})
        assert (answer.status_code, answer.json()["assignee"]) == (200, "Cleo")
        stranger = await ben.patch(f"/conversations/{name}", json={"assignee": "nobody@example.com"})
        assert list(problem_of(stranger)["fields"]) == ["assignee"]


@pytest.mark.usefixtures("far_east")
async def test_a_moment_without_a_zone_is_utc_wherever_the_machine_stands(world: World) -> None:
    name = await waiting_conversation(world)
    now = world.desk.clock.now()
    async with await program(world) as ben:
        for hours, status in ((2, 200), (-2, 422)):
            moment = f"{now + timedelta(hours=hours):%Y-%m-%dT%H:%M:%S}"
            answer = await ben.patch(f"/conversations/{name}", json={"snoozed_until": moment})
            assert answer.status_code == status
    assert list(problem_of(answer)["fields"]) == ["snoozed_until"]


async def test_an_empty_object_is_no_body_and_a_byte_order_mark_is_no_json(world: World) -> None:
    name = await waiting_conversation(world)
    async with await program(world, BEN) as ben:
        for body in (b"", b"{}", b" { }\n"):
            assert (await ben.post(f"/conversations/{name}/claim", content=body)).status_code == 200
        headers = {"Content-Type": "application/json"}
        marked = await ben.post("/faq/match", content=b'\xef\xbb\xbf{"query": "code"}', headers=headers)
        assert problem_of(marked)["status"] == 400
        half = await ben.post("/faq/match", content=b'{"query": "\\ud800"}', headers=headers)
        assert problem_of(half)["fields"] == {"body": "This is not valid JSON."}


async def test_a_subject_of_200_characters_is_kept_whole(world: World) -> None:
    ticket = {"email": "eve@example.com", "subject": "x" * 200, "text": "The code never comes."}
    async with await program(world) as ben:
        opened = await ben.post("/tickets", json=ticket)
        assert (opened.status_code, opened.json()["subject"]) == (201, "x" * 200)
        told = problem_of(await ben.post("/tickets", json={}))
        assert told["detail"] == "email: This is missing. subject: This is missing. text: This is missing."


async def test_the_same_ticket_sent_many_times_at_once_is_one(world: World) -> None:
    ticket = {
        "email": "eve@example.com",
        "subject": "No code",
        "text": "It never comes.",
        "client_id": new_id(),
    }
    async with await program(world) as ben:
        sent = await asyncio.gather(*(ben.post("/tickets", json=ticket) for _ in range(6)))
        assert sorted(answer.status_code for answer in sent) == [200] * 5 + [201]
        assert len({answer.json()["ref"] for answer in sent}) == 1
        keyed = {**ticket, "client_id": None}
        headers = {"Idempotency-Key": new_id()}
        sent = await asyncio.gather(*(ben.post("/tickets", json=keyed, headers=headers) for _ in range(6)))
        assert {(answer.status_code, answer.json()["ref"]) for answer in sent} == {
            (201, sent[0].json()["ref"])
        }
