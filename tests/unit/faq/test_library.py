"""A folder of files becomes what people read and what the bot answers with."""

from pathlib import Path

import pytest

from helpdesk.faq.facts import DEFAULT_FACTS
from helpdesk.faq.library import Library
from helpdesk.faq.matcher import rank
from tests.shipped import FOLDER as SHIPPED
from tests.shipped import library as learned_once

GOOD = "---\ntitle: How do I pay?\nalternatives: [pay a bill, payment]\n---\nBy card.\n"


@pytest.fixture
def shipped() -> Library:
    return learned_once()


def test_the_shipped_articles_have_no_faults_and_25_wordings_each(shipped: Library) -> None:
    assert shipped.faults == ()
    assert set(shipped.articles) == {
        "change-password", "forgot-password", "code-not-received", "password-rules", "contact-support"
    }  # fmt: skip
    assert all(len(article.wordings) >= 25 for article in shipped.articles.values())


def test_two_articles_name_the_60_seconds_through_the_setting(tmp_path: Path) -> None:
    slower = {**DEFAULT_FACTS, "reset": {**DEFAULT_FACTS["reset"], "resend_seconds": 90}}
    library = Library.load(SHIPPED, slower)
    for slug in ("forgot-password", "code-not-received"):
        assert "90 seconds" in library.articles[slug].text
        assert "60" not in library.articles[slug].text


def test_the_combined_page_is_for_people_and_never_an_answer(shipped: Library) -> None:
    page = shipped.pages["login-password"]
    assert page.title == "How to Change or Reset Your Login Password?"
    for part in ("Scenario 1", "Scenario 2", "Q1", "Q2", "Q3", "Confirm New Password", "60 seconds"):
        assert part in page.html
    assert "login-password" not in shipped.articles
    ranking = rank(shipped, page.title)
    assert "login-password" not in {candidate.label for candidate in ranking.candidates}
    assert shipped.get("login-password") is page


def test_no_article_says_that_a_digit_is_required(shipped: Library) -> None:
    assert "not needed" in shipped.articles["password-rules"].text


def test_a_faulty_file_keeps_its_last_good_version(tmp_path: Path) -> None:
    file = tmp_path / "pay.md"
    file.write_text(GOOD)
    first = Library.load(tmp_path)
    file.write_text("---\ntitle: [\n---\nBy cash.\n")
    second = Library.load(tmp_path, previous=first)
    assert second.articles["pay"].text == "By card."
    assert second.faults[0].path == "pay.md"
    assert second.version == first.version


def test_a_faulty_file_without_a_past_leaves_the_others_alone(tmp_path: Path) -> None:
    (tmp_path / "pay.md").write_text(GOOD)
    (tmp_path / "bad.md").write_bytes(b"---\ntitle: \xff\n---\n")
    library = Library.load(tmp_path)
    assert list(library.articles) == ["pay"]
    assert "UTF-8" in library.faults[0].sentence


def test_a_former_address_leads_to_the_new_one(tmp_path: Path) -> None:
    (tmp_path / "pay.md").write_text(GOOD.replace("---\nBy", "former_slugs: [old-pay]\n---\nBy"))
    article = Library.load(tmp_path).get("old-pay")
    assert article is not None
    assert article.slug == "pay"


def test_a_draft_is_nowhere(tmp_path: Path) -> None:
    (tmp_path / "pay.md").write_text(GOOD.replace("---\nBy", "draft: true\n---\nBy"))
    library = Library.load(tmp_path)
    assert not library.articles
    assert library.get("pay") is None
    assert rank(library, "how do I pay").label is None


def test_a_newcomer_does_not_take_the_address_of_an_article(tmp_path: Path) -> None:
    thief = GOOD.replace("---\nBy card", "slug: pay\n---\nBy theft")
    (tmp_path / "pay.md").write_text(GOOD)
    before = Library.load(tmp_path, DEFAULT_FACTS)
    (tmp_path / "a.md").write_text(thief)
    for library in (Library.load(tmp_path, DEFAULT_FACTS, before), Library.load(tmp_path, DEFAULT_FACTS)):
        assert library.articles["pay"].path == "pay.md"
        assert [str(fault) for fault in library.faults] == ["a.md:1: The slug pay belongs to pay.md already."]


def test_two_files_with_one_slug_are_a_fault_of_the_second(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text(GOOD.replace("---\nBy", "slug: pay\n---\nBy"))
    (tmp_path / "b.md").write_text(GOOD.replace("---\nBy", "slug: pay\n---\nBy"))
    library = Library.load(tmp_path)
    assert library.articles["pay"].path == "a.md"
    assert [fault.path for fault in library.faults] == ["b.md"]


def test_sections_are_folders_in_reading_order(tmp_path: Path) -> None:
    (tmp_path / "money").mkdir()
    (tmp_path / "money" / "second.md").write_text(GOOD.replace("---\nBy", "order: 2\n---\nBy"))
    (tmp_path / "money" / "first.md").write_text(GOOD.replace("---\nBy", "order: 1\n---\nBy"))
    sections = Library.load(tmp_path).sections
    assert [article.slug for article in sections["money"]] == ["first", "second"]


def test_the_version_changes_with_the_content_and_with_nothing_else(tmp_path: Path) -> None:
    file = tmp_path / "pay.md"
    file.write_text(GOOD)
    first = Library.load(tmp_path)
    file.write_text(GOOD)
    same = Library.load(tmp_path, previous=first)
    assert same.version == first.version
    assert same.engine is first.engine
    file.write_text(GOOD.replace("card", "cash"))
    assert Library.load(tmp_path).version != first.version


def test_an_empty_folder_is_a_library_that_answers_nothing(tmp_path: Path) -> None:
    assert rank(Library.load(tmp_path), "anything").label is None


def test_a_missing_folder_is_told_in_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="There is no folder"):
        Library.load(tmp_path / "nowhere")
