"""From a missed question to a wording in the file, as an editor does it."""

import shutil
from pathlib import Path
from typing import Any

from helpdesk.faqstats.gaps import gaps, past_yes, record_helped, record_miss
from tests.commands import Said, helpdesk
from tests.world import ROOT, World

PASSKEY = "may i sign in with a fingerprint"


async def faq(world: World, folder: Path, *words: str) -> Said:
    """`helpdesk faq gaps …` beside the running desk."""
    return await helpdesk(
        world.desk.settings.data_dir, "faq", "gaps", *words,
        HELPDESK_DATABASE_URL=world.desk.settings.database_url, HELPDESK_FAQ_DIR=str(folder),
    )  # fmt: skip


def articles(tmp_path: Path, *slugs: str) -> Path:
    """A copy of the shipped articles, or of these alone, to be edited."""
    if not slugs:
        return Path(shutil.copytree(ROOT / "faq", tmp_path / "faq"))
    (tmp_path / "faq").mkdir()
    for slug in slugs:
        shutil.copy(ROOT / "faq" / f"{slug}.md", tmp_path / "faq")
    return tmp_path / "faq"


async def miss(world: World, *questions: str) -> None:
    """Questions that found no answer."""
    for question in questions:
        await world.desk.store.write(record_miss, question, "contact-support")


async def test_a_wording_is_replayed_written_and_the_gap_closes_until_it_is_missed_again(
    world: World, tmp_path: Path
) -> None:
    folder = articles(tmp_path)
    file = folder / "change-password.md"
    before = file.read_text(encoding="utf-8")
    await miss(world, PASSKEY, f"{PASSKEY} please", PASSKEY, "where is the moon")
    said = await faq(world, folder, "--add", "1", "--to", "change-password", "--yes")
    assert said.code == 0, said.err
    assert "of 4 past misses" in said.out
    assert "Right answers that would change:" in said.out
    after = file.read_text(encoding="utf-8")
    assert [line for line in after.splitlines() if line not in before.splitlines()] == [f"  - {PASSKEY}"]
    assert [gap.wordings[0] for gap in await world.desk.store.read(gaps)] == ["where is the moon"]
    await miss(world, PASSKEY)
    back = next(gap for gap in await world.desk.store.read(gaps) if gap.wordings[0] == PASSKEY)
    assert (back.times, back.came_back) == (1, "change-password")
    assert "missed again" in (await faq(world, folder)).out


async def test_what_cannot_be_done_is_one_sentence_and_changes_nothing(world: World, tmp_path: Path) -> None:
    folder = articles(tmp_path, "change-password", "forgot-password", "login-password")
    texts = {file: file.read_bytes() for file in folder.rglob("*.md")}
    await miss(world, "i forgot my password", "where is the moon", "[email] [number]")
    order = [gap.wordings[0] for gap in await world.desk.store.read(gaps)]
    forgot, moon = (
        str(order.index(wording) + 1) for wording in ("i forgot my password", "where is the moon")
    )
    assert len(order) == 2, "of the third nothing is left that an article could answer"
    for words, sentence in (
        (("--add", "9", "--to", "change-password", "--yes"), "There is no gap 9"),
        (("--add", moon, "--to", "no-such", "--yes"), "There is no article no-such"),
        (("--add", moon, "--to", "login-password", "--yes"), "There is no article login-password"),
        (("--add", forgot, "--to", "change-password", "--yes"), "is a wording of forgot-password"),
        (("--add", forgot, "--to", "forgot-password", "--yes"), "already"),
        (("--add", "1"), "Give both"),
        (("--add", moon, "--to", "change-password"), "Nothing was written"),
    ):
        said = await faq(world, folder, *words)
        assert said.code == 2, (words, said)
        assert sentence in said.err
        assert len(said.err.strip().splitlines()) <= 2, said.err
    assert {file: file.read_bytes() for file in folder.rglob("*.md")} == texts
    assert len(await world.desk.store.read(gaps)) == len(order)


async def test_a_right_answer_that_would_be_spoiled_is_named(world: World, tmp_path: Path) -> None:
    folder = tmp_path / "faq"
    folder.mkdir()
    for slug, wordings in {
        "opening-hours": (
            "When are you open?",
            "opening hours",
            "what time do you open",
            "are you open today",
        ),
        "delivery-time": (
            "When will my parcel arrive?",
            "delivery time",
            "where is my parcel",
            "parcel is late",
        ),
    }.items():
        lines = "".join(f"  - {wording}\n" for wording in wordings[1:])
        (folder / f"{slug}.md").write_text(f"---\ntitle: {wordings[0]}\nalternatives:\n{lines}---\n\nSo.\n")
    await miss(world, "when does the parcel shop open")
    await world.desk.store.write(record_helped, "what time do you open on sundays", "opening-hours")
    assert await world.desk.store.read(past_yes) == [("what time do you open on sundays", "opening-hours")]
    said = await faq(world, folder, "--add", "1", "--to", "delivery-time", "--yes")
    assert "of 9." in said.out, said
    assert "+  - when does the parcel shop open" in said.out


async def test_a_gap_that_was_handled_otherwise_can_be_closed(world: World, tmp_path: Path) -> None:
    await miss(world, "where is the moon")
    assert (await faq(world, ROOT / "faq", "--done", "1")).code == 0
    assert await world.desk.store.read(gaps) == []


async def test_without_a_database_it_says_so_and_makes_none(tmp_path: Path) -> None:
    said = await helpdesk(tmp_path / "nowhere", "faq", "gaps")
    assert said.code == 2
    assert "There is no database at" in said.err
    assert not (tmp_path / "nowhere" / "helpdesk.db").exists()


async def test_a_no_in_the_chat_is_on_the_list_with_its_reason(world: World) -> None:
    panel = await world.visitor()
    await panel.say("i forgt my pasword")
    answer = await panel.wait("message", asks_feedback=True)
    await panel.send(type="feedback", seq=answer["seq"], helpful=False, reason=None)
    await panel.wait("feedback")
    listed: Any = await faq(world, ROOT / "faq")
    assert "1 × said No" in listed.out
    assert "forgot-password" in listed.out
