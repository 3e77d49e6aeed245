"""What opens doors never gets in: measured on messages that must lose a secret and on harmless ones."""

import re
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpdesk.chat.secrets import MARKERS, asks_for_secret, code_candidates, scrub

HERE = Path(__file__).parent
PASSWORD, CARD, TOKEN, CODE = (MARKERS[kind] for kind in ("password", "card number", "token", "code"))


def corpus(name: str) -> list[tuple[str, bool]]:
    """(message, whether the talk is of passwords) of each line; `\\n` in a line is a line break."""
    lines = (HERE / name).read_text(encoding="utf-8").splitlines()
    kept = [line.replace("\\n", "\n") for line in lines if line and not line.startswith("# ")]
    return [(line.removeprefix("T|"), line.startswith("T|")) for line in kept]


def test_nearly_every_secret_of_the_corpus_is_removed() -> None:
    kept, messages = [], corpus("secrets_yes.txt")
    for marked, topic in messages:
        secrets = re.findall("«(.*?)»", marked)
        text = scrub(re.sub("[«»]", "", marked), topic_is_passwords=topic).text
        if not secrets or any(secret in text for secret in secrets):
            kept.append(marked)
    assert len(messages) >= 300
    assert len(kept) <= 0.05 * len(messages), kept


def test_nearly_every_harmless_message_of_the_corpus_stays_as_it_is() -> None:
    messages = corpus("secrets_no.txt")
    changed = [text for text, topic in messages if scrub(text, topic_is_passwords=topic).text != text]
    assert len(messages) >= 300
    assert len(changed) <= 0.02 * len(messages), changed


@pytest.mark.parametrize(
    "text",
    [
        "please use **Forgot Password?** on the login page",
        "click *Forgot Password?* below the password box, then __Submit__!",
        "Type it in **New Password** and **Confirm New Password**, then **Submit**. It stands on **Security**.",
        "the link [Forgot Password?](https://example.com/login) resets your password",
        "I forgot my password. Write to Grace.Hopper@Example.com!",
    ],
)
def test_bold_labels_links_and_addresses_of_a_talk_about_passwords_stay(text: str) -> None:
    assert scrub(text, topic_is_passwords=True).text == text


@pytest.mark.parametrize(
    "text",
    [
        "the password **Hunter2!x** fails",
        "my password: [Hunter2!x](https://example.com)",
        "**Hunter2!x**",
        "Hunter#x**",
    ],
)
def test_marks_hide_no_password(text: str) -> None:
    clean = scrub(text, topic_is_passwords=True).text
    assert "Hunter" not in clean
    assert PASSWORD in clean


@pytest.mark.parametrize(
    ("text", "expected", "kinds"),
    [
        ("my password is Hunter2!x", f"my password is {PASSWORD}", ("password",)),
        ("I got BCDF-GHJK by mail", f"I got {CODE} by mail", ("code",)),
        ("card 4111 1111 1111 1111, help", f"card {CARD}, help", ("card number",)),
        ("use ghp_16C7e42F292c6912E7710c838347Ae178B4a", f"use {TOKEN}", ("token",)),
        (
            "pw: kitty99 and 4111111111111111",
            f"pw: {PASSWORD} and {CARD}",
            ("password", "card number"),
        ),
        ("my password is not working", "my password is not working", ()),
    ],
)
def test_a_secret_leaves_a_marker_that_names_its_kind(
    text: str, expected: str, kinds: tuple[str, ...]
) -> None:
    scrubbed = scrub(text)
    assert (scrubbed.text, scrubbed.kinds) == (expected, kinds)


def test_a_lone_password_shaped_word_goes_only_where_passwords_are_the_talk() -> None:
    assert scrub("Blue$ky99").text == "Blue$ky99"
    assert scrub("Blue$ky99", topic_is_passwords=True).text == PASSWORD


_pieces = st.sampled_from(
    [
        "my password is ", "Hunter2!x", "sunshine", "pw: ",
        " is my password", "BCDF-GHJK", "code ", "4111 1111 1111 1111",
        " or ", "token ", "a1b2c3d4e5f6a7", "«", "\n", ": ",
        "not ", "[", "]", *MARKERS.values(), "пароль: ", "密码是", "@x.de:",
        "'", '"', "İ", "B C D F G H J K", "123456", "/t/", "set it to ", "Summer2026",
    ]
)  # fmt: skip


@settings(max_examples=400, deadline=None)
@given(st.one_of(st.text(max_size=300), st.lists(_pieces, max_size=14).map("".join)), st.booleans())
def test_removing_twice_changes_nothing(text: str, topic: bool) -> None:
    once = scrub(text, topic_is_passwords=topic)
    assert scrub(once.text, topic_is_passwords=topic).text == once.text
    assert bool(once.kinds) == (once.text != text)


