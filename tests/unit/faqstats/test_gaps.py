"""What is kept of a question, and how questions are grouped."""

from datetime import UTC, datetime, timedelta

import pytest

from helpdesk.faqstats.anonymous import LONGEST_WORDING, plainest, without_personal_data
from helpdesk.faqstats.figures import version_of
from helpdesk.faqstats.gaps import grouped
from helpdesk.faqstats.models import Miss

NOW = datetime(2026, 1, 2, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "gone"),
    [
        ("write to bob.smith@example.com please", "bob.smith"),
        ("my number is +49 170 1234567", "1234567"),
        ("card 4111 1111 1111 1111 was refused", "4111"),
        ("my password is Hunter2!x and it fails", "Hunter2"),
        ("the code is BCDFGHJK", "BCDFGHJK"),
        ("see https://evil.example/t/secret-token", "secret-token"),
        ("i typed Horse2! there", "Horse2"),
        ("i typed Correct-Horse! there", "Horse"),
        ("i typed MyHorse! there", "Horse"),
        ("my name is Ada Lovelace", "Lovelace"),
        ("order A1B2C3D4E5 is lost", "A1B2C3D4E5"),
    ],
)
def test_what_names_a_person_or_opens_a_door_is_not_kept(text: str, gone: str) -> None:
    assert gone not in without_personal_data(text)


@pytest.mark.parametrize(
    "text",
    [
        "I forgot my password!",
        "it doesn't work!!!",
        "can i use a passkey?",
        "the button is grey",
        "does the app work on my old phone",
        "café in Zürich",
    ],
)
def test_common_words_stay_as_they_are(text: str) -> None:
    assert without_personal_data(text) == text


def test_a_wording_is_one_short_line() -> None:
    assert without_personal_data("a\nb\x00\tc") == "a b c"
    assert len(without_personal_data("word " * 500)) <= LONGEST_WORDING


def miss(wording: str, times: int = 1, minutes: int = 0, nearest: str = "") -> Miss:
    at = NOW + timedelta(minutes=minutes)
    return Miss(key=plainest(wording), wording=wording, nearest=nearest, times=times, first_at=at, last_at=at)


def test_like_questions_are_one_gap_and_the_most_frequent_comes_first() -> None:
    found = grouped(
        [
            miss("Can I use a passkey?", 2, 3),
            miss("What about the weather?", 1, 2),
            miss("can i use a passkey here", 5, 1, "change-password"),
        ]
    )
    assert [gap.times for gap in found] == [7, 1]
    assert found[0].wordings == ("Can I use a passkey?", "can i use a passkey here")
    assert found[0].nearest == "change-password"


def test_nothing_asked_is_no_gap() -> None:
    assert grouped([]) == []


def test_another_sentence_is_another_version() -> None:
    assert version_of("T", "a") == version_of("T", "a") != version_of("T", "b")
    assert version_of("Ta", "b") != version_of("T", "ab")
