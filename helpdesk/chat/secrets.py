"""Pure: finds what opens doors — passwords, verification codes, card numbers, tokens — and takes it out of a text.

Runs before anything is stored, sent on or logged. Rather a harmless word too much is removed beside "my password
is" than a password kept. Every pattern is bounded or consumes what it reads, so the time grows with the length.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from helpdesk.chat import secret_words as words
from helpdesk.chat.secret_shapes import cards, codes, looks_like_code, tokens

MARKERS = {
    "password": "[removed: password]",
    "card number": "[removed: card number]",
    "token": "[removed: token]",
    "code": "[verification code removed]",
}
MOST_PASSES = 6
Span = tuple[int, int, str]


@dataclass(frozen=True)
class Scrubbed:
    """The text without its secrets, and which kinds were in it: password, card number, token, code."""

    text: str
    kinds: tuple[str, ...]


_MARKER = re.compile("|".join(re.escape(marker) for marker in MARKERS.values()))
_ANY_CUE = rf"(?<![^\W_])(?:{'|'.join(sorted(words.PASSWORD_CUES, key=len, reverse=True))})(?![^\W_])"
_CUE = re.compile(
    rf"(?P<cue>{_ANY_CUE})|(?P<wide>{'|'.join(words.WIDE_CUES)})|(?P<pin>(?<![^\W_])pin(?: code| number)?(?![^\W_]))",
    re.I,
)
_OWNER = r"(?:\s+(?:for|of|to|on|für|para|pour|per|von|de)\s+(?:my|the|this|mein|meine[ns]?|mi|mon|[^\W\d_]+@[\w.]+)(?:\s+[\w@.-]{1,40}){0,2}?)?"
_SIGN = re.compile(
    rf"{_OWNER}(?:\s*\([^)\n]{{0,30}}\))?\s*[\"'”’*]?\s*(?:(?:{'|'.join(words.IS)})\s*)?(?:[:=：＝]|-+>|→|⇒|=>)+[ \t]*",
    re.I,
)
_IS = re.compile(rf"{_OWNER}\s*,?\s*(?:(?:{'|'.join(map(re.escape, words.IS))})(?=[\s\"'“‘`«*]))[ \t]*", re.I)
_WIDE_IS = re.compile(r"\s*(?:[是为為はがわを가이은는]|です|है|คือ|هي|היא|הוא|:|：|=)*\s*[:：=「『“\"']?\s*")
_LINK = re.compile(r"\s+(?:to|as|into|with|from|zu|auf|als|a|por|à|par|en|in|per|naar|van|wie|como)\s+", re.I)
_GAP = re.compile(r"[ \t]*[-–—,(/|][ \t]*|[ \t]+|\n")
_TOKEN = re.compile(r"\S+")
_WORD_FIRST = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?:?(?=[\s.,;!?]|$)")
_QUOTED = re.compile(r"[\"“”„«‘'`*]{1,2}([^\"“”„»’'`*\n]{3,120})[\"“”„»’'`*]{1,2}(?=[\s.,;!?)]|$)")
_AFTER = re.compile(
    r"\s+(?:(?:is|was|ist|war|es|est|è|é)\s+(?:my|the|mein|das|mi|la|mon|le|minha|mia|our|his|her)\s+(?:\w+\s+){0,2}?"
    rf"|as\s+(?:my\s+|the\s+|a\s+)?(?:\w+\s+){{0,2}}?|als\s+(?:mein\s+|neues\s+)*|como\s+(?:mi\s+)?|comme\s+(?:mon\s+)?){_ANY_CUE}",
    re.I,
)
_TRIED = re.compile(
    r"(?<![^\W_])(?:tried|try|use|used|using|typed?|typing|enter(?:ed|ing)?|put|set(?: it)?(?: to)?|chose|choose|picked|wrote|"
    r"to|from|was|it's|it is|or|and|also|with|like|as|probé|puse|usé|essayé|versucht|eingegeben|probiert|mit|von|auf)\s+[\"'“`]?",
    re.I,
)
_PAIR = re.compile(r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,4}\s*[:;/|,]\s*")
_TOPIC = re.compile(
    r"(?<![^\W_])(?:log(?:ged|ging)?[ -]?in|sign(?:ed)?[ -]?in|credentials?|zugangsdaten|login|anmeld\w*)(?![^\W_])",
    re.I,
)
_USERINFO = re.compile(r"(?<=://)[^\s/:@]{1,64}:([^\s/@]{1,128})@")
_UNIT = re.compile(
    r"#?\d+(?:[.,:/-]\d+)*(?:st|nd|rd|th|x|s|ms|h|hrs?|m|mins?|minutes?|d|days?|am|pm|k|kb|mb|gb|tb|px|%|€|\$|£|usd|eur|chars?|"
    r"characters?|zeichen|times|years?|yo|°|er|e|º|ª)?[.,;:!?)]*",
    re.I,
)
_KNOWN = re.compile(
    r"(?:2fa|mfa|2-factor|1password|lastpass|win(?:dows)?-?\d+|ios-?\d+(?:\.\d+)*|iphone-?\d+\w*|android-?\d+|office-?365|mp[34]|"
    r"covid-?19|utf-?8|sha-?\d+|md5|base64|ipv[46]|html5|css3|http2|h264|x64|x86|v\d+(?:\.\d+)*|q[1-4]|[a-z]{1,4}-\d{1,6}|no-?1)[.,;:!?)]*",
    re.I,
)
_ADDRESS = re.compile(
    r"(?:https?://|www\.)\S+|[^\s@]+@[^\s@]+\.[^\s@]+|[\w-]+\.(?:com|org|net|de|fr|es|io|eu|uk|pdf|png|jpe?g|docx?|txt|html?|xlsx?|zip)\b\S*|/?(?:[\w-]+/)+[\w-]*",
    re.I,
)
_SPECIAL = frozenset("!@#$%^&*+=_~|\\<>?{}[]§€£°")
_STRIP_RIGHT = ".,;:)]}\"'“”„»’`…"
_STRIP_LEFT = "(\"'“”„«‘’`*[{<"


def scrub(text: str, *, topic_is_passwords: bool = False) -> Scrubbed:
    """Each secret replaced by its marker; doing it again changes nothing. With `topic_is_passwords` every word in
    the shape of a password goes, whatever stands before it.
    """
    kinds: list[str] = []
    for _ in range(MOST_PASSES):
        spans = _spans(text, topic_is_passwords)
        if not spans:
            break
        kinds += [kind for _, _, kind in spans if kind not in kinds]
        text = _replaced(text, spans)
    return Scrubbed(text, tuple(kind for kind in MARKERS if kind in kinds))


def code_candidates(text: str) -> list[str]:
    """Every run of eight consonants, as XXXXXXXX, at most 20: what may be a live code that must be burned."""
    return codes(_folded(text))


def asks_for_secret(text: str) -> bool:
    """Whether an agent's message asks for a password or a verification code."""
    from helpdesk.chat.asking import asks

    return asks(_folded(text))


