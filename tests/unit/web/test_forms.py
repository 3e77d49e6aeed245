"""What a text field takes: something that can be seen."""

import pytest

from helpdesk.errors import Invalid
from helpdesk.web.forms import is_blank, text_field

UNSEEN = ["", " \n\t", "\u00a0\u3000", "\u200b\u2060\ufeff", "\u202e\u200f", "\u2066\u2069", "\u3164\u115f\u2800", "\ufe0f",
          "\x07", "\U000e0041\U000e007f"]  # fmt: skip


@pytest.mark.parametrize("text", UNSEEN)
def test_a_text_without_a_shape_is_blank(text: str) -> None:
    assert is_blank(text)
    with pytest.raises(Invalid):
        text_field({"subject": text}, "subject", most=200)


@pytest.mark.parametrize(
    "text", ["a", "\u202ea", "😀\ufe0f", "👨\u200d👩\u200d👧", "ل\u200cا", "?", "\u0301"]
)
def test_a_text_with_one_sign_is_not(text: str) -> None:
    assert not is_blank(text)
    assert text_field({"subject": text}, "subject", most=200) == text
