"""Pure: does somebody ask for a person? A route of its own, whatever the articles say."""

import re

_ASK = re.compile(
    r"\b(human|real person|live agent|agent|customer (service|support|care)|operator|representative)\b", re.I
)


def wants_person(question: str) -> bool:
    return bool(_ASK.search(question))
