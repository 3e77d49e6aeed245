"""Pure: what kind of message is this? A greeting, thanks, anger, a probe; or a question for the articles."""

import re
import unicodedata
from collections.abc import Sequence

from helpdesk.bot.languages import foreign
from helpdesk.bot.memory import Heard, Kind

LONGEST = 500
REMOVED = {
    "password": "[removed: password]",
    "card number": "[removed: card number]",
    "token": "[removed: token]",
    "code": "[verification code removed]",
}
_GREETING = (
    r"(?:hi+|hey+|hello+|helo|hallo|hiya|howdy|greetings|yo|good (?:morning|afternoon|evening|day)|"
    r"(?:hi|hello|hey|dear) (?:there|all|team|everyone|support|again|assistant|sir|madam))"
)
_GREETINGS = re.compile(rf"{_GREETING}(?:[\s,]+{_GREETING})*(?:,? how are you(?: doing)?(?: today)?)?")
_LEADING = re.compile(rf"^\s*{_GREETING}\b[\s,.!:;-]*(?:{_GREETING}\b[\s,.!:;-]*)*", re.I)
_SAYINGS: tuple[tuple[Kind, re.Pattern[str]], ...] = (
    (
        "thanks",
        re.compile(
            r"(?:ok(?:ay)?|great|perfect|super|cool|nice|wonderful|awesome|excellent|good|fine|"
            r"alright|all right|got it|"
            r"that(?:'s| is) (?:great|all|perfect)|i see)?[\s,.!]*(?:(?:many |no |ok )?(?:thanks|"
            r"thank you|thank u|thx|"
            r"thanx|tnx|ty|cheers|much appreciated|appreciate it)(?: (?:so much|very much|a lot|a "
            r"bunch|a million|again|"
            r"for (?:the|your|all your) (?:help|support|answer|time)|for helping(?: me)?|anyway|"
            r"all|mate|buddy|guys|you))*)"
            r"|ok(?:ay)?|great|perfect|cool|nice|wonderful|awesome|excellent|got it|alright|all "
            r"right|i see|fine"
        ),
    ),
    (
        "goodbye",
        re.compile(
            r"(?:good ?)?bye(?: ?bye)?(?: now)?|see (?:you|ya)(?: later)?|"
            r"have a (?:nice|good|great) "
            r"(?:day|one|evening)|cya|good night"
        ),
    ),
    (
        "who_are_you",
        re.compile(
            r"(?:who|what) are you|are you (?:a |an )?(?:ro)?bot|are you (?:a )?(?:machine|"
            r"program|computer|ai|real)|"
            r"(?:who|what) am i (?:talking|speaking|chatting|writing) (?:to|with)|what(?:'s| is) your name|"
            r"is this (?:a )?(?:ro)?bot|what can you do|are you chat ?gpt"
        ),
    ),
    (
        "worked",
        re.compile(
            r"(?:yes,? )?(?:it|that|this)(?: has| just)? (?:worked|works|helped|helps|did it|did "
            r"the trick)(?: now| fine| perfectly)?|"
            r"(?:yes,? )?(?:problem|issue|it(?:'s| is)) (?:is )?(?:solved|fixed|resolved)|solved|"
            r"fixed|i(?:'m| am) (?:back )?in(?: now)?|"
            r"it (?:is )?work(?:s|ing) now"
        ),
    ),
    (
        "did_not_work",
        re.compile(
            r"(?:no,? )?(?:(?:it|that|this)(?: still)?|still|the steps) (?:did ?n[o']?t|does "
            r"?n[o']?t|do ?n[o']?t|did not|does not|do not|has ?n't|not) "
            r"(?:work(?:ing|ed)?|help(?:ed|ing)?|solve (?:it|my problem|anything)|answer my "
            r"question)(?: for me| at all| either| sorry)?|"
            r"(?:no,? )?(?:that|this|it)(?:'s| is| was) (?:not (?:it|helpful|what i (?:asked|"
            r"meant|need|want)(?: for)?|my (?:question|problem))|wrong|useless|no help|not the "
            r"(?:answer|problem))|"
            r"not helpful|wrong answer|tried (?:that|it|this)(?: already)?|i (?:already |have "
            r"already )?(?:tried|did) (?:that|it|this|all that|everything)(?: already)?|"
            r"nope,? (?:still )?(?:not|no)(?: working)?|no help|unhelpful"
        ),
    ),
    (
        "yes",
        re.compile(
            r"y(?:es|eah|ep|up|a)?"
            r"(?:,? (?:please|it did|it does|sure|of course|thanks))?|sure|of course|"
            r"correct"
        ),
    ),
    (
        "no",
        re.compile(
            r"n(?:o|ope|ah|ot really)?"
            r"(?:,? (?:it did ?n[o']?t|it does ?n[o']?t|sorry|not really|not at "
            r"all))*"
        ),
    ),
    (
        "can_log_in",
        re.compile(
            r"(?:yes,? )?i (?:still )?can(?: still)?(?: log ?in| sign ?in)?|"
            r"(?:yes,? )?i(?:'m| am) "
            r"(?:still )?logged ?in"
        ),
    ),
    (
        "cannot_log_in",
        re.compile(
            r"(?:no,? )?i (?:can'?t|can ?not)(?: log ?in| sign ?in)?(?: any ?more)?|"
            r"(?:no,? )?i(?:'m| am) "
            r"(?:locked|logged) out"
        ),
    ),
)