# -- spans ---------------------------------------------------------------------------------------------


def _spans(text: str, topic: bool) -> list[Span]:
    folded = _folded(text)
    taken = [match.span() for match in _MARKER.finditer(folded)]
    about = topic or bool(_CUE.search(folded)) or bool(_TOPIC.search(folded))
    found: list[Span] = []
    found += [(start, end, "token") for start, end in tokens(folded)]
    found += [(start, end, "card number") for start, end in cards(folded)]
    found += [(start, end, "code") for start, end in looks_like_code(folded)]
    found += [(match.start(1), match.end(1), "password") for match in _USERINFO.finditer(folded)]
    found += [(start, end, "password") for start, end in _after_cues(folded)]
    found += [(start, end, "password") for start, end in _before_cues(folded)]
    if about:
        found += [(start, end, "password") for start, end in _shaped(folded, topic)]
    return _without_overlaps(found, taken)


def _without_overlaps(found: list[Span], taken: list[tuple[int, int]]) -> list[Span]:
    """In order of place; of two that overlap, the one found first stays. Markers are never touched."""
    order = {span: number for number, span in reversed(list(enumerate(found)))}
    kept: list[Span] = []
    fences = sorted(taken)
    fence = 0
    for start, end, kind in sorted(order, key=lambda span: (span[0], order[span])):
        while fence < len(fences) and fences[fence][1] <= start:
            fence += 1
        if start >= end or (fence < len(fences) and fences[fence][0] < end):
            continue
        if kept and kept[-1][1] > start:
            if order[(start, end, kind)] < order[kept[-1]]:
                kept[-1] = (min(start, kept[-1][0]), max(end, kept[-1][1]), kind)
            else:
                kept[-1] = (kept[-1][0], max(end, kept[-1][1]), kept[-1][2])
            continue
        kept.append((start, end, kind))
    return kept


