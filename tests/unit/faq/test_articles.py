"""How a file becomes an article, and what is said when it cannot."""

from datetime import UTC, date, datetime

import pytest

from helpdesk.faq.facts import DEFAULT_FACTS
from helpdesk.faq.markdown import Parsed, parse

WHEN = datetime(2026, 1, 2, tzinfo=UTC)


def read(text: str, path: str = "passwords/reset.md") -> Parsed:
    return parse(text, path, WHEN, DEFAULT_FACTS)


def said(text: str) -> list[str]:
    return [str(fault) for fault in read(text).faults]


def test_a_file_gives_title_slug_section_and_wordings() -> None:
    article = read("---\ntitle: How?\nalternatives:\n  - In which way?\n---\nSo.\n").article
    assert article is not None
    assert (article.slug, article.section, article.title) == ("reset", "passwords", "How?")
    assert article.wordings == ("How?", "In which way?")
    assert article.updated == WHEN


def test_words_that_yaml_takes_for_something_else_stay_words() -> None:
    article = read("---\ntitle: yes\nslug: no\nalternatives: [on, 007, 1.50]\n---\nSo.\n").article
    assert article is not None
    assert (article.title, article.slug, article.alternatives) == ("yes", "no", ("on", "007", "1.50"))


def test_facts_are_filled_into_the_body() -> None:
    article = read("---\ntitle: How?\n---\nWait {{ reset.resend_seconds }} seconds.\n").article
    assert article is not None
    assert article.body == "Wait 60 seconds.\n"
    assert article.text == "Wait 60 seconds."


def test_an_unknown_variable_is_a_fault_with_its_line_and_a_hint() -> None:
    assert said("---\ntitle: How?\n---\n\nAt least {{ policy.min_lenght }}.\n") == [
        "passwords/reset.md:5: There is no variable {{ policy.min_lenght }}; did you mean policy.min_length?"
    ]


def test_a_variable_without_a_group_is_unknown_too() -> None:
    (sentence,) = said("---\ntitle: How?\n---\nAfter {{ resend_seconds }} seconds.\n")
    assert sentence.endswith("{{ resend_seconds }}; did you mean reset.resend_seconds?")


@pytest.mark.parametrize(
    "braces", ["{{ 7 * 7 }}", "{{ policy.min_length", "{{ policy min_length }}", "{{ include x }}"]
)
def test_braces_that_are_no_variable_are_warned_of(braces: str) -> None:
    parsed = read(f"---\ntitle: How?\n---\n\nSo\n{braces}\n")
    assert [str(warning) for warning in parsed.warnings] == [
        f"passwords/reset.md:6: “{braces}” is no variable: it is shown as it is."
    ]
    assert parsed.article is not None


def test_a_title_of_two_lines_is_a_fault() -> None:
    (fault,) = read('---\ntitle: "one\\ntwo"\n---\nSo.\n').faults
    assert str(fault).endswith(":2: The title has several lines: write it on one.")


def test_a_missing_title_and_a_wrong_needs_are_told_by_line() -> None:
    faults = said("---\nslug: how\nneeds: sometimes\n---\nSo.\n")
    assert faults[0].startswith("passwords/reset.md:3: Write needs: logged_in")
    assert faults[1].startswith("passwords/reset.md:1: The title is missing")


def test_front_matter_that_cannot_be_read_names_the_line() -> None:
    (fault,) = read("---\ntitle: How?\nalternatives: [a, b\n---\nSo.\n").faults
    assert fault.line in (3, 4)
    assert "cannot be read" in fault.sentence


@pytest.mark.parametrize(
    ("front", "line", "advice"),
    [
        ("title: Error: what now?", 2, "put quotes around a text that holds a colon"),
        ("owner: x\ntitle: 'How\nlocale: en", 3, "the quote that begins here never ends"),
        ("title: @home", 2, "put quotes around the text"),
        ("title: How?\n\towner: x", 3, "write spaces"),
    ],
)
def test_front_matter_that_cannot_be_read_says_what_to_do(front: str, line: int, advice: str) -> None:
    (sentence,) = said(f"---\n{front}\n---\nSo.\n")
    assert sentence.startswith(f"passwords/reset.md:{line}: ")
    assert sentence.endswith(f"{advice}.")


