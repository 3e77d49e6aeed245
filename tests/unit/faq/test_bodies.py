"""What an answer says helps to choose between articles, and never makes a stranger's question sure."""

from pathlib import Path

import numpy as np

from helpdesk.faq.bodies import Bodies
from helpdesk.faq.library import Library
from helpdesk.faq.matcher import rank


def test_the_text_with_the_words_of_the_question_hints_most() -> None:
    bodies = Bodies(["Open the parcel at once.", "Your invoice is in the app.", ""], [1, 1, 1])
    assert bodies.hints(["where", "are", "invoices"]).argmax() == 1
    assert not bodies.hints(["zebra"]).any()
    assert not bodies.hints([]).any()


def test_a_text_counts_less_the_more_wordings_its_article_has() -> None:
    few, many = Bodies(["the same text"] * 2, [1, 20]).hints(["same", "text"])
    assert 0 < many < few < 0.4


def test_no_articles_no_hints() -> None:
    assert np.array_equal(Bodies([], []).hints(["a"]), np.zeros(0, np.float32))


def test_a_changed_answer_is_read_without_learning_again(tmp_path: Path) -> None:
    for slug, text in (("labels", "Sort it."), ("filters", "Sort it.")):
        (tmp_path / f"{slug}.md").write_text(f"---\ntitle: How do I use my {slug} here?\n---\n{text}\n")
    first = Library.load(tmp_path)
    (tmp_path / "filters.md").write_text(
        "---\ntitle: How do I use my filters here?\n---\nPut newsletters into a folder.\n"
    )
    second = Library.load(tmp_path, previous=first)
    assert second.engine.claims is first.engine.claims
    assert rank(second, "newsletters folder").candidates[0].label == "filters"


def test_candidates_stay_in_order_of_their_scores(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("---\ntitle: Strike text in mails\n---\nClick on it.\n")
    (tmp_path / "b.md").write_text("---\ntitle: Cross out words\n---\nStrike text with a line in mails.\n")
    scores = [c.score for c in rank(Library.load(tmp_path), "strike a text in my mails").candidates]
    assert scores == sorted(scores, reverse=True)
