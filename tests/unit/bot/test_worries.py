"""Worries that no article is about: they get advice, and a person where it takes one; and long stories."""

from dataclasses import replace

import pytest

from helpdesk.bot import dialogue, phrases
from helpdesk.bot.memory import PERSON, TICKET
from helpdesk.bot.turn import think
from helpdesk.faq.matcher import Candidate, Ranking
from tests.unit.bot.talk import AWAY, BLANK, HERE, LIBRARY, choices, say, slugs, words


@pytest.mark.parametrize(
    "text",
    [
        "my account was hacked",
        "someone else is logged into my account",
        "i think somebody has access to my account",
        "i got an email about a password change but i didnt do it",
        "my password was changed and it wasn't me",
        "there is an unknown login on my account",
    ],
)
def test_who_fears_for_the_account_hears_what_to_do_at_once_and_reaches_a_person(text: str) -> None:
    turn = say(text)
    assert phrases.TAKEOVER in words(turn)
    assert turn.hand_over
    away = say(text, scene=AWAY)
    assert phrases.TAKEOVER in words(away)
    assert choices(away) == [TICKET]


@pytest.mark.parametrize(
    ("text", "advice"),
    [
        ("I got a reset email i did not ask for", phrases.NOT_ASKED_FOR),
        ("why do I get codes, I never requested one", phrases.NOT_ASKED_FOR),
        ("Do you speak German?", phrases.ENGLISH_ONLY),
        ("sprechen sie deutsch?", phrases.ENGLISH_ONLY),
        ("what languages do you speak", phrases.ENGLISH_ONLY),
        ("english please", phrases.ENGLISH_ONLY),
        ("Is this really support?", phrases.NEVER_ASKS),
        ("should i give you my code?", phrases.NEVER_ASKS),
        ("should I send my code again", phrases.NEVER_ASKS),
        ("is that link safe", phrases.NEVER_ASKS),
        ("do you need my password to help me?", phrases.NEVER_ASKS),
        ("it says too many attempts try again later", phrases.TOO_MANY_TRIES),
        ("what if i dont remember which email i used", phrases.WHICH_ADDRESS),
    ],
)
def test_other_worries_get_advice_and_both_ways_out(text: str, advice: str) -> None:
    turn = say(text)
    assert words(turn) == advice
    assert choices(turn) == [PERSON, TICKET]
    assert turn.hand_over is None


@pytest.mark.parametrize(
    "text", ["I entered a wrong PIN too many times", "my card is temporarily blocked", "is it safe in italy"]
)
def test_other_peoples_worries_get_none_of_our_advice(text: str) -> None:
    assert not {phrases.TOO_MANY_TRIES, phrases.NEVER_ASKS} & {words(say(text))}


def test_a_lost_mailbox_takes_a_person_even_after_the_answer() -> None:
    told = say("i forgot my password")
    turn = say("I don't have access to that email any more", memory=told.memory)
    assert phrases.LOST_MAILBOX in words(turn)
    assert turn.hand_over


def test_a_caller_who_wants_the_code_is_warned_of_before_a_person_takes_over() -> None:
    turn = say("a man called me and asked for my code, is that you?")
    assert phrases.NEVER_ASKS in words(turn)
    assert turn.hand_over


@pytest.mark.parametrize(
    ("text", "slug"),
    [
        ("i changed my password, now I want another one", "change-password"),
        ("I asked for the code many times and get nothing", "code-not-received"),
        ("it asks for my current password but I forgot it", "forgot-password"),
        ("someone saw my password, I want to change it", "change-password"),
        ("people saw me type my password, I want to change it", "change-password"),
        ("someone saw my password", "change-password"),
        ("fgt pw", "forgot-password"),
        ("I did not get a verification code", "code-not-received"),
        ("can I send the code again after 60 seconds?", "code-not-received"),
        ("can i send another code", "code-not-received"),
    ],
)
def test_what_an_article_answers_is_no_worry(text: str, slug: str) -> None:
    assert slugs(say(text)) == [slug]


def test_an_article_that_the_editors_added_goes_before_the_advice() -> None:
    article = replace(LIBRARY.articles["contact-support"], slug="hacked", title="My account was hacked")
    scene = replace(HERE, articles={**LIBRARY.articles, "hacked": article})
    thought = think(LIBRARY, ["my account was hacked"]).heard
    ranking = Ranking(
        "hacked", 95.0, 50.0, (Candidate("hacked", 95.0, "my account was hacked", ()),), False, ""
    )
    turn = dialogue.hear(BLANK, replace(thought, ranking=ranking), scene)
    assert slugs(turn) == ["hacked"]


@pytest.mark.parametrize(
    "text",
    [
        "hi im locked out and its urgent!!! i have an exam in 10 minutes",
        "Hello dear support team, yesterday in the evening I came home from work and wanted to buy a present for my "
        "daughter, who turns seven next week, and when I opened your shop and typed my email and my password as "
        "always it told me that my password is incorrect, although I am quite sure that I did not change anything.",
    ],
)
def test_the_question_is_found_in_a_long_story(text: str) -> None:
    assert slugs(say(text)) == ["forgot-password"]


@pytest.mark.parametrize(
    "text",
    [
        "The invoice you sent me is wrong because it shows the old price, please send me a new one",
        "My card was declined at the supermarket and now the app shows a message that I should contact the bank",
        "I moved house and need to update the delivery address, but the page shows an error every time I save",
    ],
)
def test_a_long_story_about_other_things_is_not_answered_by_one_of_its_parts(text: str) -> None:
    assert slugs(say(text)) == []


def test_the_words_of_two_questions_do_not_add_up_to_a_third() -> None:
    asked = say("i forgot my password and also how do i change my email")
    assert slugs(asked) == ["forgot-password"]
