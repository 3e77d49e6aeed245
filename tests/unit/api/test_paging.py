"""Cursors, keys and whole numbers."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpdesk.api.calls import VISIBLE_TEXT
from helpdesk.api.idempotency import check_key
from helpdesk.api.paging import cursor_for, cut, read_cursor
from helpdesk.errors import Invalid
from helpdesk.keys import Keys

KEYS = Keys("unit-test-secret-0123456789-abcdefgh")


@given(st.integers(min_value=0, max_value=2**63))
def test_a_cursor_comes_back_as_it_was(number: int) -> None:
    assert read_cursor(KEYS, "tickets", cursor_for(KEYS, "tickets", number)) == number


@given(st.text(max_size=64))
def test_any_other_text_is_refused_and_never_a_crash(text: str) -> None:
    if text == "":
        assert read_cursor(KEYS, "tickets", text) is None
        return
    with pytest.raises(Invalid):
        read_cursor(KEYS, "tickets", text)


def test_a_cursor_of_another_list_or_another_desk_is_refused() -> None:
    cursor = cursor_for(KEYS, "tickets", 7)
    with pytest.raises(Invalid):
        read_cursor(KEYS, "conversations", cursor)
    with pytest.raises(Invalid):
        read_cursor(Keys("another-secret-0123456789-abcdefgh"), "tickets", cursor)


def test_the_last_page_has_no_cursor() -> None:
    assert cut(KEYS, "tickets", [3, 2], 2, lambda number: number) == ([3, 2], None)
    page, after = cut(KEYS, "tickets", [3, 2, 1], 2, lambda number: number)
    assert page == [3, 2]
    assert after is not None
    assert read_cursor(KEYS, "tickets", after) == 2


@pytest.mark.parametrize("key", ["", " ", "a b", "ä", "x" * 256, "a\n"])
def test_a_key_is_plain_and_not_too_long(key: str) -> None:
    with pytest.raises(Invalid):
        check_key(key)
    check_key("order-66")


def test_the_pattern_for_texts_asks_for_something_to_see() -> None:
    import re

    for text in ("a", "  a\n", "\n\n.", "é"):
        assert re.search(VISIBLE_TEXT, text)
    for text in ("", " ", "\n", "a\x00", "\u200b \ufeff"):
        assert not re.search(VISIBLE_TEXT, text)
