"""The cast of the dialogue's tests: the shipped articles, and what a turn says."""

from dataclasses import replace

from helpdesk.bot import dialogue
from helpdesk.bot.memory import Memory, Scene, Turn
from helpdesk.bot.turn import think
from tests import shipped

LIBRARY = shipped.library()
HERE = Scene(LIBRARY.articles, people_here=True, signed_in=False)
AWAY = replace(HERE, people_here=False)
SIGNED_IN = replace(HERE, signed_in=True)
BLANK = Memory()


def say(*texts: str, memory: Memory = BLANK, scene: Scene = HERE) -> Turn:
    return dialogue.hear(memory, think(LIBRARY, texts, unclear=memory.unclear).heard, scene)


def words(turn: Turn) -> str:
    return "\n".join(line.text for line in turn.lines)


def choices(turn: Turn) -> list[str]:
    return [key for line in turn.lines for key, _ in line.choices]


def slugs(turn: Turn) -> list[str]:
    return [line.slug for line in turn.lines if line.slug and line.asks_feedback]