def _replaced(text: str, spans: list[Span]) -> str:
    parts, place = [], 0
    for start, end, kind in spans:
        parts += [text[place:start], MARKERS[kind]]
        place = end
    return "".join([*parts, text[place:]])


def _after_cues(text: str) -> Iterator[tuple[int, int]]:
    """What follows "password:", "password is", "password" or the same in another language."""
    done = 0
    for cue in _CUE.finditer(text):
        if cue.start() < done:
            continue
        span = (
            _wide(text, cue.end())
            if cue["wide"]
            else _after(text, cue.end(), pin=bool(cue["pin"]), cue=cue[0])
        )
        if span:
            done = span[1]
            yield span


def _wide(text: str, place: int) -> tuple[int, int] | None:
    connector = _WIDE_IS.match(text, place)
    start = connector.end() if connector else place
    match = re.compile(r"[!-~]{4,}").match(text, start)
    if match is None or match[0].lower() in words.ORDINARY or _ADDRESS.fullmatch(match[0]):
        return None
    has_letter_only = match[0].isalpha()
    return None if has_letter_only and not (connector and connector[0].strip()) else match.span()


def _after(text: str, place: int, *, pin: bool, cue: str) -> tuple[int, int] | None:
    if pin:
        match = re.compile(r"\s*(?:is|was|ist|es|est|:|=)?\s*:?\s*(\d{4,8})(?!\w)").match(text, place)
        return match.span(1) if match else None
    if (sign := _SIGN.match(text, place)) is not None:
        return _quoted(text, sign.end()) or _told(text, sign.end(), firm=True)
    if (verb := _IS.match(text, place)) is not None:
        if "phrase" in cue.lower() and (rest := _phrase(text, verb.end())):
            return rest
        return _quoted(text, verb.end()) or _told(text, verb.end(), firm=False)
    if (link := _LINK.match(text, place)) is not None:
        return _if(text, link.end(), secret_like)
    if (gap := _GAP.match(text, place)) is not None:
        return _if(text, gap.end(), secret_like)
    return None


def _quoted(text: str, place: int) -> tuple[int, int] | None:
    match = _QUOTED.match(text, place)
    if match is None:
        return None
    inside = match[1].lower().split()
    if any(word.strip(".,!?") in words.ORDINARY for word in inside):
        return None
    return match.span(1)


def _phrase(text: str, place: int) -> tuple[int, int] | None:
    match = re.compile(r"[^\s.,;!?]+(?:[ -][^\s.,;!?]+){2,9}(?=[.,;!?\n]|$)").match(text, place)
    return None if match is None or match[0].split()[0].lower() in words.ORDINARY else match.span()


def _told(text: str, place: int, *, firm: bool) -> tuple[int, int] | None:
    """The word that is told after a cue; past at most four fillers it must look like a password."""
    for skipped in range(5):
        match = _TOKEN.match(text, place)
        if match is None:
            return None
        span = _core(text, *match.span())
        word = text[span[0] : span[1]]
        plain = word.lower().strip("!?*")
        if skipped == 0 and _is_told(text, word, span[1], firm):
            return span
        if skipped and secret_like(word):
            return span
        if plain not in words.FILLERS and plain not in words.ORDINARY:
            return None
        if plain not in words.FILLERS:
            return None
        gap = re.compile(r"[ \t]+").match(text, match.end())
        if gap is None:
            return None
        place = gap.end()
    return None