def test_a_title_that_is_no_text_is_one_fault() -> None:
    assert said("---\ntitle: [How, so]\n---\nSo.\n") == [
        "passwords/reset.md:2: The title must be one line of text."
    ]


def test_the_address_of_the_search_is_taken() -> None:
    (sentence,) = said("---\ntitle: How?\nslug: search\n---\nSo.\n")
    assert sentence == "passwords/reset.md:3: The address /help/search is the search's: choose another slug."


def test_a_nul_is_a_fault_with_its_line() -> None:
    (sentence,) = said("---\ntitle: How?\n---\nSo\0.\n")
    assert sentence.startswith("passwords/reset.md:4: There is a NUL here")


def test_characters_that_no_text_has_are_found_in_whatever_way_they_were_written() -> None:
    (sentence,) = said("---\ntitle: How?\n---\n\nSo\x1b.\n")
    assert sentence.startswith("passwords/reset.md:5: There is a control character here")
    (sentence,) = said("---\ntitle: How\x0b?\n---\n\nSo.\n")
    assert sentence.startswith("passwords/reset.md:2: There is a control character here")
    escaped = 'title: "How?"\nalternatives:\n  - "a\\u0000b"'
    (sentence,) = said(f"---\n{escaped}\n---\n\nSo.\n")
    assert sentence == (
        "passwords/reset.md:3: There is a character in alternatives that no text has: take it out."
    )


def test_a_file_without_front_matter_says_what_to_write() -> None:
    (fault,) = read("Just text.\n").faults
    assert fault.line == 1
    assert "title:" in fault.sentence


def test_a_key_that_nobody_reads_is_only_a_warning() -> None:
    parsed = read("---\ntitle: How?\nalternatves: [x]\n---\nSo.\n")
    assert parsed.article is not None
    assert str(parsed.warnings[0]).endswith(
        ":3: Nobody reads the key alternatves; did you mean alternatives?"
    )


def test_near_misses_name_where_they_belong_or_nothing() -> None:
    article = read(
        "---\ntitle: How?\nnot_for:\n  - my PIN\n  - query: a code\n    slug: code\n---\nSo.\n"
    ).article
    assert article is not None
    assert [(miss.query, miss.slug) for miss in article.not_for] == [("my PIN", None), ("a code", "code")]


def test_a_review_date_is_a_date() -> None:
    article = read("---\ntitle: How?\nreview_by: 2027-01-31\n---\nSo.\n").article
    assert article is not None
    assert article.review_by == date(2027, 1, 31)
    assert "a date such as" in said("---\ntitle: How?\nreview_by: soon\n---\nSo.\n")[0]


def test_raw_html_is_shown_as_text_and_headings_go_down_one_level() -> None:
    article = read(
        "---\ntitle: How?\n---\n# Steps\n\n<script>alert(1)</script> <b onclick=x>hi</b>\n"
    ).article
    assert article is not None
    assert "<h2>Steps</h2>" in article.html
    assert "<script" not in article.html
    assert "&lt;script&gt;" in article.html


def test_an_image_from_elsewhere_becomes_its_words() -> None:
    parsed = read("---\ntitle: How?\n---\n![a pixel](https://ads.example/p.png) ![ours](/static/a.png)\n")
    assert parsed.article is not None
    assert "ads.example" not in parsed.article.html
    assert "a pixel" in parsed.article.html
    assert 'src="/static/a.png"' in parsed.article.html
    assert parsed.warnings[0].line == 4


def test_a_link_that_runs_code_never_reaches_the_page() -> None:
    parsed = read("---\ntitle: How?\n---\n[click](javascript:alert(1))\n")
    assert parsed.article is not None
    assert "href" not in parsed.article.html
    assert "is not allowed: it is shown as text." in str(parsed.warnings[0])


def test_plain_text_numbers_the_steps() -> None:
    article = read("---\ntitle: How?\n---\nDo this:\n\n1. One\n2. **Two**\n   - inner\n").article
    assert article is not None
    assert article.text == "Do this:\n1. One\n2. Two\n  - inner"


def test_a_huge_file_is_refused_quickly() -> None:
    assert "longer than" in said("---\ntitle: x\n---\n" + "a" * 300_000)[0]
