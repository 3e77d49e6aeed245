"""Pure: an answer in words to "Did you mean …?": yes, no, or which one."""

import re

from helpdesk.bot import replies
from helpdesk.bot.memory import NONE_OF_THESE, Heard, Memory, Scene, Turn
from helpdesk.bot.small_talk import plain

_PLACES = (r"1|1st|first", r"2|2nd|second", r"3|3rd|third")
_WHICH = tuple(
    re.compile(
        rf"(?:i (?:mean|meant) )?(?:the |number |option |no )?(?:{place})(?: (?:one|option))?(?: please)?"
    )
    for place in _PLACES
)
_NONE = re.compile(r"none(?: of (?:these|those|them|the above))?|neither(?: of them)?")


def taken_up(memory: Memory, heard: Heard, scene: Scene) -> Turn | None:
    """What follows where articles were proposed and the words take one up, or none; else None."""
    proposed = memory.next_best
    if (
        memory.last
        or memory.pair
        or not proposed
        or not memory.unclear
        or NONE_OF_THESE not in memory.offered
    ):
        return None
    words = plain(heard.text)
    if heard.kind == "no" or _NONE.fullmatch(words):
        return replies.miss(memory, Heard("nothing", memory.unclear), scene)
    place = next((place for place, which in enumerate(_WHICH) if which.fullmatch(words)), None)
    if heard.kind == "yes" and len(proposed) == 1:
        place = 0
    if place is not None and place < len(proposed):
        return replies.answer(memory, proposed[place], scene, memory.unclear)
    if heard.kind == "yes":
        return replies.did_you_mean(memory, proposed, scene, Heard("question", memory.unclear))
    return None
