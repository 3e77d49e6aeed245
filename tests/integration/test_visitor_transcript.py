"""A conversation by mail, as somebody reads it who is not on our pages."""

from tests.world import ADA, World, text_of


async def test_a_mailed_transcript_has_no_marks_and_whole_addresses(world: World) -> None:
    ada = await world.customer()
    panel = await world.visitor(cookies="; ".join(f"{c.name}={c.value}" for c in ada.cookies.jar))
    await panel.say("How do I change my password?")
    await panel.wait("message", asks_feedback=True)
    await panel.say("that was **all**")
    await panel.send(type="transcript", email=ADA)
    told = text_of(await world.mail(ADA, "copy of your conversation"))
    assert f"Open the Security ({world.url}/security) page." in told
    assert "choose Change Password." in told
    assert "](" not in told
    assert "You: that was **all**" in told, "what somebody typed stays as it was typed"
