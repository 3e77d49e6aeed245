"""Pure: does a word look like a password? By its letters, digits and signs alone."""

import re

_UNIT = re.compile(
    r"#?\d+(?:[.,:/-]\d+)*(?:st|nd|rd|th|x|s|ms|h|hrs?|m|mins?|minutes?|d|days?|am|pm|k|kb|mb|gb|"
    r"tb|px|%|€|\$|£|usd|eur|"
    r"chars?|characters?|zeichen|times|years?|yo|°|er|e|º|ª)?\+?[.,;:!?)]*"
)
_KNOWN = re.compile(
    r"(?:2fa|mfa|2-factor|1password|keepass\w*|bitwarden|lastpass|win(?:dows)?-?\d+|"
    r"ios-?\d+(?:\.\d+)*|iphone-?\d+\w*|"
    r"android-?\d+|office-?365|o365|mp[34]|covid-?19|utf-?8|sha-?\d+|md5|base64|ipv[46]|html5|"
    r"css3|http2|h264|x64|x86|"
    r"v\d+(?:\.\d+)*|q[1-4]|no-?1|f\d{1,2}|a-z0-9|a-z|0-9|[a-z]\d)[.,;:!?)]*"
)
_NUMBERED = re.compile(r"[a-z]{1,4}-\d{1,6}")
"""Orders, tickets, rooms: letters, a hyphen, digits."""
_SEQUENCE = re.compile(r"abcd|qwer|asdf|yxcv|zxcv|1234|4321|9876")
ADDRESS = re.compile(
    r"(?:https?://|www\.)\S+|[^\s@]+@[^\s@]+\.[^\s@!]+|[\w-]+\.(?:com|org|net|de|fr|es|io|eu|uk|"
    r"pdf|png|jpe?g|docx?|txt|"
    r"html?|xlsx?|zip)\b\S*|/?(?:[\w-]+/)+[\w-]*"
)
_SPECIAL = frozenset("!@#$%^&*+=_~|\\<>?{}[]§€£°")
_NAME = re.compile(r"(?:Mc|Mac|De|Di|Du|La|Le|Van|Von|Fitz)[A-Z][a-z]+$")


def secret_like(word: str, *, told: bool = False, strict: bool = False) -> bool:
    """Whether a word looks made up: letters with digits or special characters.

    `told`: it stands right after "password is", so digits will do. `strict`: only the talk
    speaks for it.
    """
    low = word.lower()
    if told and 4 <= len(word) <= 64 and word.isdigit():
        return True
    if len(word) < 4 or _UNIT.fullmatch(low) or _KNOWN.fullmatch(low) or ADDRESS.fullmatch(low):
        return False
    if not told and _NUMBERED.fullmatch(low):
        return False
    bare = word.rstrip("!?")
    if _mixed(bare) and len(bare) < len(word) and len(word) >= 8:
        return True
    letters, digits = any(c.isalpha() for c in bare), any(c.isdigit() for c in bare)
    inner = any(c in _SPECIAL for c in bare.strip("*_~<>"))
    if strict:
        return letters and digits and len(bare) >= 6 and (inner or any(c.islower() for c in bare))
    return (letters and (digits or inner)) or (told and digits and len(bare) >= 4)


def satisfies_policy(word: str) -> bool:
    """At least 8 characters, upper and lower case and a special one.

    Addresses and plain words with a mark behind them do not count.
    """
    low = word.lower()
    if not 8 <= len(word) <= 256 or ADDRESS.fullmatch(low.rstrip("!?")) or _KNOWN.fullmatch(low):
        return False
    bare = word.rstrip("!?.…")
    digits = any(c.isdigit() for c in bare)
    special = any(not c.isalnum() and c not in "-'’./:,–—()\"" for c in bare) or (
        word.endswith("!") and digits
    )
    special = special or (word.endswith("!") and (_mixed(bare) or bool(_SEQUENCE.search(low))))
    odd = digits or any(c in _SPECIAL for c in bare) or _mixed(bare) or bool(_SEQUENCE.search(low))
    return special and odd and any(c.isupper() for c in word) and any(c.islower() for c in word)


def _mixed(word: str) -> bool:
    """Small letters, and a capital that is not the first: nobody shouts like that."""
    mixed = any(c.islower() for c in word) and any(c.isupper() for c in word[1:]) and word.isalpha()
    return mixed and not _NAME.match(word)
