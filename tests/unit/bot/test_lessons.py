"""What the editors learn of a conversation: which questions were not answered well, each once."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlmodel import SQLModel

import helpdesk.schema  # noqa: F401 — every table must be known
from helpdesk.bot import turn
from helpdesk.clock import WoundClock
from helpdesk.faqstats.gaps import gaps, past_yes
from helpdesk.store.engine import make_engine
from helpdesk.store.session import Store
from tests.unit.bot.test_turn import LIBRARY, Chat

FORGOT = "i forgt my pasword"


@pytest.fixture
def chat(tmp_path: Path) -> Iterator[Chat]:
    engine = make_engine(f"sqlite:///{tmp_path / 'desk.db'}")
    SQLModel.metadata.create_all(engine)
    store = Store(engine, WoundClock())
    yield Chat(store)
    store.close()


def known(chat: Chat) -> list[tuple[str, str, str]]:
    """(newest wording, nearest, why) of each gap."""
    return [(gap.wordings[0], gap.nearest, gap.reasons) for gap in chat.store.read_now(gaps)]


def test_a_question_without_an_answer_is_a_gap(chat: Chat) -> None:
    chat.say("do you sell shoes?")
    assert [(wording, why) for wording, _, why in known(chat)] == [("do you sell shoes?", "1 × no answer")]


def test_a_no_is_a_gap_of_the_article_that_was_told(chat: Chat) -> None:
    chat.say(FORGOT)
    chat.judge(chat.rows()[-1]["seq"], False)
    assert known(chat) == [(FORGOT, "forgot-password", "1 × said No")]


def test_a_typed_no_counts_as_the_button_does(chat: Chat) -> None:
    chat.say(FORGOT)
    chat.say("that did not work")
    assert known(chat) == [(FORGOT, "forgot-password", "1 × said No")]


def test_the_same_asked_in_other_words_is_a_gap_of_the_first_answer(chat: Chat) -> None:
    chat.say(FORGOT)
    chat.say("I did not get the code by email")
    assert known(chat) == [(FORGOT, "forgot-password", "1 × asked again")]


def test_a_question_that_the_same_article_answers_is_none(chat: Chat) -> None:
    chat.say(FORGOT)
    chat.say("how do I reset a forgotten password")
    assert known(chat) == []


def test_a_way_to_a_person_after_an_answer_is_a_gap(chat: Chat) -> None:
    chat.say(FORGOT)
    chat.choose("person")
    assert known(chat) == [(FORGOT, "forgot-password", "1 × went on to a person")]


def test_the_button_beside_the_chat_counts_as_well(chat: Chat) -> None:
    chat.say(FORGOT)
    chat.store.write_now(lambda tx: turn.passed_by(tx, chat.id, LIBRARY))
    assert known(chat) == [(FORGOT, "forgot-password", "1 × went on to a person")]


def test_each_question_is_counted_once_however_it_goes_on(chat: Chat) -> None:
    chat.say(FORGOT)
    chat.judge(chat.rows()[-1]["seq"], False)
    chat.choose("person")
    assert known(chat) == [(FORGOT, "forgot-password", "1 × said No")]


def test_a_yes_is_no_gap_and_is_remembered_as_a_right_answer(chat: Chat) -> None:
    chat.say(FORGOT)
    chat.judge(chat.rows()[-1]["seq"], True)
    chat.choose("person")
    assert known(chat) == []
    assert chat.store.read_now(past_yes) == [(FORGOT, "forgot-password")]


def test_a_no_to_an_older_answer_is_a_gap_of_that_one(chat: Chat) -> None:
    chat.say(FORGOT)
    first = chat.rows()[-1]["seq"]
    chat.say("how do I reset a forgotten password")
    chat.say("password problem")
    chat.judge(first, False)
    assert (FORGOT, "forgot-password", "1 × said No") in known(chat)


def test_the_answer_after_the_one_question_belongs_to_what_was_asked_before(chat: Chat) -> None:
    chat.say("password problem")
    chat.choose("can_log_in:no")
    chat.judge(chat.rows()[-1]["seq"], False)
    assert known(chat) == [("password problem", "forgot-password", "1 × said No")]
