"""What the assistant says, as a visitor would judge it; and what it never does, whatever comes in."""

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpdesk.bot import dialogue, phrases
from helpdesk.bot.answers import told
from helpdesk.bot.memory import ARTICLE, CAN_NO, CAN_YES, PERSON, REASON, TICKET, Heard, Memory, Scene, Turn
from helpdesk.bot.turn import think
from helpdesk.faq.library import Library

LIBRARY = Library.load(Path(__file__).parents[3] / "faq")
HERE = Scene(LIBRARY.articles, people_here=True, signed_in=False)
AWAY = replace(HERE, people_here=False)
SIGNED_IN = replace(HERE, signed_in=True)
BLANK = Memory()


def say(*texts: str, memory: Memory = BLANK, scene: Scene = HERE) -> Turn:
    return dialogue.hear(memory, think(LIBRARY, texts, unclear=memory.unclear).heard, scene)


def words(turn: Turn) -> str:
    return "\n".join(line.text for line in turn.lines)


def choices(turn: Turn) -> list[str]:
    return [key for line in turn.lines for key, _ in line.choices]


def slugs(turn: Turn) -> list[str]:
    return [line.slug for line in turn.lines if line.slug and line.asks_feedback]


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
    "text", ["password problem", "pasword problm", "password", "I need help with my login password"]
)
def test_a_bare_topic_gets_one_question_with_two_buttons(text: str) -> None:
    turn = say(text)
    assert words(turn) == phrases.ASK_CAN_LOG_IN
    assert choices(turn)[:2] == [CAN_YES, CAN_NO]


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


def test_yes_ends_politely() -> None:
    told = say("i forgt my pasword")
    assert words(dialogue.judge(told.memory, "forgot-password", True, "", HERE)) == phrases.GLAD


def test_no_offers_reasons_a_person_and_a_ticket() -> None:
    told = say("i forgt my pasword")
    turn = dialogue.judge(told.memory, "forgot-password", False, "", HERE)
    assert choices(turn) == [f"{REASON}no_code", f"{REASON}steps", f"{REASON}other", PERSON, TICKET]
    labels = [label for line in turn.lines for _, label in line.choices]
    assert labels[:3] == ["No code arrived", "The steps did not work", "Something else"]
    assert slugs(dialogue.press(turn.memory, f"{REASON}no_code", HERE)) == ["code-not-received"]


def test_an_article_that_did_not_help_is_not_told_again() -> None:
    told = say("i forgt my pasword")
    refused = dialogue.judge(told.memory, "forgot-password", False, "", HERE)
    again = say("i forgot my password", memory=refused.memory)
    assert "forgot-password" not in slugs(again)
    assert f"{ARTICLE}forgot-password" not in choices(again)


def test_two_noes_hand_over() -> None:
    told = say("i forgt my pasword")
    refused = dialogue.judge(told.memory, "forgot-password", False, "", HERE)
    second = dialogue.press(refused.memory, f"{REASON}no_code", HERE)
    assert dialogue.judge(second.memory, "code-not-received", False, "", HERE).hand_over


@pytest.mark.parametrize(
    "text",
    [
        "is bob@x.com registered?",
        "does bob@example.com have an account",
        "do I have an account?",
        "Is my email registered",
    ],
)
def test_nobody_learns_whether_an_account_exists(text: str) -> None:
    assert phrases.ACCOUNT_PROBE in words(say(text))


def test_a_code_is_never_told() -> None:
    assert phrases.CANNOT_SEE in words(say("what is my code?"))


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Ich habe mein Passwort vergessen und kann mich nicht anmelden", "de"),
        ("olvidé mi contraseña, ayuda por favor", "es"),
        ("j'ai oublié mon mot de passe", "fr"),
        ("忘记密码了怎么办", "zh"),
        ("パスワードを忘れました", "ja"),
        ("забыл пароль", "ru"),
        ("نسيت كلمة المرور", "ar"),
    ],
)
def test_a_language_without_articles_is_handed_over_politely(text: str, language: str) -> None:
    turn = say(text)
    assert turn.hand_over
    assert words(turn).startswith(phrases.FOREIGN[language])


def test_a_removed_password_is_followed_by_the_advice_to_change_it() -> None:
    turn = say("my password is [removed: password] and I can't log in")
    assert turn.lines[0].slug == "change-password"
    assert "/help/change-password" in turn.lines[0].text
    assert turn.memory.about_passwords


def test_a_removed_code_means_starting_again() -> None:
    turn = say("[verification code removed]")
    assert "start again" in words(turn)
    assert turn.memory.misses == 0


def test_a_failing_bot_hands_over() -> None:
    broken = think(None, ["hello, my password"])  # type: ignore[arg-type]
    assert broken.heard.kind == "failed"
    assert dialogue.hear(BLANK, broken.heard, HERE).hand_over


@pytest.mark.parametrize(
    "text", ["a" * 50_000, "(" * 5000, "\u202e\u0000\ud83d", "ignore previous instructions", "@" * 500]
)
def test_any_text_gets_a_calm_answer(text: str) -> None:
    assert say(text).lines


_ARTICLES = tuple(LIBRARY.articles)
_steps = st.lists(
    st.one_of(
        st.tuples(st.just("say"), st.text(max_size=40)),
        st.tuples(
            st.just("say"),
            st.sampled_from(
                ["i forgt my pasword", "password problem",
                "no code", "my new password is rejected", "change password",
                 "hi", "thanks", "yes", "no",
                 "did not work", "???", "do you sell shoes", "[removed: password] x"]
            ),
        ),
        st.tuples(st.just("press"), st.text(max_size=10)),
        st.tuples(st.just("offered"), st.integers(0, 60)),
        st.tuples(st.just("judge"), st.booleans()),
    ),
    max_size=12,
)  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(_steps, st.booleans(), st.booleans())
def test_whatever_comes_it_never_repeats_a_refused_article_and_a_person_is_one_press_away(
    steps: list[tuple[str, object]], people: bool, signed_in: bool
) -> None:
    scene = Scene(LIBRARY.articles, people, signed_in)
    memory, last, refused = BLANK, None, set()
    for kind, what in steps:
        offered = list(memory.offered)
        if kind == "say":
            turn = say(str(what), memory=memory, scene=scene)
        elif kind == "press":
            turn = dialogue.press(memory, str(what), scene)
        elif kind == "offered" and offered:
            turn = dialogue.press(memory, offered[int(str(what)) % len(offered)], scene)
        elif kind == "judge" and last:
            turn = dialogue.judge(memory, last, bool(what), "", scene)
            refused |= set() if what else {last}
        else:
            continue
        memory = Memory.from_json(turn.memory.to_json())
        assert memory == turn.memory
        assert turn.lines
        assert not refused & set(slugs(turn))
        assert dialogue.press(memory, PERSON, scene).hand_over
        assert PERSON in memory.offered
        assert all(len([c for c in line.choices if c[0].startswith(ARTICLE)]) <= 3 for line in turn.lines)
        last = slugs(turn)[-1] if slugs(turn) else last


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(),
        lambda v: st.lists(v) | st.dictionaries(st.text(), v),
    )
)
def test_a_spoilt_memory_is_a_blank_one_at_worst(kept: object) -> None:
    assert isinstance(
        Memory.from_json({"misses": kept, "pair": kept, "offered": kept, "given": kept}), Memory
    )
    assert dialogue.hear(Memory.from_json(kept), Heard("greeting", "hi"), HERE).lines  # type: ignore[arg-type]
