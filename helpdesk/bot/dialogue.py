"""Pure: what the assistant says next, and why. Three doors: words, a pressed choice, a Yes or No.

Whatever comes in, the way to a person stays open, and an article that did not help is never told again.
"""

from collections.abc import Sequence
from dataclasses import replace

from helpdesk.bot import phrases, proposals, replies
from helpdesk.bot.hearing import asks_about_steps, asks_for_ticket
from helpdesk.bot.memory import (
    ARTICLE,
    CAN_NO,
    CAN_YES,
    PERSON,
    REASON,
    TICKET,
    Heard,
    Line,
    Memory,
    Scene,
    Turn,
)
from helpdesk.bot.replies import (
    MISSES_BEFORE_HAND_OVER,
    MOST_CHOICES,
    NEARLY,
    NO_CODE_SLUG,
    PASSWORD_SLUGS,
    PEOPLE_SLUG,
    WAYS_OUT,
)
from helpdesk.bot.vague import open_pair
from helpdesk.bot.worries import FOR_PEOPLE, advice_for
from helpdesk.faq.matcher import Candidate, Ranking

CLOSE = 4.0
"""Points between two articles that are both sure enough, below which the visitor is asked which one."""
PAIR_CLOSE = 15.0
"""The same below the threshold, for two that differ by one fact: the question costs one press."""
REASONS = {"no_code": phrases.NO_CODE, "steps": phrases.STEPS_FAILED, "other": phrases.SOMETHING_ELSE}


def hear(memory: Memory, heard: Heard, scene: Scene) -> Turn:
    """The answer to what the visitor wrote."""
    turn = _after_removal(memory, heard, scene) if heard.removed else _hear(memory, heard, scene)
    return _finished(turn)


def press(memory: Memory, choice: str, scene: Scene) -> Turn:
    """The answer to a pressed choice. An unknown one is treated as not understood."""
    return _finished(_press(memory, choice, scene))


def judge(memory: Memory, slug: str | None, helpful: bool, reason: str, scene: Scene) -> Turn:
    """The answer to Yes or No below a message about `slug`; `reason` is "" when none was given yet."""
    return _finished(_judge(memory, slug, helpful, reason, scene))


# -- words ---------------------------------------------------------------------------------------------


def _hear(memory: Memory, heard: Heard, scene: Scene) -> Turn:
    if advice := advice_for(heard):
        return replies.advise(memory, scene, advice, to_people=heard.kind == "person" or advice in FOR_PEOPLE)
    if turn := proposals.taken_up(memory, heard, scene):
        return turn
    match heard.kind:
        case "failed":
            return replies.to_person(memory, scene, "The assistant failed.", phrases.FAILED)
        case "person" if asks_for_ticket(heard.text) and _is_open(memory, PEOPLE_SLUG, scene):
            return replies.answer(memory, PEOPLE_SLUG, scene, heard.text, heard.ranking)
        case "person":
            return replies.to_person(memory, scene, "Asked for a person.")
        case "angry":
            return replies.to_person(memory, scene, "Upset.", phrases.SORRY_PASSING_ON)
        case "foreign":
            return _foreign(memory, heard, scene)
        case "yes" | "no" | "can_log_in" | "cannot_log_in" if memory.pair:
            can = heard.kind in ("yes", "can_log_in")
            return _known(replace(memory, can_log_in=can), heard.text, scene)
        case "nothing" | "did_not_work" if memory.pair:
            return replies.ask_again(memory, scene)
        case "worked" | "yes" if memory.last:
            return replies.say(replace(memory, last=None, misses=0), phrases.GLAD, "It worked.")
        case "did_not_work" | "no" if memory.last:
            return _judge(memory, memory.last, False, "", scene)
        case "did_not_work":
            return replies.miss(memory, heard, scene)
        case "can_log_in":
            known = replace(memory, can_log_in=True)
            return replies.say(known, phrases.WHAT_NEXT, "Can log in.", WAYS_OUT)
        case "question" | "cannot_log_in":
            known = replace(memory, can_log_in=False) if heard.kind == "cannot_log_in" else memory
            return _question(known, heard, scene)
        case "nothing":
            return replies.miss(memory, heard, scene, phrases.NOTHING_HEARD)
    return _small_talk(memory, heard)


def _is_open(memory: Memory, slug: str, scene: Scene) -> bool:
    """Whether this article may be told: it is there, and was neither told nor refused."""
    return slug in scene.articles and slug not in (*memory.given, *memory.refused)


