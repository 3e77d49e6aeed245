"""What somebody who waits is told: the place in line as it moves, how long others waited, when the desk opens."""

import uuid
from datetime import UTC, datetime
from typing import Any

import pytest

from helpdesk.tickets.models import DeskFact
from helpdesk.tickets.sla import ALWAYS, hours_from
from helpdesk.visitor.outlook import opens_at, usual_wait
from tests.programs import new_id, program
from tests.world import Panel, World


async def in_line(world: World) -> tuple[Panel, str]:
    panel = await world.visitor()
    conversation = (await panel.wait("welcome"))["conversation"]
    ident = str(uuid.uuid4())
    await panel.send(type="handover", client_id=ident, to="agent", email=None, subject=None, text=None)
    await panel.wait("state", handled_by="queue")
    return panel, conversation


async def answer(api: Any, conversation: str) -> None:
    assert (await api.post(f"/conversations/{conversation}/claim")).status_code == 200
    sent = await api.post(
        f"/conversations/{conversation}/messages", json={"client_id": new_id(), "text": "Hello!"}
    )
    assert sent.status_code == 201


async def test_the_place_in_line_moves_up_when_somebody_ahead_is_taken(world: World) -> None:
    _, ahead = await in_line(world)
    panel, _ = await in_line(world)
    async with await program(world) as api:
        await answer(api, ahead)
        assert (await panel.wait("state", position=1))["handled_by"] == "queue"


async def test_the_wait_is_that_of_others_and_unknown_before_three_were_answered(world: World) -> None:
    async with world.browser() as reader, await program(world) as api:

        async def outlook() -> Any:
            got = await reader.get("/visitor/outlook")
            assert got.headers["cache-control"] == "public, max-age=15"
            assert got.json()["agents"] == "away"
            return got.json()

        for minutes in (2, 4, 6):
            assert (await outlook())["wait_s"] is None
            _, conversation = await in_line(world)
            world.clock.wind(minutes=minutes)
            await answer(api, conversation)
        world.clock.wind(seconds=16)
        low, high = (await outlook())["wait_s"]
        assert (low // 60, high // 60) == (2, 6)


async def test_a_ticket_may_be_chosen_by_everybody_who_waits(world: World) -> None:
    panel, _ = await in_line(world)
    await panel.send(type="choose", client_id=new_id(), choice="ticket")
    assert (await panel.wait("message", author="visitor"))["text"] == "Submit a ticket"
    assert "/tickets/new" in (await panel.wait("message", author="bot"))["text"]
    await panel.send(type="choose", client_id=new_id(), choice="something-else")
    assert (await panel.wait("error"))["code"] == "invalid"


async def test_the_desk_says_when_it_opens(world: World) -> None:
    hours = {"zone": "Europe/Berlin", "week": {str(day): [["09:00", "17:00"]] for day in range(5)}}

    def set_hours(tx: Any) -> None:
        tx.session.add(DeskFact(name="office_hours", value=hours))

    await world.desk.store.write(set_hours)
    async with world.browser() as reader:
        opens = (await reader.get("/visitor/outlook")).json()["opens_at"]
    now = world.clock.now()
    expected = opens_at(hours_from(hours), now)
    assert opens == (expected.isoformat(timespec="milliseconds").replace("+00:00", "Z") if expected else None)


@pytest.mark.parametrize(
    ("now", "opens"),
    [
        ("2026-11-27T17:30+00:00", "2026-11-30T08:00+00:00"),  # Friday evening
        ("2026-11-30T10:00+00:00", None),  # within hours: nobody knows why nobody is here
    ],
)
def test_it_opens_on_the_next_working_day(now: str, opens: str | None) -> None:
    hours = hours_from(
        {"zone": "Europe/Berlin", "week": {"0": [["09:00", "17:00"]], "4": [["09:00", "17:00"]]}}
    )
    found = opens_at(hours, datetime.fromisoformat(now).astimezone(UTC))
    assert (found.isoformat(timespec="minutes") if found else None) == opens
    assert opens_at(ALWAYS, datetime.fromisoformat(now)) is None


def test_a_wait_is_the_middle_half() -> None:
    assert usual_wait([60, 120]) is None
    assert usual_wait([600, 60, 120, 180, 240]) == [120, 240]
