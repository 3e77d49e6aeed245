"""Pure: the few things that the assistant can do: tell an article, propose some, ask again, pass on."""

from collections.abc import Sequence
from dataclasses import replace

from helpdesk.bot import phrases
from helpdesk.bot.answers import address, told
from helpdesk.bot.memory import (
    ARTICLE,
    CAN_NO,
    CAN_YES,
    NONE_OF_THESE,
    PERSON,
    REASON,
    TICKET,
    Heard,
    Line,
    Memory,
    Scene,
    Turn,
)
from helpdesk.faq.matcher import Ranking

MOST_CHOICES = 3
NEARLY = 4.0
"""Points below the threshold within which an article may still be proposed, never told."""
MISSES_BEFORE_HAND_OVER = 2
CAN_LOG_IN = ((CAN_YES, phrases.YES_CAN), (CAN_NO, phrases.NO_CANNOT))
WAYS_OUT = ((PERSON, phrases.PERSON), (TICKET, phrases.TICKET))
PASSWORD_SLUGS = frozenset(("change-password", "forgot-password", "password-rules", "login-password"))
NO_CODE_SLUG = "code-not-received"
PEOPLE_SLUG = "contact-support"


def answer(memory: Memory, slug: str, scene: Scene, question: str, ranking: Ranking | None = None) -> Turn:
    """The article, with the question whether it helped; told before or refused, what comes instead of it."""
    if slug in memory.refused or slug not in scene.articles:
        return no_better(memory, scene)
    article = scene.articles[slug]
    if slug in memory.given:
        return again(memory, slug, scene)
    others = ranking.candidates if ranking else ()
    next_best = tuple(
        c.label
        for c in others
        if c.label != slug and c.score >= (ranking.threshold if ranking else 0) - NEARLY
    )
    score = next((c.score for c in others if c.label == slug), None)
    answer = told(article, question)
    line = Line(
        answer.text, ranking.reason if ranking else "Chosen by the visitor.", slug, answer.heading, score,
        next((c.label for c in others if c.label != slug), None), asks_feedback=True,
    )  # fmt: skip
    kept = replace(
        memory, misses=min(memory.misses, len(memory.refused)), given=(*memory.given, slug), last=slug, pair=None, unclear="", asked=question,
        next_best=next_best or tuple(s for s in memory.next_best if s != slug),
        about_passwords=memory.about_passwords or slug in PASSWORD_SLUGS,
    )  # fmt: skip
    return Turn(kept, (line,))


def again(memory: Memory, slug: str, scene: Scene) -> Turn:
    """It was told before and nobody said No: point to it once, the next time it counts as refused."""
    if slug in memory.repeated:
        return no_better(replace(memory, refused=(*memory.refused, slug)), scene)
    title = scene.articles[slug].title
    line = Line(
        phrases.still_that(title, address(slug)), "The same article came out on top again.",
        choices=((f"{REASON}steps", phrases.STEPS_FAILED), *WAYS_OUT),
    )  # fmt: skip
    return Turn(replace(memory, repeated=(*memory.repeated, slug), last=slug), (line,))


def did_you_mean(memory: Memory, slugs: Sequence[str], scene: Scene, heard: Heard) -> Turn:
    """At most three articles to choose from, none of them, and the ways out."""
    choices = tuple((ARTICLE + slug, scene.articles[slug].title) for slug in slugs[:MOST_CHOICES])
    kept = replace(memory, unclear=heard.text, next_best=tuple(slugs[:MOST_CHOICES]))
    why = "Close to each other: " + ", ".join(slugs[:MOST_CHOICES]) + "."
    return say(kept, phrases.DID_YOU_MEAN, why, (*choices, (NONE_OF_THESE, phrases.NONE_OF_THESE), *WAYS_OUT))


def miss(
    memory: Memory, heard: Heard, scene: Scene, sentence: str = phrases.TELL_MORE, near: Sequence[str] = ()
) -> Turn:
    """Not understood: once it asks, with what comes near; the second time it passes on."""
    memory = replace(memory, misses=memory.misses + 1, unclear=heard.text or memory.unclear)
    if memory.misses >= MISSES_BEFORE_HAND_OVER:
        return replace(no_better(memory, scene), missed=True)
    if near:
        return replace(did_you_mean(memory, near, scene, heard), missed=True)
    return replace(say(memory, sentence, "No article is sure enough.", WAYS_OUT), missed=True)


def ask_again(memory: Memory, scene: Scene) -> Turn:
    """The open question once more in other words; the second time it passes on."""
    memory = replace(memory, misses=memory.misses + 1)
    if memory.misses >= MISSES_BEFORE_HAND_OVER:
        return no_better(replace(memory, pair=None), scene)
    return say(memory, phrases.ASK_AGAIN, "Neither yes nor no.", (*CAN_LOG_IN, *WAYS_OUT))


def advise(memory: Memory, scene: Scene, advice: str, *, to_people: bool) -> Turn:
    """Say what no article says; to people where it takes one."""
    if not to_people:
        return say(memory, advice, "A worry that no article is about.", WAYS_OUT)
    sentence = f"{advice}\n\n{phrases.PASSING_ON}" if scene.people_here else advice
    return to_person(memory, scene, "A worry that takes a person.", sentence)


def no_better(memory: Memory, scene: Scene) -> Turn:
    """Nothing is left to say: to a person, or, when nobody is there, the offer of a ticket."""
    if not scene.people_here:
        text = f"{phrases.OUT_OF_ANSWERS_AWAY} {phrases.AWAY}"
        return say(
            replace(memory, misses=0), text, "Out of answers; nobody is here.", (WAYS_OUT[1], WAYS_OUT[0])
        )
    return to_person(memory, scene, "The assistant had no better answer.", phrases.OUT_OF_ANSWERS_HERE)


def to_person(memory: Memory, scene: Scene, reason: str, sentence: str = phrases.PASSING_ON) -> Turn:
    """Hand over; where nobody is here, say so after `sentence` and offer a ticket. `reason` is for the staff."""
    choices: tuple[tuple[str, str], ...] = ()
    if not scene.people_here:
        first = (
            ""
            if sentence in (phrases.PASSING_ON, phrases.SORRY_PASSING_ON, phrases.FAILED)
            else sentence + "\n\n"
        )
        sentence, choices = first + phrases.AWAY_QUEUED, (WAYS_OUT[1],)
    line = Line(sentence, reason, choices=choices)
    return Turn(replace(memory, last=None, pair=None), (line,), hand_over=reason)


def say(memory: Memory, text: str, why: str, choices: tuple[tuple[str, str], ...] = ()) -> Turn:
    """One line that is no article's; `why` is for the staff, `choices` are (id, label)."""
    return Turn(memory, (Line(text, why, choices=choices),))
