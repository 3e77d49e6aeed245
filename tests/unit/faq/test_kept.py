"""What was learned is kept between starts, and never used for other texts."""

from pathlib import Path

import pytest

from helpdesk.faq.library import Library
from helpdesk.faq.matcher import rank

QUESTIONS = ("where is my parcel", "send me a bill", "what is the weather", "my parcle is late")


@pytest.fixture
def articles(tmp_path: Path) -> Path:
    folder = tmp_path / "articles"
    folder.mkdir()
    _write(folder, "parcel", "Where is my parcel?", "My parcel is late", "When does my order arrive?")
    _write(folder, "invoice", "How do I get an invoice?", "Send me the bill", "I need a receipt")
    return folder


def _write(folder: Path, slug: str, title: str, *others: str) -> None:
    listed = "".join(f"  - {other}\n" for other in others)
    (folder / f"{slug}.md").write_text(f"---\ntitle: {title}\nalternatives:\n{listed}---\nSo.\n")


def _load(articles: Path, cache: Path) -> tuple[Library, bool]:
    """The library, and whether it had to learn."""
    said: list[str] = []
    library = Library.load(articles, cache=cache, progress=said.append)
    return library, any(line.startswith("Learning") for line in said)


def test_a_second_start_does_not_learn_again_and_answers_the_same(articles: Path, tmp_path: Path) -> None:
    first, first_learned = _load(articles, tmp_path / "kept")
    second, second_learned = _load(articles, tmp_path / "kept")
    assert (first_learned, second_learned) == (True, False)
    assert [rank(second, question) for question in QUESTIONS] == [
        rank(first, question) for question in QUESTIONS
    ]


def test_another_wording_is_learned(articles: Path, tmp_path: Path) -> None:
    _load(articles, tmp_path / "kept")
    _write(articles, "parcel", "Where is my parcel?", "Nothing came on Monday")
    changed, learned = _load(articles, tmp_path / "kept")
    assert learned
    assert rank(changed, "nothing came on monday").label == "parcel"


def test_a_broken_file_is_made_again(articles: Path, tmp_path: Path) -> None:
    for content in (b"", b"PK\x03\x04 half of a file", b"no archive at all"):
        (tmp_path / "faq-learned-core.npz").write_bytes(content)
        assert _load(articles, tmp_path)[1]
        assert not _load(articles, tmp_path)[1]


def test_a_folder_that_cannot_be_made_stops_nothing(articles: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    library, learned = _load(articles, tmp_path / "file" / "kept")
    assert learned
    assert rank(library, "where is my parcel").label == "parcel"
