"""What the assistant says, as a visitor would judge it; and what it never does, whatever comes in."""

from dataclasses import replace

import pytest

from helpdesk.bot import dialogue, phrases
from helpdesk.bot.answers import told
from helpdesk.bot.memory import CAN_NO, CAN_YES, PERSON, TICKET
from tests.unit.bot.talk import (
    AWAY,
    HERE,
    LIBRARY,
    SIGNED_IN,
    choices,
    say,
    slugs,
    words,
)


def test_a_misspelt_question_gets_the_steps_and_the_question_whether_they_helped() -> None:
    turn = say("i forgt my pasword")
    assert slugs(turn) == ["forgot-password"]
    assert "1. " in words(turn)
    assert turn.lines[-1].asks_feedback


def test_a_long_article_is_told_by_the_part_that_was_asked_for() -> None:
    steps = "\n".join(f"{number}. Press the button of {number}." for number in range(1, 9))
    red, more = "Red is nice. " * 90, "More. " * 200
    body = f"# Colours\n\n{red}\n\n# Invoices\n\nThis is how to get one.\n\n{steps}\n\n{more}"
    article = replace(LIBRARY.articles["forgot-password"], slug="many-things", title="Many things", body=body)
    answer = told(article, "where do I find invoices")
    assert answer.heading == "Invoices"
    assert steps in answer.text
    assert answer.text.endswith("(/help/many-things)")
    assert len(answer.text) < 1200


def test_the_first_answer_shows_both_ways_to_people() -> None:
    assert {PERSON, TICKET} <= set(choices(say("i forgt my pasword")))
    assert {PERSON, TICKET} <= set(choices(say("hi")))


def test_changing_while_signed_in_needs_no_code() -> None:
    turn = say("How do I change my password", scene=SIGNED_IN)
    assert slugs(turn) == ["change-password"]
    assert "No verification code is needed" in words(turn)


@pytest.mark.parametrize(
    "text",
    [
        "password problem",
        "I need help with my password ASAP!!!",
        "I remember my current password",
        "pasword problm",
        "password",
        "I need help with my login password",
        "I remember my password",
        "i still know my password",
        "I know my pw.",
        "I have not forgotten my password",
        "I didn't forget my password",
    ],
)
def test_a_bare_topic_gets_one_question_with_two_buttons(text: str) -> None:
    turn = say(text)
    assert words(turn) == phrases.ASK_CAN_LOG_IN
    assert choices(turn)[:2] == [CAN_YES, CAN_NO]


@pytest.mark.parametrize(
    "text",
    [
        "How to Change or Reset Your Login Password?",
        "I want to change or reset my password",
        "reset or change pasword",
    ],
)
def test_who_names_both_is_asked_the_one_fact_that_decides(text: str) -> None:
    turn = say(text)
    assert words(turn) == phrases.ASK_CAN_LOG_IN
    assert choices(turn)[:2] == [CAN_YES, CAN_NO]


def test_who_names_one_of_the_two_twice_is_not_asked() -> None:
    assert slugs(say("forgot or lost my password")) == ["forgot-password"]


@pytest.mark.parametrize(
    ("first", "second", "slug"),
    [
        ("i forgot", "my password", "forgot-password"), ("forgot", "passwrd", "forgot-password"),
        ("change", "my password", "change-password"), ("i dont remember", "my password", "forgot-password"),
    ],
)  # fmt: skip
def test_a_question_in_two_messages_is_one_question(first: str, second: str, slug: str) -> None:
    begun = say(first)
    assert not slugs(begun)
    assert slugs(say(second, memory=begun.memory)) == [slug]


def test_words_of_another_matter_begin_no_question() -> None:
    begun = say("i can not find my invoice anywhere")
    assert words(say("my password", memory=begun.memory)) == phrases.ASK_CAN_LOG_IN


@pytest.mark.parametrize(
    "text", ["how do i submit a ticket?", "submit a ticket", "Open a ticket for me please"]
)
def test_who_wants_a_ticket_is_told_how_and_then_reaches_a_person(text: str) -> None:
    turn = say(text)
    assert slugs(turn) == ["contact-support"]
    assert "(/tickets/new)" in words(turn)
    assert turn.hand_over is None
    assert say(text, memory=turn.memory).hand_over


