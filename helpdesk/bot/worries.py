"""Pure: worries about an account, or about being understood, that no article may be about and that need an answer."""

import re

from helpdesk.bot import phrases
from helpdesk.bot.memory import Heard
from helpdesk.bot.replies import NO_CODE_SLUG, PASSWORD_SLUGS, PEOPLE_SLUG
from helpdesk.bot.small_talk import plain

_MINE = r"(?:my|the) (?:\w+ )?(?:account|profile|login|password|email|e mail)"
_SOMEBODY = (
    r"(?:some ?(?:one|body)(?: else)?|a stranger|strangers|an? (?:attacker|thief|hacker)|hackers|my ex|he|she"
    r"|they)"
)
_NEVER = r"(?:did not|have not|had not|never|not)"
_MAIL = r"(?:codes?|e ?mails?|mails?|messages?|letters?|links?|resets?|invitations?|notifications?)"
_TAKEOVER = re.compile(
    rf"\b(?:hacked|hijacked|phished|taken over|compromised)\b.{{0,40}}\b{_MINE}\b"
    rf"|\b{_MINE}\b.{{0,30}}\b(?:hacked|hijacked|taken over|compromised|under attack)\b"
    r"|\bi (?:was|have been|got|am|am being) (?:hacked|phished)\b"
    rf"|\b{_SOMEBODY} (?:(?:is|was|has|have|had|just|keeps?|got|gets|been) )*(?:logg\w+ |log |sign\w* )?"
    rf"(?:in|into|inside|access\w*(?: to| in)?|using|uses|used|changed|took over|hacked|broke into) {_MINE}\b"
    r"|\b(?:password|email|e mail|address) (?:was|has been|got|is) (?:changed|reset)\b.{0,40}"
    r"\b(?:not (?:by )?me|i (?:did not|never)|without (?:me|my))\b"
    r"|\b(?:change|changed)\b.{0,30}\b(?:i did not|i never|it was not me|was not me)\b"
    r"|\b(?:it|that) was not me\b"
    r"|\b(?:unknown|strange|suspicious|unrecogni[sz]ed) (?:login|log in|sign in|device)\b"
)
_NOT_ASKED_FOR = re.compile(
    rf"\b{_MAIL}\b.{{0,60}}\b{_NEVER} (?:ask|request|want|order)\w*\b"
    rf"|\b(?:did not|have not|never) (?:ask|request)\w* .{{0,30}}\b(?:{_MAIL}|password)\b"
)
_LOST_MAILBOX = re.compile(
    r"\b(?:no|not|lost|lose|without|losing)\b.{0,24}\baccess\b.{0,24}\b(?:e ?mails?|mails?|mailbox|inbox)\b"
    r"|\b(?:e ?mail|mail)(?: \w+)? (?:address |account )?(?:is|was|does|has) "
    r"(?:gone|deleted|closed|dead|old|not exist|not work)\b"
    r"|\bcan not (?:access|open|get into|read) (?:my|the|that) (?:old )?(?:e ?mails?|mails?|mailbox|inbox)\b"
)
_WHICH_ADDRESS = re.compile(
    r"\b(?:which|what) (?:e ?mail|mail|address)\b.{0,30}\b(?:i|my|me)\b"
    r"|\bwhat is my (?:registered )?(?:e ?mail|mail)\b"
    r"|\b(?:not (?:remember|know)|forgot|forgotten) (?:which |what |my |the )*(?:e ?mail|mail)\b"
)
_RESEND = r"send (?:(?:the|a) (?:\w+ )?code (?:again|once more|one more time)|(?:another|a new|a second) (?:\w+ )?code)\b"
"""What *Resend code* is for: nobody is given that code."""
_ASKED_FOR_SECRET = re.compile(
    rf"\b(?:{_SOMEBODY}|(?:a|the|some) (?:man|woman|guy|caller|person|agent)|caller|support|agent|you)\b.{{0,40}}"
    r"\b(?:ask|asks|asked|asking|need|needs|want|wants|wanted|called|phoned|texted)\b.{0,40}"
    r"\bmy (?:\w+ )?(?:password|code)\b"
    rf"|\b(?:should|can|may|must|shall|do) i (?:have to |need to )?(?!{_RESEND})"
    r"(?:give|send|tell|share|read)\b.{0,40}"
    r"\b(?:password|code)\b"
    r"|\bis (?:this|it)(?: \w+)? (?:really |actually )?(?:legit\w*|real|genuine|fake|a scam|a fraud"
    r"|phishing|official|the real support|support)\b|\b(?:can|should) i trust\b"
    r"|\bis (?:this|the|that) (?:chat|page|link|site|website|e ?mail|mail|message) (?:safe|secure)\b"
    r"|\b(?:safe|secure) to (?:give|tell|share|send|enter|type|click|open)\b"
)
_TOO_MANY_TRIES = re.compile(
    r"^(?!.*\b(?:pin|card|sim|puk)\b)"  # theirs is no pause of ours
    r".*(?:\btoo many (?:\w+ ){0,3}(?:attempts|tries|times|requests|codes|logins)\b|\btoo many (?:wrong|failed)\b"
    r"|\btemporarily (?:locked|blocked)\b)"
)
_TONGUES = (
    r"(?:german|deutsch|spanish|espa[nñ]ol|french|fran[cç]ais|italian[oa]?|portugu[eê]se?s?|dutch|polish|turkish|russian"
    r"|arabic|chinese|japanese|english|hindi|(?:other|another|my|which|what) languages?)"
)
_LANGUAGE = re.compile(
    r"\b(?:do|does|can|could|may) (?:you|we|i|any ?one|any ?body|some ?one|some ?body)(?: \w+){0,2}? "
    rf"(?:speak|talk|write|chat|answer|reply|understand|continue)\b.{{0,20}}\b{_TONGUES}\b"
    rf"|\b(?:what|which) languages?\b.{{0,20}}\b(?:speak|know|understand|support)\b|^{_TONGUES}(?: please)?$"
    rf"|\b(?:sprechen|sprichst|habla|hablas|hablan|parlez|parla|parli|fala|falas)\b.{{0,12}}\b{_TONGUES}\b"
)
_ADVICE = (
    (_TAKEOVER, phrases.TAKEOVER),
    (_NOT_ASKED_FOR, phrases.NOT_ASKED_FOR),
    (_LOST_MAILBOX, phrases.LOST_MAILBOX),
    (_ASKED_FOR_SECRET, phrases.NEVER_ASKS),
    (_TOO_MANY_TRIES, phrases.TOO_MANY_TRIES),
    (_WHICH_ADDRESS, phrases.WHICH_ADDRESS),
    (_LANGUAGE, phrases.ENGLISH_ONLY),
)
FOR_PEOPLE = frozenset((phrases.TAKEOVER, phrases.LOST_MAILBOX))
"""The advice after which a person must see to it."""
STARTERS = PASSWORD_SLUGS | {NO_CODE_SLUG, PEOPLE_SLUG}
"""The articles that every desk starts with."""


def advice_for(heard: Heard) -> str | None:
    """What to say to such a worry; None for anything else. An article that the editors added goes first."""
    if heard.kind not in ("question", "person", "cannot_log_in", "can_log_in"):
        return None
    label = heard.ranking.label if heard.ranking else None
    if label is not None and label not in STARTERS:
        return None
    words = plain(heard.text)
    advice = next((advice for pattern, advice in _ADVICE if pattern.search(words)), None)
    return advice if heard.kind != "person" or advice in (*FOR_PEOPLE, phrases.NEVER_ASKS) else None