def _is_told(text: str, word: str, end: int, firm: bool) -> bool:
    if secret_like(word, told=True):
        return True
    plain = word.lower().strip("!?")
    if len(plain) < 4 or not plain.isalpha() or plain in words.ORDINARY or plain.endswith(words.MORPHOLOGY):
        return False
    rest = text[end : end + 40]
    after = rest.lstrip(" \t\"'”’")
    follows = re.compile(r"[^\W\d_]+").match(after)
    ends = (
        not after
        or after[0] in ".,;!?)\n"
        or (follows is not None and follows[0].lower() in words.CLAUSE_ENDS)
    )
    return ends or (firm and word.lower() != word)


def _if(text: str, place: int, test: object) -> tuple[int, int] | None:
    match = _TOKEN.match(text, place)
    if match is None:
        return None
    span = _core(text, *match.span())
    return span if secret_like(text[span[0] : span[1]]) else None


def _before_cues(text: str) -> Iterator[tuple[int, int]]:
    """ "Hunter2!x is my password", "I used it as password"."""
    for match in _AFTER.finditer(text):
        start = max(text.rfind(" ", 0, match.start()), text.rfind("\n", 0, match.start())) + 1
        start, end = _core(text, start, match.start())
        word = text[start:end]
        plain = word.lower().strip("!?")
        told = (
            plain.isalpha()
            and len(plain) >= 5
            and plain not in words.ORDINARY
            and not plain.endswith(words.MORPHOLOGY)
        )
        if start < end and (
            secret_like(word) or (told and " as " not in match[0] and plain not in words.CLAUSE_ENDS)
        ):
            yield start, end


def _shaped(text: str, topic: bool) -> Iterator[tuple[int, int]]:
    """Words in the shape of a password, where the talk is of passwords."""
    for match in _TOKEN.finditer(text):
        start, end = _core(text, *match.span())
        if satisfies_policy(text[start:end]):
            yield start, end
    for lead in (_TRIED, _PAIR):
        for match in lead.finditer(text):
            if (token := _TOKEN.match(text, match.end())) is None:
                continue
            start, end = _core(text, *token.span())
            if secret_like(text[start:end], strict=True):
                yield start, end


# -- shapes of a word ----------------------------------------------------------------------------------


def secret_like(word: str, *, told: bool = False, strict: bool = False) -> bool:
    """Whether a word looks made up: letters with digits or special characters. `told`: right after "password is"."""
    bare = word.rstrip("!?")
    if len(word) < 4 or _UNIT.fullmatch(word) or _KNOWN.fullmatch(word) or _ADDRESS.fullmatch(word):
        return told and 4 <= len(word) <= 64 and word.isdigit()
    letters = any(c.isalpha() for c in bare)
    digits = any(c.isdigit() for c in bare)
    inner = any(c in _SPECIAL for c in bare.strip("*_~<>"))
    if strict:
        upper_code = not any(c.islower() for c in bare) and not inner
        return letters and digits and len(bare) >= 6 and not upper_code
    if letters and (digits or inner):
        return True
    return told and digits and len(bare) >= 4


def satisfies_policy(word: str) -> bool:
    """At least 8 characters with an upper and a lower case letter and a special one; addresses and the like do not count."""
    if len(word) < 8 or len(word) > 256 or _ADDRESS.fullmatch(word) or _KNOWN.fullmatch(word):
        return False
    bare = word.rstrip("!?.…")
    special = any(not c.isalnum() and c not in "-'’./:,–—()\"" for c in bare)
    if not special:
        special = len(bare) < len(word) and any(c.isdigit() for c in bare)
    odd = any(c.isdigit() for c in bare) or any(c in _SPECIAL for c in bare)
    return special and odd and any(c.isupper() for c in word) and any(c.islower() for c in word)


def _core(text: str, start: int, end: int) -> tuple[int, int]:
    while start < end and text[start] in _STRIP_LEFT:
        start += 1
    while start < end and text[end - 1] in _STRIP_RIGHT:
        end -= 1
    return start, end


def _folded(text: str) -> str:
    """Wide and styled letters as plain ones, place for place."""
    if text.isascii():
        return text
    return "".join(map(_fold, text))


def _fold(letter: str) -> str:
    if letter < "\x80":
        return letter
    plain = unicodedata.normalize("NFKC", letter)
    return plain if len(plain) == 1 else letter
