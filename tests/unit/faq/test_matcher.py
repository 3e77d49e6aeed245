"""Which article answers which question, and which question none."""

import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpdesk.faq.library import Library
from helpdesk.faq.matcher import THRESHOLD, rank, rank_all
from tests import shipped

LIBRARY = shipped.library()


@pytest.mark.parametrize(
    ("question", "slug"),
    [
        ("cant sign in", "forgot-password"),
        ("FORGOT MY PASSWORD!!!", "forgot-password"),
        ("i forgto my pasword", "forgot-password"),
        ("Iforgot mypassword", "forgot-password"),
        ("how do i change my passwrod", "change-password"),
        ("the verification code never came", "code-not-received"),
        ("does my password need a special character?", "password-rules"),
        ("I want to talk to a human", "contact-support"),
    ],
)
def test_the_right_article_answers(question: str, slug: str) -> None:
    assert rank(LIBRARY, question).label == slug


@pytest.mark.parametrize(
    "question",
    [
        "I forgot my user id",
        "which e-mail did I use to register",
        "I forgot the PIN of my card",
        "what is the weather in Oslo",
        "how do I cancel my order",
        "hello",
        "thanks a lot",
        "Ich habe mein Passwort vergessen und kann mich nicht anmelden",
        "olvidé mi contraseña y no puedo entrar",
        "忘记密码了怎么办",
        "забыл пароль",
        "😀😀",
        "qwpoeiruty zxmvn",
        "12345",
        "",
        "   \n\t",
    ],
)
def test_nobody_is_answered_at_random(question: str) -> None:
    assert rank(LIBRARY, question).label is None


def test_the_less_likely_reading_of_a_slip_finds_its_article_too(tmp_path: Path) -> None:
    wordings = {"flight": ("is my flight on time", "has my flight left"), "light": ("turn on the light",)}
    for slug, listed in wordings.items():
        lines = "".join(f"  - {line}\n" for line in listed)
        text = f"---\ntitle: The {slug}\nalternatives:\n{lines}---\nAn answer.\n"
        (tmp_path / f"{slug}.md").write_text(text)
    found = rank(Library.load(tmp_path), "is my fliph here already")
    assert found.label == "flight"
    assert "Read as “is my flight here already”" in found.reason


def test_every_wording_of_an_article_finds_it() -> None:
    lost = [
        (wording, article.slug)
        for article in LIBRARY.articles.values()
        for wording in article.wordings
        if rank(LIBRARY, wording, 1).label != article.slug
    ]
    assert lost == []


def test_a_ranking_says_why() -> None:
    ranking = rank(LIBRARY, "i forgot my pasword")
    assert ranking.threshold == THRESHOLD
    assert ranking.score == ranking.candidates[0].score >= THRESHOLD
    assert "password" in ranking.candidates[0].words
    assert ranking.candidates[0].wording in LIBRARY.articles["forgot-password"].wordings
    assert "forgot-password is sure enough" in ranking.reason


def test_at_most_so_many_candidates_best_first() -> None:
    scores = [candidate.score for candidate in rank(LIBRARY, "password", limit=2).candidates]
    assert len(scores) == 2
    assert scores == sorted(scores, reverse=True)


@pytest.mark.parametrize(
    "question",
    [
        "let me talk to a real person",
        "AGENT PLEASE",
        "can somebody call me back",
        "your phone number?",
        "open a ticket",
    ],
)
def test_a_wish_for_a_person_is_seen_whatever_the_scores(question: str) -> None:
    assert rank(LIBRARY, question).wants_person


@pytest.mark.parametrize("question", ["I am a travel agent", "change my phone number", "reset my password"])
def test_other_wishes_are_not_taken_for_it(question: str) -> None:
    assert not rank(LIBRARY, question).wants_person


def test_accents_case_and_full_width_letters_change_nothing() -> None:
    plain = rank(LIBRARY, "i forgot my password")
    assert rank(LIBRARY, "Ï FORGÓT MY PÁSSWORD").label == plain.label
    assert rank(LIBRARY, "ｉ ｆｏｒｇｏｔ ｍｙ ｐａｓｓｗｏｒｄ").label == plain.label


def test_only_the_first_500_characters_are_read() -> None:
    assert rank(LIBRARY, "x " * 250 + "I forgot my password").label is None


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=600))
def test_any_text_gets_a_ranking(question: str) -> None:
    ranking = rank(LIBRARY, question)
    assert 0 <= ranking.score <= 100
    assert ranking.label is None or ranking.label in LIBRARY.articles


def test_no_input_takes_long() -> None:
    nasty = [
        "a" * 500,
        "ab " * 166,
        "\u0301" * 500,
        "can't " * 83,
        "talk " * 100,
        "qzx wvk jjq " * 41,
        "ﷺ" * 500,
    ]
    rank(LIBRARY, "warm up")
    for question in nasty:
        began = time.process_time()
        rank(LIBRARY, question)
        assert time.process_time() - began < 0.1, question[:20]


def test_many_questions_at_once_are_ranked_as_each_alone() -> None:
    questions = ["forgto my pasword", "", "zxqv", "how long must it be", "😀", "agent", "weather"] * 12
    together = rank_all(LIBRARY, questions)
    for ranking, question in zip(together, questions, strict=True):
        alone = rank(LIBRARY, question)
        assert ranking.label == alone.label
        assert [c.label for c in ranking.candidates] == [c.label for c in alone.candidates]
        assert ranking.score == pytest.approx(alone.score, abs=1e-2)
    assert rank_all(LIBRARY, []) == []


def test_many_threads_get_the_same_answers() -> None:
    questions = [
        "forgot pasword",
        "chnage my password",
        "no code yet",
        "agent",
        "weather",
        "rules for passwrods",
    ] * 20
    alone = [rank(LIBRARY, question) for question in questions]
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(lambda question: rank(LIBRARY, question), questions)) == alone


def test_an_faq_in_another_language_is_answered_in_that_language(tmp_path: Path) -> None:
    (tmp_path / "passwort.md").write_text(
        "---\ntitle: Ich habe mein Passwort vergessen, was kann ich tun?\nalternatives:\n"
        "  - Wie kann ich mein Passwort zurücksetzen?\n  - Passwort vergessen\n"
        "  - Ich komme nicht mehr in mein Konto\n---\nSo.\n"
    )
    (tmp_path / "rechnung.md").write_text(
        "---\ntitle: Wo finde ich meine Rechnung?\nalternatives:\n  - Ich brauche eine Rechnung\n"
        "  - Rechnung herunterladen\n---\nDort.\n"
    )
    library = Library.load(tmp_path)
    assert rank(library, "ich hab mein passwort vergessen").label == "passwort"
    assert rank(library, "I forgot my password and can not log in").label is None


def test_a_lone_slip_is_no_other_language() -> None:
    assert rank(LIBRARY, "pasword forgoten wat now").label == "forgot-password"
    for question in ("code niet ontvangen", "non arriva il codice", "hola"):
        assert "language" in rank(LIBRARY, question).reason


def test_a_chinese_faq_works(tmp_path: Path) -> None:
    (tmp_path / "password.md").write_text(
        "---\ntitle: 忘记密码怎么办\nalternatives: [如何重置密码]\n---\n…\n"
    )
    (tmp_path / "order.md").write_text("---\ntitle: 如何取消订单\nalternatives: [我要取消订单]\n---\n…\n")
    assert rank(Library.load(tmp_path), "忘记密码").label == "password"
