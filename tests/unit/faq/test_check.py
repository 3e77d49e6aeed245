"""What an editor is told about articles that work but could be better."""

from datetime import date
from pathlib import Path

from helpdesk.faq.check import look
from helpdesk.faq.evaluation import Case, evaluate
from helpdesk.faq.facts import DEFAULT_FACTS
from helpdesk.faq.library import Library

WORDINGS = "alternatives: [pay a bill, settle my invoice, send you money, make a payment, pay by card]\n"


def warnings(folder: Path, **files: str) -> list[str]:
    for name, text in files.items():
        (folder / f"{name}.md").write_text(text)
    library = Library.load(folder)
    assert library.faults == ()
    sources = {f"{name}.md": text for name, text in files.items()}
    return [str(warning) for warning in look(library, sources, DEFAULT_FACTS, date(2026, 6, 1))]


def article(title: str, more: str = WORDINGS, body: str = "So.") -> str:
    return f"---\ntitle: {title}\n{more}---\n\n{body}\n"


def test_a_good_article_gives_no_warning(tmp_path: Path) -> None:
    assert warnings(tmp_path, pay=article("How do I pay?")) == []


def test_a_written_out_setting_is_found_and_its_variable_named(tmp_path: Path) -> None:
    (found,) = warnings(tmp_path, pay=article("How do I pay?", body="Wait 60 seconds."))
    assert found == "pay.md:6: “60” is a setting: write {{ reset.resend_seconds }} instead."


def test_a_variable_is_not_taken_for_a_written_out_setting(tmp_path: Path) -> None:
    assert (
        warnings(tmp_path, pay=article("How do I pay?", body="Wait {{ reset.resend_seconds }} seconds."))
        == []
    )


def test_broken_and_old_links_are_found(tmp_path: Path) -> None:
    body = "[a](/help/nowhere) [b](/help/old) [c](/login) [d](https://example.com) [e](/nope)"
    found = warnings(tmp_path, pay=article("How do I pay?", WORDINGS + "former_slugs: [old]\n", body))
    assert [sentence.split(": ", 1)[1] for sentence in found] == [
        "The link /help/nowhere leads to no article.",
        "The link /help/old is an old address; write /help/pay.",
        "The link /nope leads to no page of this site.",
    ]


def test_a_former_address_that_leads_elsewhere_is_found(tmp_path: Path) -> None:
    found = warnings(
        tmp_path,
        pay=article("How do I pay?", WORDINGS + "former_slugs: [money, refund]\n"),
        refund=article(
            "When do I get it back?", "alternatives: [give back, return it, refund, undo, revert]\n"
        ),
    )
    assert found == ["pay.md:4: The former address /help/refund leads to refund, not here."]


def test_a_link_to_a_place_in_a_page_is_found(tmp_path: Path) -> None:
    body = "# Cards\n\n[a](#cards)\n[b](/help/pay#cards)\n[c](https://example.com/#cards)"
    found = warnings(tmp_path, pay=article("How do I pay?", body=body))
    assert found == [
        "pay.md:8: The link #cards finds no place in the page: headings have no names to link to.",
        "pay.md:9: The link /help/pay#cards finds no place in the page: headings have no names to link to.",
    ]


def test_a_broken_link_is_told_with_its_own_line(tmp_path: Path) -> None:
    body = "Rules{{ policy.kinds }}\n\n1. One\n2. Two\n   and [a](/help/nowhere)\n\n[b](/nope)"
    found = warnings(tmp_path, pay=article("How do I pay?", body=body))
    assert [sentence.split(": ")[0] for sentence in found] == ["pay.md:10", "pay.md:12"]


def test_few_wordings_and_a_review_that_is_due_are_told(tmp_path: Path) -> None:
    found = warnings(tmp_path, pay=article("How do I pay?", "review_by: 2026-05-31\n"))
    assert any("Only 0 alternatives" in sentence for sentence in found)
    assert any(sentence.startswith("pay.md:3: The review was due") for sentence in found)


def test_the_same_question_in_two_articles_is_told_once_with_its_line(tmp_path: Path) -> None:
    wordings = ("refund me", "my money back", "return goods", "paying a bill", "give it back")
    other = "alternatives:\n" + "".join(f"  - {wording}\n" for wording in wordings)
    found = warnings(tmp_path, a=article("How do I pay?"), b=article("How do I get a refund?", other))
    assert "b.md:7: “paying a bill” is in a too." in found


def test_a_near_miss_that_names_no_article_is_told(tmp_path: Path) -> None:
    more = WORDINGS + "not_for:\n  - query: my card is lost\n    slug: lost-card\n"
    found = warnings(tmp_path, pay=article("How do I pay?", more))
    assert "pay.md:5: There is no article lost-card for “my card is lost”." in found


def test_the_quality_counts_right_wrong_and_confused(tmp_path: Path) -> None:
    (tmp_path / "pay.md").write_text(article("How do I pay?"))
    cases = [Case("how do I pay", "pay"), Case("make a payment", "refund"), Case("weather in Rome", None)]
    quality = evaluate(Library.load(tmp_path), cases)
    assert (quality.answerable, quality.unanswerable, quality.accuracy, quality.wrong) == (2, 1, 0.5, 0.0)
    (pair,) = quality.confusions
    assert (pair.wanted, pair.given, pair.example) == ("refund", "pay", "make a payment")
