"""Waiting for a person: honest, and never for ever."""

import uuid

from tests.world import World


async def test_who_waits_too_long_is_offered_a_ticket_once_and_keeps_every_word(world: World) -> None:
    panel = await world.visitor()
    await panel.wait("seen")
    await panel.say("I cannot get in, and my phone is gone")
    ident = str(uuid.uuid4())
    await panel.send(type="handover", client_id=ident, to="agent", email=None, subject=None, text=None)
    await panel.wait("state", handled_by="queue")
    world.clock.wind(seconds=121)
    offer = await panel.wait(
        "message", within_s=15, author="system", choices=[{"id": "ticket", "label": "Submit a ticket"}]
    )
    assert "everything you wrote goes along" in offer["text"]
    ident = str(uuid.uuid4())
    await panel.send(
        type="handover", client_id=ident, to="ticket", email="n@example.com", subject=None, text=None
    )
    state = await panel.wait("state", handled_by="ticket")
    async with world.browser() as browser:
        page = await browser.get(state["ticket_url"])
    assert "my phone is gone" in page.text
    world.clock.wind(seconds=600)
    await panel.say("one more word")
    assert sum("goes along, and we answer" in m["text"] for m in panel.messages()) == 1
