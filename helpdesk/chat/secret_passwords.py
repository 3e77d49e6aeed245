"""Pure: passwords in running text: told after a cue, named before one, or in the shape of one."""

import re
from collections.abc import Iterable, Iterator

from helpdesk.chat import secret_words as words
from helpdesk.chat.secret_looks import ADDRESS, satisfies_policy, secret_like

Place = tuple[int, int]

_EDGE, _STOP = r"(?<![^\W_])", r"(?![^\W_])"
_ANY_CUE = rf"(?:{'|'.join(sorted(words.PASSWORD_CUES, key=len, reverse=True))}){_STOP}"
_CUE = re.compile(rf"{_EDGE}{_ANY_CUE}")
CUE_STARTS = frozenset(cue[:3] for cue in words.PASSWORD_CUES)
_ANY_CUE_START = re.compile("|".join(sorted({*CUE_STARTS, "pin"})))
_PIN = re.compile(
    r"pins?(?: code| number)?(?: (?:that )?i \w{1,12})?\s*(?:is|was|ist|es|est|:|=)?\s*:?\s*(\d{4,8})(?!\w)"
)
_WIDE = re.compile("|".join(words.WIDE_CUES))
REACH = 300
_WIDE_IS = re.compile(r"\s*(?:[是为為はがわを가이은는]|です|है|คือ|هي|היא|הוא|:|=)*\s*[:=「『“\"']?\s*")
_LATIN_RUN = re.compile(r"[!-~]{4,}")
_WORD = re.compile(r"[^\W\d_]+")
_TOKEN = re.compile(r"\S+")
_SPACES = re.compile(r"[ \t\"'“”„«‘`*]+")
_OWNER = (
    r"(?:\s+(?:for|of|to|on|für|para|pour|per|von|de)\s+(?:my|the|this|mein|meinen?|mi|mon|[^\W\d_]+@[\w.]+)"
    r"(?:\s+[\w@.-]{1,40}){0,2}?|\s+(?:that\s+|which\s+|que\s+|che\s+)?"
    r"(?:i|we|you|he|she|ich|wir|eu|yo|io)\s+(?:[^\W\d_]{1,20}\s+){0,2}?"
    r"[^\W\d_]{1,20}|\s+(?:actuel|actuelle|actual|anterior|antigua|antiga|nueva|nova|nouveau|"
    r"attuale|vecchia|nuova|atual))?"
)
_VERB = rf"(?:{'|'.join(sorted(words.IS, key=len, reverse=True))})"
_SIGN = re.compile(
    rf"{_OWNER}(?:\s*\([^)\n]{{0,30}}\))?\s*[\"'”’*]?\s*(?:{_VERB}\s*)?(?:(?:[:=]|->|→|⇒|=>)[ \t]*){{1,3}}\n?"
)
_IS = re.compile(rf"{_OWNER}\s*,?\s*{_VERB}(?=[\s\"'“‘`«*])[ \t]*")
_LINK = re.compile(
    r"\s+(?:actuel|actuelle|actual|anterior|nuevo|nueva|nova|nouveau|attuale|nuova|atual|neu|"
    r"alt)\s+|\s+(?:it\s+|mine\s+|this\s+)?(?:to|as|into|with|from|zu|auf|als|a|por|à|par|en|in|"
    r"per|naar|"
    r"van|wie|como)\s+"
)
_GAP = re.compile(r"[ \t]*[-–—,(/|][ \t]*|[ \t]+|\n")
_QUOTED = re.compile(r"[\"“”„«‘'`*]{1,2}([^\"“”„»’'`*\n]{3,120})[\"“”„»’'`*]{1,2}(?=[\s.,;!?)]|$)")
_QUOTED_BEFORE = re.compile(r"[\"“„«‘'`]([^\"“”„»‘`\n]{3,120})[\"”“»’'`]$")
_TYPED = re.compile(
    rf"{_EDGE}(?:tried|typed?|typing|enter(?:ed|ing)?|used|using|eingegeben|tippe|puse|tapé)\s+"
)
_WANTED = re.compile(
    rf"{_EDGE}(?:(?:set|reset|change|switch|make) (?:it|mine) (?:to|into|be)|(?:old|new|current|former|previous)\s*:)\s+"
)
_PHRASE = re.compile(r"[^\s.,;!?]+(?:[ -][^\s.,;!?]+){2,9}(?=[.,;!?\n]|$)")
_AFTER = re.compile(
    r"(?<!\s)\s+(?:(?:is|was|ist|war|es|est|è|é|to jest)\s+(?:my|the|mein|das|mi|la|mon|le|minha|mia|our|"
    r"his|her|moje)\s+"
    rf"(?:\w{{1,20}}\s+){{0,2}}?|as\s+(?:my\s+|the\s+|a\s+)?(?:\w{{1,20}}\s+){{0,2}}?|"
    rf"als\s+(?:mein\s+|neues\s+)*"
    rf"|como\s+(?:mi\s+)?|comme\s+(?:mon\s+)?){_ANY_CUE}"
)
_TRIED = re.compile(
    rf"{_EDGE}(?:tried|try|use|used|using|typed?|typing|enter(?:ed|ing)?|put|set|chose|choose|"
    rf"picked|wrote|to|from|was|is|ist|es|est|era|är|"
    r"it's|it is|or|and|also|with|like|as|probé|puse|usé|essayé|versucht|eingegeben|probiert|mit|von|auf)\s+"
)
_PAIR = re.compile(r"@[\w-]{1,63}(?:\.[\w-]{1,63}){1,4}\s*[:;/|,]\s*")
_USERINFO = re.compile(r"(?<=://)[^\s/:@]{1,64}:([^\s/@]{1,128})@")
_TOPIC = re.compile(r"log(?:ged|ging)?[ -]?in|sign(?:ed)?[ -]?in|credential|zugangsdaten|anmeld")
_RIGHT = ".,;:)]}\"'“”„»’`…"
_LEFT = "(\"'“”„«‘’`*[{<"
_MARKED = re.compile(r"(\*{1,3}|_{1,3}|~~)(?=\S)([^\n]{1,200}?)(?<=\S)\1(?!\w)")
"""Words between marks, as articles have them: **Forgot Password?**"""
_MADE_UP_WORD = re.compile(r"[^\W\d_]{4,32}")


