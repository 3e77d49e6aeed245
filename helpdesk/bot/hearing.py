"""Pure: what kind of message is this? A greeting, thanks, anger, a probe; or a question for the articles."""

import re
from collections.abc import Sequence

from helpdesk.bot.languages import foreign
from helpdesk.bot.memory import Heard
from helpdesk.bot.small_talk import GREETING, kind_of, plain, sign_of
from helpdesk.chat.secrets import MARKERS
from helpdesk.faq.person import wants_person

LONGEST = 500
LONG_STORY = 9
SHORTEST_CLAUSE = 3
MOST_CLAUSES = 8
_OPENING = rf"(?:{GREETING}|ok(?:ay)?|(?:many )?thanks|thank you|thx|well|sorry|hm+)\b[\s,.!:;-]*(?:(?:but|so|and)\b)?"
_LEADING = re.compile(rf"^\s*(?:{_OPENING}[\s,.!:;-]*)+", re.I)
_ANGRY = re.compile(
    r"\b(?:f+u+c+k\w*|wtf|wth|stfu|shut up|bull ?shit|shit(?:ty|show)?|asshole|crap(?:py)? (?:bot|service|"
    r"support|site|company)|"
    r"piss(?:ed)? (?:me )?off|screw you|idiots?|morons?|stupid (?:bot|machine|thing|robot|program|"
    r"site|company|answer)|"
    r"dumb (?:bot|machine|thing|robot|answer)|useless (?:bot|machine|thing|robot|answer|service|"
    r"support|piece)|"
    r"(?:bot|you|this|support|service) (?:is|are|was) (?:so |completely |totally |absolutely |"
    r"utterly |just )?(?:useless|stupid|dumb|ridiculous|pathetic|a joke|"
    r"garbage|terrible|horrible|awful|a disgrace|unacceptable|infuriating|outrageous|idiotic)|"
    r"(?:worst|terrible|horrible|awful|pathetic|lousy|appalling) (?:customer )?(?:service|support|"
    r"company|bot|site|experience)|"
    r"(?:i am|this makes me|i am getting) (?:so |very |really |extremely |absolutely "
    r")?(?:angry|furious|mad at you|fed up|pissed|livid|outraged)|"
    r"fed up with|sick (?:and tired )?of (?:this|you|your)|sick of|waste of (?:my )?time|wasting my time|"
    r"(?:complain|complaint) (?:about|against)|lawyer|sue you|are you (?:kidding|deaf|blind|"
    r"stupid|serious(?:ly)?)|"
    r"unacceptable|(?:it|this|that|you|your \w+|site|website|bot|service|support|company|everything) (?:\w+ )?sucks?|"
    r"hate (?:this|you|your)|stop (?:sending|giving|repeating) (?:me )?(?:the same|"
    r"this|that)|you do not understand)\b",
    re.I,
)
_ADDRESS = r"[^\s@]+@[^\s@]+\.\w+"
_PROBE = re.compile(
    rf"(?:{_ADDRESS}.{{0,60}}\b(?:registered|exists?|an account|have (?:an )?account|a (?:customer|"
    rf"user|member)|in your (?:system|database)|signed up|known)\b"
    rf"|\b(?:is|does|has|check if|check whether|know if|whether|if|registered|account (?:for|with|"
    rf"under))\b.{{0,60}}{_ADDRESS}.{{0,60}}(?:\?|registered|account|exist)"
    rf"|\baccount\b.{{0,30}}\b(?:for|with|under|belongs? to|of)\b.{{0,10}}{_ADDRESS}"
    r"|\b(?:is|are) (?:my|this|that|his|her|their) (?:e-?mail|address|e-?mail address|account)(?: "
    r"address)? (?:still )?(?:registered|known|in your (?:system|database)|on file)\b"
    r"|\bdo(?:es)? (?:i|he|she|they|my \w+|someone|somebody) (?:still |already )?have an account\b"
    r"|\bis there (?:an|any|already an) account (?:for|with|under|on)\b"
    r"|\b(?:does|has) (?:my|this|that|the) account (?:still )?exist)",
    re.I,
)
_SECRET_PROBE = re.compile(
    r"\b(?:what(?:'s| is| was)|whats|tell me|show me|give me|send me|read me|say) (?:my |the |his "
    r"|her )(?:\w+ )?"
    r"(?:verification |security |reset |login |one-time )?code\b(?!.{0,30}\b(?:for|mean|format|look))|"
    r"\b(?:what(?:'s| is| was)|whats) (?:my|his|her|their|the) (?:current |old |login )?password\s*\?*$|"
    r"\b(?:can|could|do|does) (?:you|they|support|staff|agents|any ?one|any ?body|some ?one|your \w+|the \w+) "
    r"(?:actually |really |all )?(?:see|read|know|view) my (?:\w+ )?(?:password|code)s?\s*\?*$",
    re.I,
)
_TICKET = re.compile(r"\b(?:submit|open|create|raise|file|make|send|write)\b.{0,12}\bticket\b")
_BETWEEN = re.compile(r"[.!?;:\n]+|,\s|\b(?:and|but|because|so that|although)\b", re.I)
_OF_STEPS = re.compile(
    r"\b(?:step (?:\d|one|two|three|four)|(?:first|second|third|last|next) step"
    r"|where (?:is|do i find|can i find) (?:the|that|this) (?:link|button|page)"
    r"|what do you mean|(?:say|explain|repeat) (?:that|it) again|i do not understand)\b"
)


