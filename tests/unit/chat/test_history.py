"""Where a replay begins, for visitors and consoles alike."""

from helpdesk.chat.history import FEWER, PAGE, begin


def test_who_has_seen_nothing_gets_the_newest_page_and_who_has_seen_some_the_rest() -> None:
    assert begin(None, 7) == (0, None)
    assert begin(None, PAGE + 7) == (7, None)
    assert begin(0, PAGE + 7) == (0, None)
    assert begin(7, 7) == (7, None)


def test_who_has_seen_more_than_there_is_starts_again() -> None:
    after, reset = begin(8, 7)
    assert (after, (reset or {}).get("code"), (reset or {}).get("detail")) == (0, "reset", FEWER)