def _small_talk(memory: Memory, heard: Heard) -> Turn:
    is_settled = memory.spoken and not memory.misses
    is_thumb_up = heard.kind == "yes" and not any(map(str.isalnum, heard.text))
    if is_thumb_up or (heard.kind in ("yes", "no") and is_settled):
        return replies.say(memory, phrases.WELCOME, f"Heard as {heard.kind}; nothing was asked.")
    hello = phrases.HELLO_AGAIN if memory.spoken else phrases.HELLO
    sentence, choices = {
        "greeting": (hello, ()),
        "thanks": (phrases.WELCOME, ()),
        "worked": (phrases.GLAD, ()),
        "goodbye": (phrases.GOODBYE, ()),
        "wait": (phrases.TAKE_YOUR_TIME, ()),
        "who_are_you": (phrases.WHO, WAYS_OUT),
        "account_probe": (phrases.ACCOUNT_PROBE, WAYS_OUT),
        "secret_probe": (phrases.CANNOT_SEE, WAYS_OUT),
    }.get(heard.kind, (phrases.TELL_MORE, WAYS_OUT))
    return replies.say(memory, sentence, f"Heard as {heard.kind}.", choices)


def _question(memory: Memory, heard: Heard, scene: Scene) -> Turn:
    ranking = heard.ranking
    if ranking is None:
        return replies.miss(memory, heard, scene)
    if ranking.wants_person:
        return replies.to_person(memory, scene, "Asked for a person.")
    open_to_us = [
        c for c in ranking.candidates if c.label in scene.articles and c.label not in memory.refused
    ]
    memory = replace(
        memory, pair=None, about_passwords=memory.about_passwords or _on_passwords(open_to_us, ranking)
    )
    if pair := _pair(open_to_us, ranking, scene, heard.text, memory):
        can = True if scene.signed_in else memory.can_log_in
        if can is None:
            asked = replace(memory, pair=pair, misses=0, unclear=heard.text)
            why = f"{pair[0]} or {pair[1]}: one fact decides."
            return replies.say(asked, phrases.ASK_CAN_LOG_IN, why, replies.CAN_LOG_IN)
        return _known(replace(memory, pair=pair, can_log_in=can), heard.text, scene, ranking)
    if not open_to_us:
        return replies.miss(memory, heard, scene)
    best = open_to_us[0]
    sure = [c for c in open_to_us if c.score >= ranking.threshold and best.score - c.score <= CLOSE]
    if ranking.label is not None and ranking.label not in memory.refused and len(sure) < 2:
        return replies.answer(memory, ranking.label, scene, heard.text, ranking)
    if len(sure) >= 2:
        return replies.did_you_mean(memory, [c.label for c in sure], scene, heard)
    if memory.last and asks_about_steps(heard.text):
        return replies.again(memory, memory.last, scene)
    near = [c.label for c in open_to_us if c.score >= ranking.threshold - NEARLY]
    return replies.miss(memory, heard, scene, near=near)


def _pair(
    candidates: Sequence[Candidate], ranking: Ranking, scene: Scene, text: str, memory: Memory
) -> tuple[str, str] | None:
    """(for those who can log in, for those who cannot) where that one fact decides between two articles."""
    vague = open_pair(text, scene.articles, tuple(c.label for c in candidates))
    if vague and not set(vague) & set(memory.refused):
        return vague
    if len(candidates) < 2:
        return None
    first, second = candidates[0], candidates[1]
    needs = {scene.articles[c.label].needs: c.label for c in (first, second)}
    near_enough = second.score >= ranking.threshold - NEARLY
    if not near_enough or first.score - second.score > (CLOSE if ranking.label else PAIR_CLOSE):
        return None
    inside, outside = needs.get("logged_in"), needs.get("logged_out")
    return (inside, outside) if inside and outside else None


def _known(memory: Memory, text: str, scene: Scene, ranking: Ranking | None = None) -> Turn:
    """The fact is known: the article of the pair that it leads to."""
    if memory.pair is None:
        return replies.say(memory, phrases.TELL_MORE, "No question was open.", WAYS_OUT)
    chosen = memory.pair[0 if memory.can_log_in else 1]
    return replies.answer(replace(memory, pair=None), chosen, scene, memory.unclear or text, ranking)


def _foreign(memory: Memory, heard: Heard, scene: Scene) -> Turn:
    ranking = heard.ranking
    if ranking and ranking.wants_person:
        return replies.to_person(memory, scene, "Asked for a person.")
    sentence = phrases.FOREIGN.get(heard.language, phrases.FOREIGN_OTHER)
    if sentence != phrases.FOREIGN_OTHER:
        sentence = f"{sentence}\n\n{phrases.FOREIGN_OTHER}"
    return replies.to_person(
        memory, scene, f"Writes in a language that the articles lack ({heard.language}).", sentence
    )