@pytest.mark.parametrize(
    "piece",
    [
        "a", "B", "password ", "password=", "my password is the now ",
        "1 ", "4111 ", "code 1234 ", "a@b.c:", "x is my ", "A!a1",
        "BC DF ", "tried ", "token ", "é",
        "-----BEGIN PRIVATE KEY-----", "[removed: password]", "\u200b", "((((", "eyJ.",
    ],
)  # fmt: skip
def test_the_time_grows_no_faster_than_the_text(piece: str) -> None:
    def seconds(length: int) -> float:
        text = (piece * (length // len(piece) + 1))[:length]
        best = 9.0
        for _ in range(3):
            start = time.thread_time()
            scrub(text, topic_is_passwords=True)
            best = min(best, time.thread_time() - start)
        return best

    # Ten times the text in at most forty times the time; a quadratic pattern takes a hundred.
    assert seconds(40_000) <= 40 * max(seconds(4_000), 0.003)


def test_an_ordinary_message_of_4000_characters_takes_a_few_milliseconds() -> None:
    words = "I forgot my password and the mail with the code did not arrive, so I cannot log in. "
    text = (words * 48)[:4000]
    start = time.thread_time()
    for _ in range(5):
        scrub(text)
    assert (time.thread_time() - start) / 5 <= 0.04  # 10 ms with room for a busy machine


@pytest.mark.parametrize(
    "text",
    [
        "BCDF-GHJK",
        "bcdfghjk",
        "the code is b c d f - g h j k.",
        "BCDF–GHJK",
        "code:BCDFGHJK!",
        "xBCDF\u200bGHJK",
    ],
)
def test_a_code_is_recognised_in_any_spelling(text: str) -> None:
    assert "BCDFGHJK" in code_candidates(text)


def test_a_text_without_eight_consonants_holds_no_code() -> None:
    assert code_candidates("I never got the code, please help") == []
    assert len(code_candidates("BCDFGHJK" * 500)) <= 20


@pytest.mark.parametrize(
    "text",
    [
        "please send me your password",
        "What is your password?",
        "Can you tell me the verification code?",
        "I need your password to look into it",
        "Please reply with the code from the mail",
        "give me your current password and your email",
        "Could you share your login details?",
        "Type your password here please",
        "your code please?",
        "We need the code that you received",
        "Bitte senden Sie mir Ihr Passwort",
        "¿Cuál es su contraseña?",
        "Quel est votre mot de passe ?",
        "please confirm your password",
        "let me know your pin",
        "Just paste the code here",
        "Go to the Security page, then type your current password here.",
        "Enter the code from our e-mail in this chat and I choose Verify for you.",
        "Type your new password and press send, I will set your new password.",
        "I need to have your password to reset it.",
        "Tell me what your password is.",
        "We require your password.",
        "I need your password to have at least a look.",
        "We require your password to have your account unlocked.",
        "We need passwords to be sent to us.",
        "We want passwords to be sent by mail.",
        "I need your password with at least 8 characters here in the chat.",
        "We require your password to have at least 8 characters, so tell it to me.",
        "We require passwords to have 8 characters. What is your password?",
        "We need the code with the 8 letters.",
        "tell me the code",
        "We require codes to be entered.",
        "We require codes to be entered here within 10 minutes.",
        "We require the code to be entered within 10 minutes.",
        "We need your codes to be entered within the hour.",
    ],
)
def test_an_agent_who_asks_for_a_secret_is_noticed(text: str) -> None:
    assert asks_for_secret(text)


@pytest.mark.parametrize(
    "text",
    [
        "Never send your password to anyone.",
        "We never ask for your password or verification code.",
        "Please do not send me your password.",
        "Enter the code on the page and choose Verify.",
        "Type your new password in the form.",
        "I have sent you a new code.",
        "We will send you a verification code.",
        "You can change your password on the Security page.",
        "Did the code arrive?",
        "Your password must have 8 characters.",
        "What is the error code?",
        "Please send me the order number.",
        "You will receive a code by e-mail.",
        "If you forgot your password, choose Forgot Password?",
        "What happens when you enter the code on the page?",
        "Nobody here can see your password.",
        "Please tell me your zip code.",
        "What is the password policy?",
        "We need to reset your password.",
        "Please ask for a new code after 60 seconds.",
        "I see that the code expired.",
        "Choose Change Password, enter Current Password, New Password and Confirm New Password, and press Submit.",
        "On the login page, click Forgot Password?, enter your registered email, enter the verification code, and set a new password.",
        "Type the verification code from our e-mail, then set a new password.",
        "Enter your current password, then the new one, and press Submit.",
        "We require passwords to have at least 8 characters.",
        "We require a password with at least 8 characters.",
        "We need your new password to contain an uppercase letter and a special character.",
        "I need your password to be at least 8 characters long.",
        "We require passwords to be between 8 and 256 characters.",
        "We require that passwords contain one lowercase letter.",
        "We want passwords to be long.",
        "We require strong passwords.",
        "We require codes to be entered within 10 minutes.",
        "We require that verification codes are used within ten minutes.",
        "We need codes to be typed before they expire.",
        "1. Open the [login page](/login).\n2. Type the security verification code from our e-mail. It works for 10 minutes.",
    ],
)
def test_an_agent_who_explains_is_left_alone(text: str) -> None:
    assert not asks_for_secret(text)