_ANGRY = re.compile(
    r"\b(?:f+u+c+k\w*|wtf|wth|bull ?shit|shit(?:ty|show)?|asshole|crap(?:py)? (?:bot|service|"
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
    r"(?:i'?m|i am|this makes me|i'm getting) (?:so |very |really |extremely |absolutely "
    r")?(?:angry|furious|mad at you|fed up|pissed|livid|outraged)|"
    r"fed up with|sick (?:and tired )?of (?:this|you|your)|sick of|waste of (?:my )?time|wasting my time|"
    r"(?:complain|complaint) (?:about|against)|lawyer|sue you|are you (?:kidding|deaf|blind|"
    r"stupid|serious(?:ly)?)|"
    r"unacceptable|hate (?:this|you|your)|stop (?:sending|giving|repeating) (?:me )?(?:the same|"
    r"this|that)|you (?:don'?t|do not) understand)\b",
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
    r"\b(?:what(?:'s| is| was)|whats) (?:my|his|her|their|the) (?:current |old |login )?password\s*\?*$",
    re.I,
)
_EDGES = re.compile(r"^[^\w]+|[^\w]+$")
_REPEATED = re.compile(r"([a-z])\1{2,}")


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
    return frozenset(kind for kind, marker in REMOVED.items() if any(marker in text for text in texts))


def heard(texts: Sequence[str]) -> Heard:
    """What the texts amount to, before any article is looked at."""
    removed = removed_from(texts)
    text = joined(texts)
    plain = _plain(text)
    if not any(letter.isalnum() for letter in plain):
        return Heard("nothing", "", removed=removed)
    if _ANGRY.search(text.replace("’", "'")):
        return Heard("angry", text, removed=removed)
    if _GREETINGS.fullmatch(plain):
        return Heard("greeting", text, removed=removed)
    rest = _plain(_LEADING.sub("", text))
    for kind, pattern in _SAYINGS:
        if pattern.fullmatch(plain) or (rest and pattern.fullmatch(rest)):
            return Heard(kind, text, removed=removed)
    if _PROBE.search(text):
        return Heard("account_probe", text, removed=removed)
    if _SECRET_PROBE.search(text):
        return Heard("secret_probe", text, removed=removed)
    if language := foreign(text):
        return Heard("foreign", text, language=language, removed=removed)
    return Heard("question", _LEADING.sub("", text) or text, removed=removed)


def _plain(text: str) -> str:
    text = unicodedata.normalize("NFKC", text).replace("’", "'").lower()
    text = "".join(letter for letter in text if letter.isalnum() or letter in " ',.!?-\n")
    text = _EDGES.sub("", " ".join(text.split()))
    return _REPEATED.sub(r"\1\1", text).replace("!", "").replace("?", "").strip(" .,-")


def _without_markers(text: str) -> str:
    for marker in REMOVED.values():
        text = text.replace(marker, " ")
    return " ".join(text.split())