def _after_removal(memory: Memory, heard: Heard, scene: Scene) -> Turn:
    """First the warning, then, where enough is left to answer, the answer."""
    lines = []
    if "password" in heard.removed:
        lines.append(Line(phrases.TOOK_A_WORD, "A password was removed.", slug="change-password"))
    if "code" in heard.removed:
        lines.append(Line(phrases.TOOK_CODE, "A verification code was removed."))
    lines += [
        Line(phrases.removed_other(kind), f"A {kind} was removed.")
        for kind in ("card number", "token")
        if kind in heard.removed
    ]
    memory = replace(memory, about_passwords=memory.about_passwords or "password" in heard.removed)
    rest = _hear(memory, heard, scene)
    is_more = heard.kind in ("person", "angry", "failed") or rest.memory.pair is not None
    if not is_more and not any(line.slug for line in rest.lines):
        # What is left of the message was no question of its own, so it counts as no miss either.
        lines[-1] = replace(lines[-1], choices=WAYS_OUT)
        return Turn(memory, tuple(lines))
    return replace(rest, lines=(*lines, *rest.lines))


# -- choices and feedback ------------------------------------------------------------------------------


def _press(memory: Memory, choice: str, scene: Scene) -> Turn:
    if choice == PERSON:
        return replies.to_person(memory, scene, "Asked for a person.")
    if choice == TICKET:
        return replies.say(memory, phrases.TICKET_HOW, "Wants a ticket.")
    if choice in (CAN_YES, CAN_NO):
        return _known(replace(memory, can_log_in=choice == CAN_YES), memory.unclear, scene)
    if choice.startswith(ARTICLE):
        slug = choice.removeprefix(ARTICLE)
        if slug in scene.articles and slug not in memory.refused:
            return replies.answer(memory, slug, scene, memory.unclear)
        return replies.no_better(memory, scene)
    if choice.startswith(REASON):
        return _for_reason(memory, choice.removeprefix(REASON), scene)
    return replies.miss(memory, Heard("nothing", memory.unclear), scene)


def _judge(memory: Memory, slug: str | None, helpful: bool, reason: str, scene: Scene) -> Turn:
    if helpful:
        return replies.say(replace(memory, last=None, misses=0), phrases.GLAD, "Helped.")
    if slug is not None and slug not in memory.refused:
        memory = replace(memory, refused=(*memory.refused, slug))
    memory = replace(memory, misses=memory.misses + 1, last=None)
    if memory.misses >= MISSES_BEFORE_HAND_OVER:
        return replies.no_better(memory, scene)
    if reason:
        return _next_best(memory, scene, phrases.OTHER_WORDS)
    keys = [key for key in REASONS if key != "no_code" or _offers_code_help(memory, slug, scene)]
    choices = tuple((f"{REASON}{key}", REASONS[key]) for key in keys)
    return replies.say(
        memory, phrases.SORRY_WHY, f"{slug or 'The answer'} did not help.", (*choices, *WAYS_OUT)
    )


def _offers_code_help(memory: Memory, slug: str | None, scene: Scene) -> bool:
    return (
        slug in PASSWORD_SLUGS - {"change-password"}
        and NO_CODE_SLUG in scene.articles
        and NO_CODE_SLUG not in memory.refused
    )


def _for_reason(memory: Memory, reason: str, scene: Scene) -> Turn:
    if reason == "no_code" and NO_CODE_SLUG in scene.articles and NO_CODE_SLUG not in memory.refused:
        return replies.answer(memory, NO_CODE_SLUG, scene, "")
    if reason == "steps":
        return _next_best(memory, scene, phrases.MAYBE_THIS)
    return _next_best(memory, scene, phrases.OTHER_WORDS)


def _next_best(memory: Memory, scene: Scene, sentence: str) -> Turn:
    slugs = [slug for slug in memory.next_best if slug in scene.articles and slug not in memory.refused]
    if not slugs and sentence == phrases.MAYBE_THIS:
        return replies.no_better(memory, scene)
    choices = tuple((ARTICLE + slug, scene.articles[slug].title) for slug in slugs[:MOST_CHOICES])
    return replies.say(memory, sentence, "The next best are offered.", (*choices, *WAYS_OUT))


def _finished(turn: Turn) -> Turn:
    """The first words of all show both ways out; every choice shown may be pressed from now on."""
    lines, memory = turn.lines, turn.memory
    if lines and not memory.spoken and turn.hand_over is None:
        missing = tuple(way for way in WAYS_OUT if way not in lines[-1].choices)
        lines = (*lines[:-1], replace(lines[-1], choices=(*lines[-1].choices, *missing)))
    for line in lines:
        memory = memory.offering(line.choices)
    memory = memory.offering(WAYS_OUT)  # a press on a way out is never refused, whatever fell out of the list
    return replace(turn, lines=lines, memory=replace(memory, spoken=memory.spoken or bool(lines)))


def _on_passwords(candidates: Sequence[Candidate], ranking: Ranking) -> bool:
    return (
        bool(candidates)
        and candidates[0].label in PASSWORD_SLUGS
        and candidates[0].score >= ranking.threshold - NEARLY
    )