def passwords(text: str, low: str, topic: bool) -> Iterator[Place]:
    """Where passwords stand. `low` is the text in small letters, place for place.

    `topic`: the talk is of passwords, whatever the text itself says.
    """
    cues = list(_cues(low))
    wide = list(_WIDE.finditer(low)) if not low.isascii() else []
    if "://" in low:
        yield from (match.span(1) for match in _USERINFO.finditer(text))
    yield from _after_cues(text, low, cues)
    yield from (place for match in wide if (place := _after_wide(text, match.end())))
    if "@" in low:
        yield from _led_to(text, _PAIR.finditer(low))
    if cues:
        yield from _before_cues(text, low)
    if topic or cues or wide or _TOPIC.search(low):
        yield from _shaped(text)
    if topic or cues or wide:
        yield from _led_to(text, _TRIED.finditer(low))
    else:
        led = (place for lead in (_TYPED, _WANTED) for place in _led_to(text, lead.finditer(low)))
        yield from (place for place in led if satisfies_policy(text[slice(*place)]))


def _cues(low: str) -> Iterator[re.Match[str]]:
    for word in _WORD.finditer(low) if _ANY_CUE_START.search(low) else ():
        if word[0][:3] in CUE_STARTS and (cue := _CUE.match(low, word.start())):
            yield cue
        elif word[0] in ("pin", "pins") and (pin := _PIN.match(low, word.start())):
            yield pin


def _after_cues(text: str, low: str, cues: list[re.Match[str]]) -> Iterator[Place]:
    """What follows "password:", "password is", "password" or the same in another language."""
    done = 0
    for cue in cues:
        if cue.start() < done:
            continue
        if cue.re is _PIN:
            yield cue.span(1)
        elif place := _after(text, low, cue):
            done = place[1]
            yield place


def _after(text: str, low: str, cue: re.Match[str]) -> Place | None:
    end = cue.end()
    near = end + REACH  # these patterns take the square of the spaces that they look through
    if (sign := _SIGN.match(low, end, near)) is not None:
        return _quoted(text, sign.end()) or _told(text, low, sign.end(), firm=True)
    if (verb := _IS.match(low, end, near)) is not None:
        phrase = _PHRASE.match(low, verb.end()) if "phrase" in cue[0] else None
        if phrase is not None and phrase[0].split()[0] not in words.COMPLAINTS:
            return phrase.span()
        told = _quoted(text, verb.end()) or _told(text, low, verb.end(), firm=False)
        # Of several passwords people say how they are, not what they are.
        many = cue[0].endswith("s") and told is not None and text[told[0] : told[1]].isalpha()
        return None if many and not cue[0].endswith("pass") else told
    gap = _LINK.match(low, end, near) or _GAP.match(low, end)
    token = _TOKEN.match(text, gap.end()) if gap else None
    if token is None:
        return None
    place = core(text, *token.span())
    return place if secret_like(text[place[0] : place[1]]) else None


