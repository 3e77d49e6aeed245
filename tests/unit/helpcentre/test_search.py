"""What the search of the help centre finds, and what it shows of it."""

from collections.abc import Callable

import pytest

from helpdesk.faq.library import Library
from helpdesk.helpcentre.pages import related, section_title
from helpdesk.helpcentre.search import SNIPPET_CHARS, find
from helpdesk.helpcentre.structured import json_in_html
from tests import shipped

Slugs = Callable[[str], list[str]]


@pytest.fixture
def library() -> Library:
    return shipped.library()


def test_every_word_must_begin_a_word_of_the_article(library: Library) -> None:
    slugs = [hit.article.slug for hit in find(library, "spam fold")]
    assert slugs[0] in ("code-not-received", "forgot-password")
    assert "change-password" not in slugs[:1]


def test_a_word_of_the_title_counts_more(library: Library) -> None:
    assert find(library, "reject")[0].article.slug == "password-rules"


@pytest.mark.parametrize(
    "query", ["", "   ", "?!", "\x00", "a" * 5000, "%", "'; DROP TABLE faq; --", "𝔭𝔞𝔰𝔰", "\ud800"]
)
def test_any_text_may_be_searched_for(library: Library, query: str) -> None:
    assert len(find(library, query)) <= 10


def test_a_snippet_is_short_and_holds_the_word(library: Library) -> None:
    hit = next(hit for hit in find(library, "junk") if hit.article.slug == "code-not-received")
    assert "junk" in hit.snippet
    assert len(hit.snippet) <= SNIPPET_CHARS + 4


def test_related_articles_are_others_and_each_once(library: Library) -> None:
    for slug in library.articles:
        others = [article.slug for article in related(library, slug)]
        assert slug not in others
        assert len(others) == len(set(others))
        assert others


def test_a_folder_becomes_a_title() -> None:
    assert section_title("billing/refunds_and-returns") == "Billing › Refunds and returns"
    assert section_title("") == "Questions and answers"


def test_json_in_a_page_cannot_end_its_element() -> None:
    evil = "</script><script>alert(1)</script><!-- & \u2028\u2029"
    text = str(json_in_html({"name": evil}))
    assert not set("<>&\u2028\u2029") & set(text)
    import json

    assert json.loads(text)["name"] == evil
