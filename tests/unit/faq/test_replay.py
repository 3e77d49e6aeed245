"""What a wording would have changed."""

from pathlib import Path

import pytest

from helpdesk.faq import replay as module
from helpdesk.faq.library import Library
from helpdesk.faq.replay import replay

ARTICLES = {
    "opening-hours": (
        "When are you open?",
        "opening hours",
        "what time do you open",
        "are you open on sunday",
    ),
    "parcel": ("When will my parcel arrive?", "delivery time", "where is my parcel", "my parcel is late"),
}


def library(folder: Path, more: dict[str, list[str]] | None = None) -> Library:
    """The articles, with more wordings for some."""
    folder.mkdir()
    for slug, (title, *wordings) in ARTICLES.items():
        lines = "".join(f"  - {wording}\n" for wording in (*wordings, *(more or {}).get(slug, [])))
        (folder / f"{slug}.md").write_text(f"---\ntitle: {title}\nalternatives:\n{lines}---\n\nSo.\n")
    return Library.load(folder)


def test_what_is_answered_now_and_what_is_spoiled(tmp_path: Path) -> None:
    stolen = [
        f"{text} please"
        for text in ("opening hours", "what time do you open", "when are you open", "are you open")
    ]
    before, after = (
        library(tmp_path / "a"),
        library(tmp_path / "b", {"parcel": ["lost in the post", *stolen]}),
    )
    misses = [("lost in the post", 3), ("it was lost in the post", 2), ("do you sell shoes", 4)]
    right = [("what time do you open please", "opening-hours"), ("asked of an article that is gone", "gone")]
    found = replay(before, after, "parcel", "lost in the post", misses, right)
    assert found.label == "parcel"
    assert (found.answered, found.asked) == (5, 9)
    assert ("what time do you open please", "opening-hours", "parcel") in [
        (change.query, change.wanted, change.given) for change in found.spoiled
    ]
    assert found.looked_at == 9


def test_the_same_library_changes_nothing(tmp_path: Path) -> None:
    same = library(tmp_path / "a")
    assert replay(same, same, "parcel", "parcel", [], []).spoiled == ()


def test_a_large_faq_is_asked_only_what_is_like_the_wording(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MOST_ASKED", 2)
    same = library(tmp_path / "a")
    assert replay(same, same, "parcel", "parcels", [], []).looked_at == 2