def _quoted(text: str, start: int) -> Place | None:
    match = _QUOTED.match(text, start)
    if match is None or any(word.strip(".,!?") in words.COMPLAINTS for word in match[1].lower().split()):
        return None
    return match.span(1)


def _told(text: str, low: str, start: int, *, firm: bool) -> Place | None:
    """The word that is told after a cue; past at most four fillers it must look like a password."""
    named = True
    for _ in range(5):
        token = _TOKEN.match(text, start)
        if token is None:
            return None
        place = core(text, *token.span())
        word = text[place[0] : place[1]]
        if _is_told(low, word, place[1], firm) if named else secret_like(word):
            return place
        named = named and word.lower() in words.NAMING
        if word.lower() not in words.FILLERS:
            return None
        gap = _SPACES.match(text, token.end())
        if gap is None:
            return None
        start = gap.end()
    return None


def _is_told(low: str, word: str, end: int, firm: bool) -> bool:
    if secret_like(word, told=True):
        return True
    plain = word.lower().strip("!?")
    if not _MADE_UP_WORD.fullmatch(plain) or plain in words.ORDINARY or plain.endswith(words.MORPHOLOGY):
        return False
    after = low[end : end + 40].lstrip(" \t\"'”’")
    follows = _WORD.match(after)
    ends = not after or after[0] in ".,;!?)\n" or (follows is not None and follows[0] in words.CLAUSE_ENDS)
    return ends or (firm and word.lower() != word)


def _after_wide(text: str, end: int) -> Place | None:
    connector = _WIDE_IS.match(text, end)
    assert connector is not None
    run = _LATIN_RUN.match(text, connector.end())
    if run is None:
        return None
    place = core(text, *run.span())
    word = text[place[0] : place[1]]
    if word.lower() in words.ORDINARY or ADDRESS.fullmatch(word.lower()) or len(word) < 4:
        return None
    return place if connector[0].strip() or not word.isalpha() else None


def _before_cues(text: str, low: str) -> Iterator[Place]:
    """ "Hunter2!x is my password", "I used it as password"."""
    for match in _AFTER.finditer(low):
        if quoted := _QUOTED_BEFORE.search(text, max(0, match.start() - 130), match.start()):
            if not any(word.strip(".,!?") in words.COMPLAINTS for word in quoted[1].lower().split()):
                yield quoted.span(1)
            continue
        start = max(low.rfind(" ", 0, match.start()), low.rfind("\n", 0, match.start())) + 1
        place = core(text, start, match.start())
        word = text[place[0] : place[1]]
        plain = word.lower().strip("!?")
        told = len(plain) >= 5 and plain.isalpha() and plain not in words.ORDINARY | words.CLAUSE_ENDS
        named = (
            told
            and not plain.endswith(words.MORPHOLOGY)
            and match[0].split()[0] in ("is", "was", "ist", "war")
        )
        if secret_like(word, told=True) or named:
            yield place


def _shaped(text: str) -> Iterator[Place]:
    """Words in the shape of a password, where the talk is of passwords."""
    marks = {at for match in _MARKED.finditer(text) for at in range(*match.span()) if not _within(match, at)}
    for token in _TOKEN.finditer(text):
        if token.end() - token.start() >= 8:
            start, end = core(text, *token.span())
            if satisfies_policy(text[start:end]) and _is_more_than_marked(text, start, end, marks):
                yield start, end


def _within(marked: re.Match[str], at: int) -> bool:
    return marked.start(2) <= at < marked.end(2)


def _is_more_than_marked(text: str, start: int, end: int, marks: set[int]) -> bool:
    """Whether it is in the shape of a password without the marks and the link that make it bold or blue, too."""
    word = text[start:end]
    plain = "".join(text[at] for at in range(start, end) if at not in marks)
    if word == plain and "](" not in word:
        return True
    parts = plain.split("](")
    return any(c.isdigit() for c in parts[0]) or any(satisfies_policy(part) for part in parts)


def _led_to(text: str, leads: Iterable[re.Match[str]]) -> Iterator[Place]:
    done = 0
    for lead in leads:
        if lead.end() < done:
            continue
        after = _TOKEN.match(text, lead.end())
        if after is not None:
            done = after.end()
            start, end = core(text, *after.span())
            if secret_like(text[start:end], strict=True):
                yield start, end


def core(text: str, start: int, end: int) -> Place:
    """The word without the quotes, brackets and stops around it."""
    while start < end and text[start] in _LEFT:
        start += 1
    while start < end and text[end - 1] in _RIGHT:
        end -= 1
    return start, end
