"""Pure: a visitor's wording without what could name a person or open a door."""

import re
import unicodedata

LONGEST_WORDING = 200
LONGEST_READ = 600
_REMOVED = (
    ("[link]", re.compile(r"(?i)\b(?:https?://|www\.)\S+")),
    ("[email]", re.compile(r"\S+@\S+")),
    (
        "[removed]",
        re.compile(r"(?i)(?<=password is )\S+|(?<=password: )\S+|(?<=code is )\S+|(?<=pin is )\S+"),
    ),
    ("[name]", re.compile(r"(?<=[Mm]y name is )\w+(?: [A-Z]\w+)*")),
    ("[removed]", re.compile(r"\b(?=\w*\d)(?=\w*[A-Za-z])\w{6,}\b")),
    # A plain word with its mark of exclamation is a word; with anything more it looks like a password.
    (
        "[removed]",
        re.compile(
            r"(?<!\S)(?![A-Za-z][a-z']*[!?]+(?!\S))\S*(?:[A-Za-z]\S*[!#$%&*+=^_~]|\d\S*[!#$%&*+=^_~])\S*"
        ),
    ),
    ("[number]", re.compile(r"\+?\d[\d\s().-]{3,}\d")),
    ("[removed]", re.compile(r"\b\w{25,}\b")),
)


# What stands in a wording for what was removed here, or before it was kept in the chat.
_MARK = re.compile(r"\[(?:link|email|name|number|removed(?:: [a-z ]+)?|verification code removed)\]")
LEAST_LETTERS = 3


def without_personal_data(text: str) -> str:
    """One line of at most 200 characters; addresses, numbers, links and likely secrets are only named.

    Rather too much is removed than too little: a gap is found by its common words.
    """
    line = " ".join(
        "".join(c if c.isprintable() else " " for c in unicodedata.normalize("NFKC", text)).split()
    )
    if len(line) > LONGEST_READ:
        line = line[:LONGEST_READ].rpartition(" ")[0]  # half a word might not be known for what it is
    for name, pattern in _REMOVED:
        line = pattern.sub(name, line)
    return line[:LONGEST_WORDING].strip()


def says_something(wording: str) -> bool:
    """Whether anything that could be a question is left beside the marks of what was removed."""
    return len(plainest(_MARK.sub(" ", wording))) >= LEAST_LETTERS


def plainest(wording: str) -> str:
    """Letters and digits in lower case, for counting equal wordings together."""
    return " ".join(re.findall(r"\w+", wording.casefold()))