def test_who_wants_a_person_or_a_ticket_reaches_a_person() -> None:
    assert say("let me talk to a human or submit a ticket").hand_over


@pytest.mark.parametrize(
    ("reply", "slug"),
    [
        ("yes", "change-password"), ("Yes I can", "change-password"), ("no", "forgot-password"),
        ("nope!", "forgot-password"), ("no, I can't log in", "forgot-password"),
    ],
)  # fmt: skip
def test_the_one_question_may_be_answered_in_words_too(reply: str, slug: str) -> None:
    asked = say("password problem")
    assert slugs(say(reply, memory=asked.memory)) == [slug]


def test_the_buttons_lead_to_the_two_articles() -> None:
    asked = say("password problem").memory
    assert slugs(dialogue.press(asked, CAN_YES, HERE)) == ["change-password"]
    assert slugs(dialogue.press(asked, CAN_NO, HERE)) == ["forgot-password"]


def test_a_signed_in_customer_is_not_asked_what_we_know() -> None:
    assert slugs(say("password problem", scene=SIGNED_IN)) == ["change-password"]


def test_a_fact_once_told_is_not_asked_again() -> None:
    told = dialogue.press(say("password problem").memory, CAN_NO, HERE)
    assert phrases.ASK_CAN_LOG_IN not in words(say("login issue", memory=told.memory))


def test_several_short_messages_are_one_question() -> None:
    assert slugs(say("hi", "my new password", "is rejected")) == ["password-rules"]


def test_words_that_were_unclear_are_remembered_for_the_next_ones() -> None:
    asked = say("my password")
    assert slugs(say("the site rejects my new one", memory=asked.memory)) == ["password-rules"]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("hi", phrases.HELLO), ("Hello there!", phrases.HELLO),
        ("good morning", phrases.HELLO), ("heyyy", phrases.HELLO),
        ("thanks!", phrases.WELCOME),
        ("thank you so much", phrases.WELCOME), ("great, thanks a lot", phrases.WELCOME),
        ("bye", phrases.GOODBYE), ("are you a robot?", phrases.WHO),
    ],
)  # fmt: skip
def test_small_talk_is_answered_as_a_person_would(text: str, sentence: str) -> None:
    turn = say(text)
    assert words(turn) == sentence
    assert turn.hand_over is None
    assert turn.memory.misses == 0


def test_a_greeting_before_the_question_changes_nothing() -> None:
    assert slugs(say("Hello! I forgot my password")) == ["forgot-password"]


@pytest.mark.parametrize(
    "text",
    [
        "agent",
        "I want to talk to a human",
        "let me speak to a real person please",
        "hello, can I talk to somebody real",
    ],
)
def test_any_wording_for_a_person_hands_over_at_once(text: str) -> None:
    assert say(text).hand_over


@pytest.mark.parametrize(
    "text",
    [
        "this is ridiculous, your bot is useless",
        "what the fuck",
        "worst support ever",
        "I am so angry",
        "stupid bot",
    ],
)
def test_anger_hands_over_at_once_and_is_met_with_regret(text: str) -> None:
    turn = say(text)
    assert turn.hand_over
    assert "sorry" in words(turn)


@pytest.mark.parametrize("text", ["I FORGOT MY PASSWORD!!!", "the code is not coming, please help me!!"])
def test_capitals_and_marks_alone_are_no_anger(text: str) -> None:
    assert say(text).hand_over is None


def test_the_second_miss_hands_over() -> None:
    first = say("do you sell shoes?")
    assert first.hand_over is None
    assert PERSON in choices(first)
    assert say("in green and size forty", memory=first.memory).hand_over


def test_nobody_there_is_said_honestly_with_a_ticket() -> None:
    turn = say("agent", scene=AWAY)
    assert "Nobody from our team is here" in words(turn)
    assert TICKET in choices(turn)
    missed = say("in green and size forty", memory=say("do you sell shoes?", scene=AWAY).memory, scene=AWAY)
    assert missed.hand_over is None
    assert {TICKET, PERSON} <= set(choices(missed))
