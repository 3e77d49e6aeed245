"""Slips are mended towards the FAQ's own words; what is right stays."""

from importlib.resources import files

import numpy as np
import pytest

from helpdesk.faq.background import sentences
from helpdesk.faq.lexicon import lexicon
from helpdesk.faq.spelling import Speller
from helpdesk.faq.words import stem, tokens

TEXTS = [
    tokens(text) for text in ("cancel my order", "verification code", "reset the password", "top up by card")
]
SPELLER = Speller(TEXTS, {word for row in TEXTS for word in row}, lexicon())


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("cancle my ordr", "cancel my order"),
        ("verifciation cdoe", "verification code"),
        ("resetthe pasword", "reset the password"),
        ("weathr tomorow", "weather tomorrow"),
        ("cancel my car", "cancel my car"),
        ("topup by card", "topup by card"),
        ("cancle ordr 12 of me@shop.example", "cancel order 9 of you@shop.example"),
    ],
)
def test_a_slip_becomes_the_word_that_was_meant(typed: str, meant: str) -> None:
    assert SPELLER.corrected(tokens(typed)) == tokens(meant)


def test_a_slip_that_may_be_two_words_is_read_both_ways() -> None:
    first, second = SPELLER.readings(["my", "cosr"])
    assert {first.words[1], second.words[1]} == {"cost", "code"}
    assert first.share + second.share == pytest.approx(1)
    assert first.share >= second.share


@pytest.mark.parametrize("text", ["cancel my order", "my pasword", "12 34", ""])
def test_what_can_only_mean_one_thing_is_read_once(text: str) -> None:
    assert [reading.share for reading in SPELLER.readings(tokens(text))] == [1]


@pytest.mark.parametrize("text", ["zxqv", "curekart", "密码", "#", "x" * 60])
def test_what_nobody_knows_stays_as_it_is(text: str) -> None:
    assert SPELLER.corrected(tokens(text)) == tokens(text)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("I can't log in", "i cant login"),
        ("sign in", "log on"),
        ("my pwd", "my password"),
        ("OTP", "verification code"),
        ("e-mail", "email"),
        ("order 12345", "order 99"),
        ("café", "cafe"),
    ],
)
def test_what_people_write_in_two_ways_is_one(one: str, other: str) -> None:
    assert tokens(one) == tokens(other)


@pytest.mark.parametrize(
    ("word", "same"),
    [
        ("passwords", "password"),
        ("resetting", "reset"),
        ("cancelled", "cancel"),
        ("forgotten", "forgot"),
        ("codes", "code"),
    ],
)
def test_endings_fall_away(word: str, same: str) -> None:
    assert stem(word) == stem(same)


def _alike(one: str, other: str) -> float:
    first, second = lexicon().vector(one), lexicon().vector(other)
    assert first is not None
    assert second is not None
    return float(first @ second / (first @ first) ** 0.5 / (second @ second) ** 0.5)


def test_words_that_mean_the_same_point_the_same_way() -> None:
    assert _alike("invoice", "bill") > _alike("invoice", "dog") + 0.2


def test_a_word_of_no_list_means_itself_and_nothing_else() -> None:
    assert _alike("zxqvs", "zxqv") == pytest.approx(1)
    assert all(abs(_alike("zxqv", word)) < 0.3 for word in ("zxqw", "bill", "übermorgen"))
    assert lexicon().vector("#") is None


def test_the_background_has_no_gaps_and_no_repetitions() -> None:
    texts = sentences()
    assert len(texts) == len(set(texts)) > 500
    assert not any("{" in text or "=" in text for text in texts)


def test_the_vectors_are_read_where_they_lie_and_again_after_they_were_let_go() -> None:
    with files("helpdesk.faq").joinpath("data/lexicon.npz").open("rb") as file, np.load(file) as stored:
        vectors, scale = stored["vectors"], stored["scale"].astype(np.float32) / 127
    for word in ("password", "login", "zoo"):
        row = lexicon().rows[word]
        lexicon().let_go()
        assert np.array_equal(lexicon().vector(word), vectors[row] * scale[row])
