"""Short messages: verdicts, yes and no in odd forms, signs, waiting; none of them is a question not understood."""

import pytest

from helpdesk.bot import phrases
from helpdesk.bot.hearing import heard
from helpdesk.bot.memory import CAN_NO, CAN_YES, PERSON, TICKET
from tests.unit.bot.talk import BLANK, HERE, choices, say, slugs, words

HEARD = {
    "worked": "ok thanks that worked|yes that helped, thank you so much!!|it worked thx|all good now|fixed it myself"
    "|yep all sorted, cheers|i'm in|problem solved|wait it came|ok i found it in spam, thanks|the code has arrived now"
    "|oh it was in the junk folder",
    "did_not_work": "nah that's not it|doesnt work|still not working|no still nothing|i already tried all of this 3 times"
    "|kinda|sort of|not quite|same error again|it didnt help at all|this isnt helping|no luck|done that",
    "yes": "yep|yup|yeah sure|yess|i think so|of course|it did|👍|yes, on my phone but not on my laptop|y",
    "no": "nah|nope|noo|not really|i dont think so|👎|no it didn't|i don't|unfortunately not",
    "can_log_in": "yes i can|I'm still logged in|yes, i can log in|I can still sign in",
    "cannot_log_in": "no i can't log in anymore|locked out|nope, locked out|im not logged in|i cannot sign in",
    "thanks": "thx|thank u|lol ok|great bot|you're a lifesaver|never mind|nvm|🙏|ok|no thanks|perfect, thanks a lot!",
    "goodbye": "thx bye|ok bye|have a nice day|cya",
    "greeting": "hi|Hello there!|hey, how are you?|👋|good morning|hola|Bonjour !|cześć",
    "wait": "ok trying|ok let me try that|one moment|brb|hang on|I'll try it now",
    "who_are_you": "are you there|hello? anyone there?|is this a bot?|who are you|anybody???",
    "nothing": "help|please help me!!|hi, i need help with my account|i dunno|maybe|not sure|hmm|test|i have a problem|?",
    "angry": "your website sucks|u r useless|stfu|😡😡😡|I CANT GET IN!!!! THIS IS RIDICULOUS",
    "question": "ok but how do I change it|no code received|thanks but i need the rules|what is not accepted"
    "|it does not accept my code|i can not find the page|help me change my password|not a question|arrived"
    "|it never came|the code came but it is invalid",
}


@pytest.mark.parametrize(
    ("kind", "text"), [(k, text) for k, texts in HEARD.items() for text in texts.split("|")]
)
def test_it_is_heard_as_what_it_is(kind: str, text: str) -> None:
    assert heard([text]).kind == kind


def test_no_long_text_takes_long() -> None:
    assert heard(["ok " * 1300]).kind == "question"
    assert heard(["it does not " * 300]).kind == "question"


@pytest.mark.parametrize("text", ["kinda", "maybe", "I dunno", "how would i know", "hmm"])
def test_neither_yes_nor_no_is_asked_again_in_other_words_and_then_passed_on(text: str) -> None:
    asked = say("password problem")
    again = say(text, memory=asked.memory)
    assert words(again) == phrases.ASK_AGAIN
    assert choices(again) == [CAN_YES, CAN_NO, PERSON, TICKET]
    assert slugs(say("yes i can", memory=again.memory)) == ["change-password"]
    assert say(text, memory=again.memory).hand_over


def test_a_half_yes_below_an_answer_is_asked_what_went_wrong() -> None:
    told = say("i forgot my password")
    assert words(say("kinda", memory=told.memory)) == phrases.SORRY_WHY


def test_who_wants_a_moment_gets_it_and_may_still_judge_the_answer() -> None:
    told = say("i forgot my password")
    waiting = say("ok let me try that", memory=told.memory)
    assert words(waiting) == phrases.TAKE_YOUR_TIME
    assert words(say("it worked!!", memory=waiting.memory)) == phrases.GLAD


def test_a_call_for_help_is_asked_what_for_and_passed_on_when_repeated() -> None:
    first = say("help")
    assert words(first) == phrases.NOTHING_HEARD
    assert say("please help me", memory=first.memory).hand_over


def test_words_that_were_not_understood_do_not_count_against_the_answer_that_follows() -> None:
    lost = say("purple elephants")
    told = say("cant get in", memory=lost.memory)
    assert words(say("nope", memory=told.memory)) == phrases.SORRY_WHY


def test_a_thumb_where_nothing_was_asked_is_no_riddle() -> None:
    done = say("it worked", memory=say("i forgot my password").memory)
    assert words(say("👍", memory=done.memory)) == phrases.WELCOME
    assert words(say("no", memory=done.memory)) == phrases.WELCOME


def test_a_thumb_down_to_begin_with_is_not_welcomed() -> None:
    assert words(say("👍")) == phrases.WELCOME
    assert words(say("👎")) == phrases.TELL_MORE


def test_who_says_that_the_login_works_is_not_told_how_to_get_in() -> None:
    told = say("can't change my password")
    turn = say("i can log in", memory=told.memory)
    assert words(turn) == phrases.WHAT_NEXT
    assert slugs(say("password problem", memory=turn.memory)) != ["forgot-password"]


@pytest.mark.parametrize(
    ("text", "slug"),
    [("yes", "code-not-received"), ("the first one", "code-not-received"), ("1", "code-not-received")],
)
def test_a_proposal_is_taken_up_in_words(text: str, slug: str) -> None:
    asked = say("mail problem")
    assert words(asked) == phrases.DID_YOU_MEAN
    assert slugs(say(text, memory=asked.memory)) == [slug]


@pytest.mark.parametrize("text", ["no", "neither", "none of these"])
def test_a_refused_proposal_is_asked_in_other_words(text: str) -> None:
    asked = say("mail problem")
    assert words(say(text, memory=asked.memory)) in (phrases.TELL_MORE, phrases.OUT_OF_ANSWERS_HERE)


def test_a_yes_to_two_proposals_asks_which() -> None:
    asked = say("new password does not work", memory=BLANK, scene=HERE)
    assert words(asked) == words(say("yes", memory=asked.memory)) == phrases.DID_YOU_MEAN


@pytest.mark.parametrize("text", ["where is the link?", "what's step 2 again?", "I don't understand"])
def test_who_comes_back_to_the_steps_is_led_to_them(text: str) -> None:
    told = say("i forgot my password")
    assert "/help/forgot-password" in words(say(text, memory=told.memory))


@pytest.mark.parametrize("text", ["agent pls", "human plz", "i want 2 talk 2 sum1", "hooman", "agent plox"])
def test_a_person_is_understood_in_short(text: str) -> None:
    assert say(text).hand_over == "Asked for a person."
