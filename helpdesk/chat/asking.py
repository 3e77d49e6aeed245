"""Pure: does a message to a customer ask for a password or a code? Support never does."""

import re

_TOLD = (
    r"(?:pass ?words?|pass ?codes?|pass ?phrases?|pwd|pw|log-?in (?:details|data|credentials)|"
    r"credentials|pin|"
    r"(?:verification |security |reset |confirmation |log-?in |one[- ]time |authentication |sms |"
    r"2fa )?codes?|otp|"
    r"card number|cvv|cvc|security (?:answer|question)|passwort|kennwort|zugangsdaten|"
    r"bestätigungscode|contraseña|clave|código|"
    r"mot de passe|mdp|senha|wachtwoord|parola)"
)
_MIDDLE = (
    r"(?:\s+(?:me|us|over|here|back|in|to|with|the|your|a|that|this|current|old|new|exact|full|whole|"
    r"login|account|4|6|8|letter|digit|ihr|sie|dein|tu|su|votre|ton|la|le|sua|uw|je|mir|uns|mich|nous|"
    r"moi|bitte|please|email|and|or|copy|of|both|what|characters?|reset)){0,6}\s+"
)
_GIVE = (
    r"(?:send|give|tell|share|provide|post|paste|type|write|enter|supply|forward|mail|e-?mail|"
    r"text|message|dm|reply with|read(?: out)?|"
    r"let me (?:have|know)|let us (?:have|know)|confirm|state|disclose|reveal|need|want|require|"
    r"have|get|see|know|ask(?:ing)? (?:you )?for|"
    r"schick\w*|sende\w*|nenn\w*|gib|geben|envíe\w*|envie\w*|dime|dígame|díganos|donnez|envoyez|"
    r"dites|indiquez|invia\w*|mi dica|stuur|geef)"
)
_ASK = re.compile(rf"(?<![^\W_]){_GIVE}(?:[-\s]moi)?{_MIDDLE}{_TOLD}(?![^\W_])", re.I)
_WHAT = re.compile(
    rf"(?:what(?:'s|’s| is| was| are| were)|which is|wie (?:ist|lautet|war)|cuál es|quel est|qual "
    rf"è|qual é|wat is)\s+"
    rf"(?:your|the|ihr|sie|dein|tu|su|votre|ton|la|il|a|sua|uw|je)\s+(?:\w+\s+){{0,3}}?{_TOLD}(?![^\W_])",
    re.I,
)
_SHORT = re.compile(
    rf"^\W*(?:(?:and|ok|now|so)\s+)?(?:your|the)\s+(?:\w+\s+){{0,2}}?{_TOLD}\s*(?:,?\s*please\W*|\?)\W*$",
    re.I,
)
_HARMLESS = re.compile(
    r"(?:never|not|n't|n’t|nobody|no one|without|cannot|no need to|niemals|nicht|nie|nunca|jamais|"
    r"ne|mai|nooit)\b[^.!?\n]{0,60}$",
    re.I,
)
_ON_PAGE = re.compile(
    r"^[^.!?\n]{0,60}\b(?:on|in|into|at) (?:the|that|this|our|your|step) (?:\w+ ){0,3}(?:page|"
    r"form|field|box|site|website|screen|link|mail|e-?mail|inbox|app)\b",
    re.I,
)
_INTO_A_FIELD = re.compile(
    r"(?:enter|type|write|confirm(?= (?:the |your )?new pass))\b(?!.*\b(?:me|us|over|here|back|mir|uns)\b)",
    re.I | re.S,
)
_ON_THE_WAY = re.compile(
    r"\b(?:page|form|forgot password|change password|security,|submit|verify|set (?:a|your|the) new)(?![^\W_])",
    re.I,
)
_TO_US = re.compile(
    r"\b(?:here|chat|reply|replying|answer|(?:to|for|with) (?:me|us)|i|we)\b|"
    r"\b(?:press|hit|click|and|then) (?:on )?(?:enter|send|return)\b(?! verification)",
    re.I,
)
_ZIP = re.compile(
    r"(?:error|zip|post|postal|country|promo|discount|voucher|product|order|qr|tracking|source)\s+codes?$",
    re.I,
)
_THING = re.compile(
    r"^\s+(?:policy|policies|rules?|requirements?|managers?|strength|limits?|page|form|field|box|expire[sd]?)\b",
    re.I,
)
_OFFER = re.compile(
    r"(?:we|i|the system|it|support|our team)(?:'ll| will| can| would| have| has|'ve| "
    r"just)*\s+(?:now |then |also )?$",
    re.I,
)
_NOUN = re.compile(r"(?:mail|e-?mail|text|message|post|type|dm)\b", re.I)
_DETERMINER = re.compile(r"\b(?:the|a|an|this|that|our|your|any|each|every|no)\s+(?:\w+\s+)?$", re.I)
_FRESH = re.compile(r"\b(?:new|another|to (?:get|set|choose|reset))\b", re.I)
_NEED = re.compile(r"^(?:need|want|require|have|get|see|know)\b", re.I)
_OF_ALL = re.compile(
    r"^\w+\s+(?:(?:that|strong|long|safe)\s+pass ?words\b|pass ?words\s+(?:with|of|that|which|"
    r"to (?:have|contain|include|use|differ|be (?!sent|told|given|shared|typed|entered)))\b)",
    re.I,
)
_IN_TIME = re.compile(
    r"^\w+\s+(?:that\s+)?(?:(?!your|the|my)\w+\s+)?codes\s+(?:(?:to|must|should)\s+)?(?:be|are)\s+"
    r"(?:entered|typed|used|confirmed)\s+(?:within|in (?:less|under|no more)|before|once|no later)\b",
    re.I,
)
_QUALITY = re.compile(
    r"^(?:\s+(?:must|should|to|that|which))?\s+(?:have|has|contains?|be|includes?|use|with|of)\s+"
    r"(?:at least\s+|a minimum of\s+|between\s+|more than\s+)?(?:\d+|eight|an?|one)\s+"
    r"(?:(?:and|to)\s+\d+\s+|or more\s+|(?:upper|lower)-?\s?case\s+|capital\s+|special\s+|small\s+)?"
    r"(?:characters?|letters?|symbols?|digits?)\b",
    re.I,
)


