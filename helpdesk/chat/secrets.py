"""Pure: finds what opens doors (passwords, codes, card numbers, tokens) and takes it out of a text.

Runs before anything is stored, sent on or logged. Rather a harmless word too much goes beside
"my password is" than a password stays. Every pattern is bounded or consumes what it reads, so the time grows
with the length.
"""

import re
import unicodedata
from dataclasses import dataclass

from helpdesk.chat.asking import asks
from helpdesk.chat.secret_passwords import passwords
from helpdesk.chat.secret_plain import is_plain
from helpdesk.chat.secret_shapes import cards, codes, looks_like_code, may_have_digits, tokens

MARKERS = {
    "password": "[removed: password]",
    "card number": "[removed: card number]",
    "token": "[removed: token]",
    "code": "[verification code removed]",
}
MOST_PASSES = 8
Span = tuple[int, int, str]
_MARKER = re.compile("|".join(re.escape(marker) for marker in MARKERS.values()))


@dataclass(frozen=True)
class Scrubbed:
    """The text without its secrets, and which kinds were in it: password, card number, token, code."""

    text: str
    kinds: tuple[str, ...]


def scrub(text: str, *, topic_is_passwords: bool = False) -> Scrubbed:
    """Each secret replaced by its marker; doing it again changes nothing.

    With `topic_is_passwords` every word in the shape of a password goes, whatever stands before it.
    """
    kinds: set[str] = set()
    for _ in range(MOST_PASSES):
        spans = _spans(text, topic_is_passwords)
        if not spans:
            break
        kinds.update(kind for _, _, kind in spans)
        text = _replaced(text, spans)
    return Scrubbed(text, tuple(kind for kind in MARKERS if kind in kinds))


def code_candidates(text: str) -> list[str]:
    """Every run of eight consonants, as XXXXXXXX, at most 20: what may be a live code that must be burned."""
    return codes(_folded(text))


def asks_for_secret(text: str) -> bool:
    """Whether an agent's message asks for a password or a verification code."""
    return asks(_folded(text))


def _spans(text: str, topic: bool) -> list[Span]:
    folded = _folded(text)
    low = folded.lower() if folded.isascii() else "".join(map(_small, folded))
    if not topic and is_plain(folded, low):
        return []
    digits = may_have_digits(folded)
    found: list[Span] = []
    found += [(start, end, "token") for start, end in tokens(folded, low, digits)]
    if digits:
        found += [(start, end, "card number") for start, end in cards(folded, low)]
    found += [(start, end, "code") for start, end in looks_like_code(folded, low, digits)]
    found += [(start, end, "password") for start, end in passwords(folded, low, topic)]
    return _without_overlaps(found, [match.span() for match in _MARKER.finditer(folded)]) if found else []


def _without_overlaps(found: list[Span], fences: list[tuple[int, int]]) -> list[Span]:
    """In order of place; overlapping ones become one of the kind that was found first. Markers stay whole."""
    kept: list[Span] = []
    fence = 0
    for number, (start, end, kind) in sorted(enumerate(found), key=lambda item: (item[1][0], item[0])):
        while fence < len(fences) and fences[fence][1] <= start:
            fence += 1
        if start >= end or (fence < len(fences) and fences[fence][0] < end):
            continue
        if not kept or kept[-1][1] <= start:
            kept.append((start, end, kind))
            rank = number
            continue
        first, last, other = kept[-1]
        kept[-1] = (first, max(last, end), kind if number < rank else other)
        rank = min(rank, number)
    return kept


def _replaced(text: str, spans: list[Span]) -> str:
    parts, place = [], 0
    for start, end, kind in spans:
        parts += [text[place:start], MARKERS[kind]]
        place = end
    return "".join([*parts, text[place:]])


def _folded(text: str) -> str:
    """Wide and styled letters as plain ones, place for place."""
    return text if text.isascii() else "".join(map(_fold, text))


def _fold(letter: str) -> str:
    if letter < "\x80":
        return letter
    plain = unicodedata.normalize("NFKC", letter)
    return plain if len(plain) == 1 else letter


def _small(letter: str) -> str:
    small = letter.lower()
    return small if len(small) == 1 else letter
