"""What a new password must be, and what is said when it is not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpdesk.accounts.passwords import NIST, SEED, is_usable, normalised, problems, sentence


def rules(password: str, **about: str) -> list[str]:
    return [problem.rule for problem in problems(SEED, password, **about)]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "password",
    [
        "Abcdefg!",
        "Correct horse battery staple!",
        "Ünlocked-Door",
        "Пароль-Длинный",
        "Abcdefg_",
        "Snow☃Flake",
        "Ab!" + "x" * 253,
    ],
)
def test_four_rules_and_no_more(password: str) -> None:
    assert rules(password) == []


@pytest.mark.parametrize(
    ("password", "missing"),
    [
        ("abcdefg!", ["upper"]),
        ("ABCDEFG!", ["lower"]),
        ("Abcdefgh", ["special"]),
        ("Abcdef!", ["length"]),
        ("Correct horse battery staple", ["special"]),
        ("Abcdefg1", ["special"]),
        ("", ["length", "upper", "lower", "special"]),
        ("ﷺA!", ["length", "lower"]),
        ("Abcdefg\u200d", ["special"]),
    ],
)
def test_exactly_what_is_missing_is_named(password: str, missing: list[str]) -> None:
    assert rules(password) == missing


def test_one_sentence_names_the_rule_and_what_is_still_needed() -> None:
    assert sentence(SEED, problems(SEED, "abcdefgh")) == (
        "Your new password must be at least 8 characters long and must contain uppercase letters, lowercase letters, "
        "and special characters. Still needed: an uppercase letter, a special character."
    )
    assert sentence(SEED, []) == ""


@pytest.mark.parametrize(
    "password", ["Password!", "Qwerty123!", "P@ssw0rd1", "Aa123456!", "Welcome1!", "Sunshine#1"]
)
def test_the_likeliest_passwords_are_refused_although_they_have_all_kinds(password: str) -> None:
    assert rules(password) == ["common"]


@pytest.mark.parametrize(
    "password", ["Bob@example.com", "Helpdesk1!A", "Example!1", "1!Help Desk", "BOB@EXAMPLE.COMx!"]
)
def test_the_address_and_the_name_of_the_site_are_no_password(password: str) -> None:
    assert rules(
        password, email="bob@example.com", site_name="Help Desk" if " " in password else "Helpdesk"
    ) == ["personal"]


def test_the_present_password_is_no_new_one() -> None:
    assert [p.rule for p in problems(SEED, "Abcdefg!", is_current=True)] == ["current"]


@pytest.mark.parametrize("password", ["A!" + "a" * 255, "\ufdfa" * 256])
def test_too_long_is_refused_never_cut(password: str) -> None:
    assert rules(password) == ["too_long"]


@pytest.mark.parametrize("password", ["Abcdefg!\x00", "Abcdefg!\ud800", "Abcdefg!\u0378", "Abc\tdefg!"])
def test_characters_that_mean_nothing_or_something_else_later_are_refused(password: str) -> None:
    assert rules(password) == ["characters"]
    assert not is_usable(password)


def test_the_other_policy_asks_for_length_only() -> None:
    assert [p.rule for p in problems(NIST, "Abcdefg!")] == ["length"]
    assert problems(NIST, "three quiet words here") == []
    assert NIST.requirements == [("length", "At least 15 characters")]


def test_two_spellings_of_one_letter_are_one_password() -> None:
    assert normalised("Caf\u00e9!Caf\u00e9") == normalised("Cafe\u0301!Cafe\u0301")
    assert normalised(" Space ") == " Space "


@given(st.text(max_size=300))
def test_whatever_is_typed_gets_an_answer(password: str) -> None:
    found = problems(SEED, password, email="bob@example.com", site_name="Helpdesk")
    assert bool(found) == bool(sentence(SEED, found))
    if not found:
        assert is_usable(password)
        assert len(password) >= SEED.min_length
