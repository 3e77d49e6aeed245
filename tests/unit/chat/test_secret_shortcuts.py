"""What is skipped for speed could not have matched: each short look is compared with the patterns behind it."""

import re
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from helpdesk.chat import secret_passwords, secret_shapes
from helpdesk.chat.secret_plain import is_plain

HERE = Path(__file__).parent
LINES = [
    line.replace("\\n", "\n")
    for name in ("secrets_yes.txt", "secrets_no.txt")
    for line in (HERE / name).read_text(encoding="utf-8").splitlines()
]
WORDS = sorted({word for line in LINES for word in re.findall(r"\w+|\s+|[^\w\s]+", line)})
LETTERS = "BCDFbcdfghxzaeiou .-*/\n\t\u200b\u00ad09@:!_=²"
texts = st.one_of(
    st.sampled_from(LINES),
    st.lists(st.sampled_from(WORDS), max_size=12).map("".join),
    st.text(LETTERS, max_size=40),
)


@settings(max_examples=500, deadline=None)
@given(texts)
def test_a_text_without_long_words_holds_no_token(text: str) -> None:
    shapes = secret_shapes
    literal = "-----BEGIN" in text or "uthorization: Basic " in text
    if not shapes._LONG_WORD.search(text) and not literal:
        assert not shapes._TOKENS.search(text)
        assert not shapes._BLOB.search(text)


@settings(max_examples=500, deadline=None)
@given(texts)
def test_a_text_without_digits_holds_nothing_that_needs_one(text: str) -> None:
    low = text.lower()
    if not secret_shapes.may_have_digits(text):
        assert list(secret_shapes.cards(text, low)) == []
        found = [*secret_shapes.tokens(text, low, True), *secret_shapes.looks_like_code(text, low, True)]
        assert found == [
            *secret_shapes.tokens(text, low, False),
            *secret_shapes.looks_like_code(text, low, False),
        ]


@settings(max_examples=500, deadline=None)
@given(texts)
def test_a_text_without_eight_letters_that_are_no_vowels_holds_no_code_of_ours(text: str) -> None:
    if not secret_shapes._CONSONANTS.search(text):
        assert list(secret_shapes._our_codes(text, text.lower())) == []


@settings(max_examples=500, deadline=None)
@given(texts)
def test_a_word_that_begins_like_no_cue_is_none(text: str) -> None:
    passwords = secret_passwords
    low = text.lower()
    found = [passwords._CUE.match(low, word.start()) for word in passwords._WORD.finditer(low)]
    cues = [match.span() for match in found if match]
    assert cues == [match.span() for match in passwords._cues(low) if match.re is passwords._CUE]


@settings(max_examples=1000, deadline=None)
@given(texts)
def test_a_plain_text_holds_nothing_at_all(text: str) -> None:
    low = text.lower()
    if is_plain(text, low):
        shapes = secret_shapes
        assert list(shapes.tokens(text, low, True)) == []
        assert list(shapes.cards(text, low)) == []
        assert list(shapes.looks_like_code(text, low, True)) == []
        assert list(secret_passwords.passwords(text, low, False)) == []


def test_most_of_what_people_write_is_plain() -> None:
    assert is_plain(
        "Hello, I still cannot get in, what shall I do now?",
        "hello, i still cannot get in, what shall i do now?",
    )
    assert not is_plain("It is Hunter2!x", "it is hunter2!x")
