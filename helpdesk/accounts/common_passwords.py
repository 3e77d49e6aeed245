"""Pure: is this one of the passwords that attackers try first? The lists are those of the zxcvbn library.

Compared as a whole, never as a part: `Correct horse battery staple!` holds common words and is a good password. The
lists take 12 MB: they are loaded when somebody chooses the first password.
"""

from functools import cache

MOST_AFFIX = 5
WELL_KNOWN = 3_000
SIGNS = "!@#$%^&*()-_=+.,?;:'\" "
_LEET = str.maketrans("@0135$!7", "aoiessit")


def is_common(password: str) -> bool:
    """Whether the whole is on a list, or a well-known password with some digits and signs around it.

    That makes far more than the 3,000 likeliest passwords that have all kinds of characters: `Password!`,
    `Qwerty123!`, `P@ssw0rd1`.
    """
    whole = password.casefold()
    if whole in _all() or whole.translate(_LEET) in _all():
        return True
    for core, known in ((strip_affixes(whole), _well_known()), (whole.strip(SIGNS), _passwords())):
        around = len(whole) - len(core)
        if 0 < around <= MOST_AFFIX and (core in known or core.translate(_LEET) in known):
            return True
    return False


def strip_affixes(text: str) -> str:
    """The text from its first to its last letter."""
    letters = [i for i, c in enumerate(text) if c.isalpha()]
    return text[letters[0] : letters[-1] + 1] if letters else ""


def _lists() -> dict[str, list[str]]:
    from zxcvbn.frequency_lists import FREQUENCY_LISTS

    lists: dict[str, list[str]] = FREQUENCY_LISTS
    return lists


@cache
def _all() -> frozenset[str]:
    return frozenset(word for words in _lists().values() for word in words)


@cache
def _well_known() -> frozenset[str]:
    return frozenset(_lists()["passwords"][:WELL_KNOWN])


@cache
def _passwords() -> frozenset[str]:
    return frozenset(_lists()["passwords"])
