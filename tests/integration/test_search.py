"""The console's search takes letters for their plain ones, the same with both databases."""

import uuid

from tests.world import World, submit

PAIRS = (
    ("Die Straße hieß so", "strasse hiess"),
    ("Die Strasse war so", "straße war"),
    ("MÜLLERS Konto", "mullers konto"),
    ("Mullers Buch", "müllers buch"),
    ("İSTANBUL ve Isparta", "istanbul ve isparta"),
    ("ıspanak", "ispanak"),
    ("my \ufb01ngerprint", "fingerprint"),
    ("Ærø og Łódź", "aero og lodz"),
)
"""What somebody wrote, and what is typed to find it."""


async def test_words_are_found_with_and_without_their_accents(world: World) -> None:
    agent, panel = await world.staff(), await world.visitor()
    ident = (await panel.wait("welcome"))["conversation"]
    await panel.send(
        type="handover", client_id=str(uuid.uuid4()), to="agent", email=None, subject=None, text=None
    )
    await panel.wait("state", handled_by="queue")
    for said, _ in PAIRS:
        await panel.say(said)
        await submit(
            world.browser(), "/tickets/new", email="night@example.com", subject=said, text="No code."
        )
    for said, typed in PAIRS:
        found = (await agent.get("/console/search", params={"q": typed})).text
        assert found.count("?before=") == found.count(f"/console/c/{ident}") == 1, (said, found)
        assert found.count(said) == 2, (said, found)
