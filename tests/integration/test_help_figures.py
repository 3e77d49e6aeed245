"""What the bot and the help pages count, and what an editor reads of it."""

from helpdesk.faqstats.figures import figures, record_feedback, record_handed_over, record_shown
from helpdesk.faqstats.gaps import gaps, record_miss
from helpdesk.store.session import Tx
from tests.commands import helpdesk
from tests.world import World


async def test_the_last_word_of_a_reader_counts_and_an_edit_begins_anew(world: World) -> None:
    def read_and_judge(tx: Tx) -> None:
        record_shown(tx, "may-i", "v1")
        record_shown(tx, "may-i", "v1")
        record_feedback(tx, "may-i", "v1", True)
        record_feedback(tx, "may-i", "v1", False, "no example", instead_of=True)
        record_feedback(tx, "may-i", "v1", False, "", instead_of=False)
        record_handed_over(tx, "may-i", "v1")
        record_shown(tx, "may-i", "v2")

    await world.desk.store.write(read_and_judge)
    rows = {row["version"]: row for row in await world.desk.store.read(figures)}
    first = rows["v1"]
    assert (first["shown"], first["yes"], first["no"], first["handed_over"]) == (2, 0, 1, 1)
    assert first["reasons"] == ["no example"]
    assert (rows["v2"]["shown"], rows["v2"]["no"]) == (1, 0)


async def test_a_question_without_an_answer_is_a_gap_without_personal_data(world: World) -> None:
    panel = await world.visitor()
    await panel.say("Does the moon pay taxes in 20251224183000?")
    await panel.wait("message", author="bot")
    found = await world.desk.store.read(gaps)
    assert found[0].times == 1
    assert "moon" in found[0].wordings[0]
    assert "2025" not in found[0].wordings[0]
    assert await world.desk.store.write(record_miss, "ok") is False, "too short to mean anything"
    world.clock.wind(days=91)
    assert await world.desk.store.read(gaps) == []


async def test_the_command_lists_the_gaps(world: World) -> None:
    for wording in ("can I use a passkey", "Can I use a passkey?", "where is the moon"):
        await world.desk.store.write(record_miss, wording, "change-password")
    said = await helpdesk(
        world.desk.settings.data_dir, "faq", "gaps", HELPDESK_DATABASE_URL=world.desk.settings.database_url
    )
    assert said.code == 0, said.err
    assert said.out.startswith("1. 2 times, last on ")
    assert "where is the moon" in said.out