def joined(texts: Sequence[str]) -> str:
    """The last texts as one question of at most 500 characters, markers of removed secrets left out."""
    kept: list[str] = []
    length = 0
    for text in reversed(list(texts)):
        words = _without_markers(text[: 2 * LONGEST])[:LONGEST]
        if kept and length + len(words) + 1 > LONGEST:
            break
        kept.append(words)
        length += len(words) + 1
    return " ".join(word for word in reversed(kept) if word)[:LONGEST]


def removed_from(texts: Sequence[str]) -> frozenset[str]:
    """The kinds of secrets that were taken out of these texts."""
    return frozenset(kind for kind, marker in MARKERS.items() if any(marker in text for text in texts))


def heard(texts: Sequence[str]) -> Heard:
    """What the texts amount to, before any article is looked at."""
    removed = removed_from(texts)
    text = joined(texts)
    if not any(letter.isalnum() for letter in text):
        sign = sign_of(text)
        return Heard(sign or "nothing", text if sign else "", removed=removed)
    words = plain(text)
    if _ANGRY.search(words):
        return Heard("angry", text, removed=removed)
    if kind := kind_of(words):
        return Heard(kind, "" if kind == "nothing" else text, removed=removed)
    if _PROBE.search(text):
        return Heard("account_probe", text, removed=removed)
    if _SECRET_PROBE.search(text):
        return Heard("secret_probe", text, removed=removed)
    if language := foreign(text):
        return Heard("foreign", text, language=language, removed=removed)
    return Heard("question", _LEADING.sub("", text) or text, removed=removed)


def clauses(text: str) -> list[str]:
    """The parts of a long story, each of which may hold the question; [] for a short text, or one of a single part."""
    length = len(text.split())
    if length < LONG_STORY:
        return []
    parts = [part.strip() for part in _BETWEEN.split(text)]
    asking = (part for part in parts if kind_of(plain(part)) in (None, "cannot_log_in"))
    found = [part for part in asking if len(part.split()) >= SHORTEST_CLAUSE][:MOST_CLAUSES]
    return [] if len(found) == 1 and len(found[0].split()) == length else found


def asks_about_steps(text: str) -> bool:
    """Whether it comes back to what was just told, such as "what was step 2?"."""
    return bool(_OF_STEPS.search(plain(text)))


def asks_for_ticket(text: str) -> bool:
    """Whether somebody wants to submit a ticket, and does not ask for a person besides."""
    rest, tickets = _TICKET.subn(" ", plain(text))
    return bool(tickets) and not wants_person(rest)


def _without_markers(text: str) -> str:
    for marker in MARKERS.values():
        text = text.replace(marker, " ")
    return " ".join(text.split())
