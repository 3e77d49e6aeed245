"""One wording more in a file, and nothing else changed."""

import difflib

import pytest

from helpdesk.faq.edit import with_alternative
from helpdesk.faq.facts import DEFAULT_FACTS

WORDING = "can i use a passkey"
FILES = {
    "list": "---\ntitle: May I?  # the question\n# keep me\nalternatives:\n  - may i   # so they say\n\n  - am I allowed\n# and me\norder: 3\n---\n\nYes.\n",
    "no list": "---\ntitle: May I?\norder: 3\n---\n\nYes.\n",
    "empty list": "---\ntitle: May I?\nalternatives:\n---\nYes.\n",
    "flow list": "---\ntitle: May I?\nalternatives: [may i, 'am I'] # short\n---\nYes.\n",
    "empty flow list": "---\ntitle: May I?\nalternatives: []\n---\nYes.\n",
    "not indented": "---\ntitle: May I?\nalternatives:\n- may i\n- am I\nowner: dora\n---\nYes.\n",
    "quoted": '---\ntitle: "May I?"\nalternatives:\n  - "may i: please"\n---\nYes.\n',
    "folded": "---\ntitle: May I?\nalternatives:\n  - >-\n    may\n    i\nowner: dora\n---\nYes.\n",
    "two lines": "---\ntitle: May I?\nalternatives:\n  - may\n    i\n---\nYes.\n",
    "windows": "---\r\ntitle: May I?\r\nalternatives:\r\n  - may i\r\n---\r\nYes.\r\n",
    "mark": "\ufeff---\ntitle: May I?\nalternatives:\n  - may i\n---\nYes.\n",
    "rule in the answer": "---\ntitle: May I?\nalternatives:\n  - may i\n---\nYes.\n\n---\n\nalternatives:\n",
    "other scripts": "---\ntitle: Darf ich? 🙂\nalternatives:\n  - 可以吗\n---\nJa.\n",
}  # fmt: skip


@pytest.mark.parametrize("name", FILES)
def test_only_the_wording_is_new(name: str) -> None:
    before = FILES[name]
    after = with_alternative(before, WORDING, DEFAULT_FACTS)
    changes = [
        op for op in difflib.SequenceMatcher(None, before, after, False).get_opcodes() if op[0] != "equal"
    ]
    assert [op[0] for op in changes] == ["insert"] * len(changes)
    assert WORDING in after
    assert len(after) - len(before) <= len(WORDING) + 24
    assert ("\r\n" in after) == ("\r\n" in before)


def test_the_line_goes_to_the_end_of_the_list_in_its_own_layout() -> None:
    after = with_alternative(FILES["list"], WORDING, DEFAULT_FACTS)
    assert after == FILES["list"].replace("  - am I allowed\n", f"  - am I allowed\n  - {WORDING}\n")


@pytest.mark.parametrize(
    "wording", ["remove me: how?", "#help", "- x", '"quoted" word', "true", "a, b] c", "don't", "yes # no"]
)
@pytest.mark.parametrize("name", ["list", "flow list", "no list"])
def test_a_wording_that_means_something_to_yaml_is_quoted(name: str, wording: str) -> None:
    with_alternative(FILES[name], wording, DEFAULT_FACTS)  # reads the file back, or raises


def test_a_file_with_a_fault_or_a_layout_of_its_own_is_left_alone() -> None:
    for text in ("no front matter", "---\ntitle: a\nalternatives: ~\n---\nYes.\n"):
        with pytest.raises(ValueError, match=r"\w+\."):
            with_alternative(text, WORDING, DEFAULT_FACTS)
