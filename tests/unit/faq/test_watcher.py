"""A save is live after one quiet look; nothing takes the last good library away."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from helpdesk.faq.facts import DEFAULT_FACTS
from helpdesk.faq.watcher import Watcher

TEXT = "---\ntitle: How do I pay?\n---\nBy card.\n"


def watcher(folder: Path) -> Watcher:
    folder.mkdir(exist_ok=True)
    (folder / "pay.md").write_text(TEXT)
    return Watcher(folder, DEFAULT_FACTS)


def test_nothing_changed_gives_nothing(tmp_path: Path) -> None:
    assert watcher(tmp_path / "faq").check() is None


def test_a_save_is_live_at_the_first_quiet_look(tmp_path: Path) -> None:
    watching = watcher(tmp_path / "faq")
    (tmp_path / "faq" / "pay.md").write_text(TEXT + "\nOr cash.\n")
    assert watching.check() is None
    library = watching.check()
    assert library is not None
    assert "Or cash." in library.articles["pay"].text
    assert watching.check() is None


def test_a_file_that_is_still_growing_waits(tmp_path: Path) -> None:
    watching = watcher(tmp_path / "faq")
    file = tmp_path / "faq" / "pay.md"
    for length in range(3):
        file.write_text(TEXT + "more " * (length + 1))
        assert watching.check() is None
    assert watching.check() is not None


def test_a_change_of_the_same_size_and_time_is_seen(tmp_path: Path) -> None:
    watching = watcher(tmp_path / "faq")
    file = tmp_path / "faq" / "pay.md"
    times = file.stat().st_atime_ns, file.stat().st_mtime_ns
    for word in ("bank", "coin"):
        file.write_text(TEXT.replace("card", word))
        os.utime(file, ns=times)
        watching.check()
        library = watching.check()
        assert library is not None
        assert f"By {word}." in library.articles["pay"].text


def test_new_and_removed_files_are_seen(tmp_path: Path) -> None:
    watching = watcher(tmp_path / "faq")
    (tmp_path / "faq" / "send.md").write_text(TEXT.replace("pay", "send"))
    (tmp_path / "faq" / "pay.md").unlink()
    watching.check()
    library = watching.check()
    assert library is not None
    assert list(library.articles) == ["send"]


def test_a_bad_save_reports_the_fault_and_keeps_the_answer(tmp_path: Path) -> None:
    watching = watcher(tmp_path / "faq")
    (tmp_path / "faq" / "pay.md").write_text("no front matter at all")
    watching.check()
    library = watching.check()
    assert library is not None
    assert library.faults
    assert library.articles["pay"].text == "By card."


def test_a_folder_that_goes_away_keeps_the_last_library(tmp_path: Path) -> None:
    watching = watcher(tmp_path / "faq")
    shutil.rmtree(tmp_path / "faq")
    assert watching.check() is None
    assert watching.check() is None
    assert "pay" in watching.library.articles


def test_a_link_that_leads_nowhere_is_seen_when_it_goes(tmp_path: Path) -> None:
    watching = watcher(tmp_path / "faq")
    target, link = tmp_path / "target.md", tmp_path / "faq" / "link.md"
    target.write_text("---\ntitle: How do I link?\n---\nSo.\n")
    link.symlink_to(target)
    assert [watching.check() is None for _ in range(2)] == [True, False]
    target.unlink()
    assert [watching.check() is None for _ in range(2)] == [True, False]
    assert "link" in watching.library.articles
    link.unlink()
    assert [watching.check() is None for _ in range(2)] == [True, False]
    assert "link" not in watching.library.articles


def test_what_is_no_file_is_a_fault_and_is_not_waited_for(tmp_path: Path) -> None:
    watching = watcher(tmp_path / "faq")
    os.mkfifo(tmp_path / "faq" / "pipe.md")
    assert [watching.check() is None for _ in range(2)] == [True, False]
    assert [str(fault) for fault in watching.library.faults] == ["pipe.md:0: This is no file."]


def test_a_folder_that_cannot_be_read_keeps_its_articles() -> None:
    with tempfile.TemporaryDirectory() as place:
        Path(place).chmod(0o755)
        faq, section = Path(place, "faq"), Path(place, "faq", "section")
        section.mkdir(parents=True)
        (section / "more.md").write_text("---\ntitle: How do I get more?\n---\nSo.\n")
        watching = watcher(faq)
        for folder in (section, faq):
            folder.chmod(0)
            with as_nobody():
                assert [watching.check() for _ in range(3)] == [None] * 3
            folder.chmod(0o755)
        assert set(watching.library.articles) == {"pay", "more"}


@contextmanager
def as_nobody() -> Iterator[None]:
    """Root may read everything."""
    who = os.geteuid()
    if who == 0:
        os.seteuid(65_534)
    try:
        yield
    finally:
        os.seteuid(who)
