"""A day at the desk moves every figure that an operator watches."""

import re
from typing import Any

from tests.programs import new_id, program, waiting_conversation
from tests.world import ADA, BEN, World, submit


async def figures(world: World) -> dict[str, float]:
    """`name{labels}` → value, as Prometheus reads it."""
    async with world.browser() as machine:
        text = (await machine.get("/metrics")).text
    return {name: float(value) for name, value in re.findall(r"(?m)^(helpdesk_\S+) (\S+)$", text)}


async def test_each_figure_moves_with_what_it_counts(make_world: Any) -> None:
    async with make_world(worker="outside") as world:
        before = await figures(world)
        await a_person_is_waited_for_and_replies(world)
        await the_bot_answers_alone(world)
        await somebody_floods_and_somebody_guesses(world)
        world.clock.wind(seconds=30)
        after = await figures(world)

        def grown(name: str) -> float:
            return after.get(name, 0.0) - before.get(name, 0.0)

        assert after["helpdesk_outbox_oldest_seconds"] >= 30
        assert after['helpdesk_outbox_jobs{state="waiting"}'] >= 1
        assert after["helpdesk_failed_sign_ins_last_hour"] == 2
        assert grown('helpdesk_limiter_hits_total{limit="say"}') >= 1
        assert grown('helpdesk_limiter_hits_total{limit="resend-code"}') == 1
        assert grown("helpdesk_echo_seconds_count") >= 20
        assert after['helpdesk_webhook_endpoints{state="active"}'] == 1
        assert sum(value for name, value in after.items() if name.startswith("helpdesk_open_tickets")) == 1
        assert grown('helpdesk_http_requests_total{method="POST",status="401"}') == 2
        assert grown('helpdesk_api_requests_total{call="open_ticket",status="201"}') == 1
        assert after["helpdesk_open_sockets"] >= 3
        assert (after["helpdesk_bus_up"], after["helpdesk_database_up"]) == (1, 1)


async def a_person_is_waited_for_and_replies(world: World) -> None:
    """Ninety seconds in line, then a reply."""
    case = await waiting_conversation(world)
    world.clock.wind(seconds=90)
    waiting = await figures(world)
    assert 90 <= waiting["helpdesk_queue_oldest_seconds"] < 120
    assert waiting['helpdesk_conversations{handled_by="queue"}'] == 1
    assert waiting["helpdesk_bot_solved_ratio"] == 0
    async with await program(world) as api:
        await api.post(f"/conversations/{case}/claim")
        reply = {"client_id": new_id(), "text": "Here I am."}
        assert (await api.post(f"/conversations/{case}/messages", json=reply)).status_code == 201
        ticket = {"email": "new@example.com", "subject": "Help", "text": "It does not work."}
        assert (await api.post("/tickets", json=ticket)).status_code == 201
        hook = {"url": "https://hooks.example.com/desk", "events": ["*"]}
        assert (await api.post("/webhooks", json=hook)).status_code == 201
    replied = await figures(world)
    assert replied["helpdesk_queue_oldest_seconds"] == 0
    assert 90 <= replied["helpdesk_first_reply_seconds"] < 120


async def the_bot_answers_alone(world: World) -> None:
    """One of the two who chatted needed nobody; the ticket of the program is no chat of the bot's."""
    panel = await world.visitor()
    await panel.say("I forgot my password")
    await panel.wait("message", author="bot")
    assert 0 < (await figures(world))["helpdesk_bot_solved_ratio"] <= 0.5


async def somebody_floods_and_somebody_guesses(world: World) -> None:
    """More words than the limit allows, and two wrong passwords."""
    panel = await world.visitor()
    for number in range(21):
        await panel.send(type="say", client_id=new_id(), text=f"word {number}")
    await panel.wait("error", code="too_fast")
    browser = world.browser()
    await submit(browser, "/forgot-password", email=ADA)
    assert (await submit(browser, "/forgot-password", resend="1")).status_code == 429
    for path, who in (("/login", ADA), ("/console/login", BEN)):
        answer = await submit(world.browser(), path, email=who, password="Not-My-Password!")
        assert answer.status_code == 401