def asks(text: str) -> bool:
    """Whether somebody is asked to tell a secret; "never send it" and "enter it on the page" are not."""
    for match in [*_ASK.finditer(text), *_WHAT.finditer(text)]:
        before, after = text[max(0, match.start() - 80) : match.start()], text[match.end() : match.end() + 80]
        if _HARMLESS.search(before) or _ZIP.search(match[0]) or _ON_PAGE.search(after):
            continue
        if _THING.search(after):
            continue  # "what is the password policy?"
        if _INTO_A_FIELD.match(match[0]) and _is_a_step(text, match):
            continue
        if _NOUN.match(match[0]) and _DETERMINER.search(before):
            continue  # "the mail with the code" is a thing, not a request
        needs = _NEED.match(match[0]) is not None
        if needs and not re.search(r"\b(?:i|we|ich|wir)\b[^.!?\n]{0,25}$", before, re.I):
            continue
        if needs and _is_a_rule(match[0], after):
            continue
        if (needs or match[0].lower().startswith("ask")) and _FRESH.search(match[0]):
            continue
        if not needs and _OFFER.search(before) and not re.search(r"\b(?:need|want)\b", match[0], re.I):
            continue
        if re.search(r"\byou(?:'ll| will| can)?\s+(?:\w+\s+)?$", before, re.I) and not re.search(
            r"\b(?:can|could|would|will) you\s+(?:\w+\s+)?$", before, re.I
        ):
            continue
        return True
    return bool(_SHORT.search(text))


def _is_a_rule(wanted: str, after: str) -> bool:
    """Whether it is said how passwords must be, or when codes are typed: "we require passwords to have 8 characters"."""
    if _TO_US.search(re.split(r"[.!?\n]", after)[0]):
        return False
    is_of_a_password = re.search(r"pass ?words?$", wanted, re.I) is not None
    is_of_all = _OF_ALL.match(wanted + after) or _IN_TIME.match(wanted + after)
    return bool(is_of_all or (is_of_a_password and _QUALITY.match(after)))


def _is_a_step(text: str, match: re.Match[str]) -> bool:
    """Whether to type it is a step on one of our pages, as the help articles say it: "choose Change Password, enter …"."""
    before, after = text[max(0, match.start() - 200) : match.start()], text[match.end() : match.end() + 120]
    sentence = re.split(r"[.!?\n]", before)[-1] + " … " + re.split(r"[.!?\n]", after)[0]
    return bool(_ON_THE_WAY.search(before) or _ON_THE_WAY.search(after)) and not _TO_US.search(sentence)
