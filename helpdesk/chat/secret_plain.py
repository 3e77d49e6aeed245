"""Pure: most messages hold nothing with which any kind of secret begins. That is seen in a fraction of the time.

Each pattern of the other modules needs one of: a digit, an `@`, a `://`, eleven signs without a space, eight letters or
separators without a vowel, a letter beyond ASCII, or a word that begins as one of LEADS does.
"""

import re

from helpdesk.chat.secret_passwords import CUE_STARTS

LEADS = frozenset({
    *(start for start in CUE_STARTS if start.isascii()), "pin",  # told after a cue
    "log", "sig", "cre", "zug", "anm",  # the talk is of signing in
    "tri", "typ", "ent", "use", "usi", "ein", "tip", "pus", "tap",  # typed, tried
})  # fmt: skip
_CONSONANTS = frozenset("BCDFGHJKLMNPQRSTVWXZbcdfghjklmnpqrstvwxz \t\n._*/-")
_CLASSES = bytes(
    ord("0") if chr(n).isdigit() or chr(n) == "@" else ord("c") if chr(n) in _CONSONANTS else ord("-")
    for n in range(256)
)
_SPACES = bytes(ord(" ") if chr(n).isspace() else ord("x") for n in range(256))


def _any_of(starts: frozenset[str]) -> str:
    """By first letters: the engine passes over all others."""
    first = {start[0] for start in starts}
    return "|".join(
        f"{letter}(?:{'|'.join(sorted(start[1:] for start in starts if start[0] == letter))})"
        for letter in sorted(first)
    )


_LEAD = re.compile(_any_of(LEADS))


def is_plain(text: str, low: str) -> bool:
    """Whether no pattern can find anything in `text`; `low` is the same in small letters."""
    if not text.isascii():
        return False
    raw = text.encode()
    kinds = raw.translate(_CLASSES)
    return (
        b"0" not in kinds
        and b"cccccccc" not in kinds
        and b"xxxxxxxxxxx" not in raw.translate(_SPACES)
        and "://" not in low
        and "-----begin" not in low
        and "uthorization: basic " not in low
        and _LEAD.search(low) is None
    )
