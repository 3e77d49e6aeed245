"""The verification code: made from the flow, typed back in any shape."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpdesk.accounts.codes import ALPHABET, LENGTH, derive, same, shown, typed
from helpdesk.keys import Keys

KEYS = Keys("a secret of the tests, long enough to be one")


def test_eight_consonants_from_the_flow_the_sending_and_the_nonce() -> None:
    code = derive(KEYS, 1, 1, "nonce")
    assert len(code) == LENGTH
    assert set(code) <= set(ALPHABET)
    assert derive(KEYS, 1, 1, "nonce") == code, "a retry sends the same code"
    others = {
        derive(KEYS, 2, 1, "nonce"),
        derive(KEYS, 1, 2, "nonce"),
        derive(KEYS, 1, 1, "other"),
        derive(Keys("b" * 40), 1, 1, "nonce"),
    }
    assert len({code, *others}) == 5


def test_no_letter_is_likelier_than_another() -> None:
    seen = Counter("".join(derive(KEYS, flow, 1, "n") for flow in range(5000)))
    wanted = 5000 * LENGTH / len(ALPHABET)
    chi_squared = sum((seen[letter] - wanted) ** 2 / wanted for letter in ALPHABET)
    assert chi_squared < 50, (
        "19 degrees of freedom: one run in 10,000 is beyond 50, and this one is always the same"
    )


@pytest.mark.parametrize(
    "text", ["bcdf ghjk", "BCDF-GHJK ", "ＢＣＤＦ－ＧＨＪＫ", "b.c.d.f.g.h.j.k", "BCDF\u200dGHJK"]
)
def test_the_shape_of_what_is_typed_does_not_matter(text: str) -> None:
    assert same(typed(text), "BCDFGHJK")


@pytest.mark.parametrize("text", ["", "x" * 65, "B" * 1_000_000, "\x00", "' OR 1=1--", "\ud800", "🙂"])
def test_what_is_no_code_is_simply_wrong(text: str) -> None:
    assert not same(typed(text), "BCDFGHJK")


@given(st.text(max_size=80))
def test_any_text_can_be_typed(text: str) -> None:
    assert isinstance(same(typed(text), "BCDFGHJK"), bool)


def test_a_code_is_shown_in_two_groups() -> None:
    assert shown("BCDFGHJK") == "BCDF-GHJK"
