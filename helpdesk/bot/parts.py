"""Pure: one question in two messages, such as "i forgot" and then "my password"; and one inside a long story."""

from collections.abc import Sequence
from dataclasses import replace

from helpdesk.bot.memory import Heard
from helpdesk.bot.vague import open_pair
from helpdesk.faq.library import Library
from helpdesk.faq.matcher import Ranking, rank

MOST_WORDS = 4
"""So many words that were not understood may be the beginning of the next ones; more are a matter of their own."""
SURE_PART = 70.0


def begun(library: Library, said: Heard, unclear: str) -> Heard | None:
    """The question that `unclear` began and the bare topic in `said` ends; None where they are none together."""
    if said.kind != "question" or not 1 <= len(unclear.split()) <= MOST_WORDS:
        return None
    if open_pair(said.text, library.articles, ()) is None:
        return None
    whole = f"{unclear} {said.text}"
    ranking = rank(library, whole)
    return replace(said, text=whole, ranking=ranking) if ranking.label is not None else None


def sure_part(parts: Sequence[Ranking]) -> Ranking | None:
    """The first part that an article surely answers."""
    return next((part for part in parts if part.label and part.score >= SURE_PART), None)
