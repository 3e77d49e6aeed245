"""Pure: what the dialogue remembers of a conversation, what it sees of the world, and what it decides."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from helpdesk.faq.article import Article
from helpdesk.faq.matcher import Ranking

Kind = Literal[
    "question", "nothing", "greeting", "thanks", "goodbye", "who_are_you", "worked", "did_not_work",
    "yes", "no", "wait", "can_log_in", "cannot_log_in", "person", "angry",
    "account_probe", "secret_probe", "foreign", "failed",
]  # fmt: skip
PERSON = "person"
TICKET = "ticket"
NONE_OF_THESE = "none"
CAN_YES = "can_log_in:yes"
CAN_NO = "can_log_in:no"
ARTICLE = "article:"
REASON = "reason:"
MOST_OFFERED = 60


@dataclass(frozen=True)
class Heard:
    """What the visitor's last messages amount to. `removed` names the secrets that were in them."""

    kind: Kind
    text: str = ""
    ranking: Ranking | None = None
    language: str = "en"
    removed: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Scene:
    """What the decision may look at: the articles, whether an agent is here, and a signed-in visitor."""

    articles: Mapping[str, Article]
    people_here: bool
    signed_in: bool


@dataclass(frozen=True)
class Line:
    """One message to say. `slug` is the article behind it; `why` is for the staff."""

    text: str
    why: str
    slug: str | None = None
    heading: str = ""
    score: float | None = None
    runner_up: str | None = None
    choices: tuple[tuple[str, str], ...] = ()
    asks_feedback: bool = False


@dataclass(frozen=True)
class Memory:
    """What was said so far.

    `misses` counts what was not understood or did not help. `given` are the articles told, `repeated` those told again,
    `refused` those that did not help: they are never told again. `last` is the article whose Yes or No is open, and
    `next_best` are the runners-up of the last answer. `unclear` are the words that no article answered. `spoken`:
    anything was said. `pair` is what the open question decides on: the article for those
    who can log in and the one for those who cannot. `offered` maps each choice to its label, `judged` the
    number of a message to the last Yes (True) or No. `asked` is the question that the last answer was for,
    until something is known of how it fared.
    """

    misses: int = 0
    given: tuple[str, ...] = ()
    refused: tuple[str, ...] = ()
    repeated: tuple[str, ...] = ()
    next_best: tuple[str, ...] = ()
    pair: tuple[str, str] | None = None
    can_log_in: bool | None = None
    last: str | None = None
    unclear: str = ""
    about_passwords: bool = False
    spoken: bool = False
    offered: Mapping[str, str] = field(default_factory=dict)
    judged: Mapping[str, bool] = field(default_factory=dict)
    asked: str = ""

    def to_json(self) -> dict[str, Any]:
        """As the conversation keeps it."""
        return {
            "misses": self.misses,
            "given": list(self.given),
            "refused": list(self.refused),
            "repeated": list(self.repeated),
            "next_best": list(self.next_best),
            "pair": list(self.pair) if self.pair else None,
            "can_log_in": self.can_log_in,
            "last": self.last,
            "unclear": self.unclear,
            "about_passwords": self.about_passwords,
            "spoken": self.spoken,
            "offered": dict(self.offered),
            "judged": dict(self.judged),
            "asked": self.asked,
        }

    @classmethod
    def from_json(cls, kept: Mapping[str, Any] | None) -> "Memory":
        """What was kept; a blank memory where nothing was, or where it cannot be read."""
        try:
            return cls._read(kept or {})
        except (TypeError, ValueError, AttributeError):
            return cls()

    @classmethod
    def _read(cls, kept: Mapping[str, Any]) -> "Memory":
        pair = kept.get("pair")
        return cls(
            misses=int(kept.get("misses", 0)),
            given=tuple(map(str, kept.get("given", ()))),
            refused=tuple(map(str, kept.get("refused", ()))),
            repeated=tuple(map(str, kept.get("repeated", ()))),
            next_best=tuple(map(str, kept.get("next_best", ()))),
            pair=(str(pair[0]), str(pair[1])) if pair and len(pair) == 2 else None,
            can_log_in=kept.get("can_log_in") if isinstance(kept.get("can_log_in"), bool) else None,
            last=kept.get("last"),
            unclear=str(kept.get("unclear", "")),
            about_passwords=bool(kept.get("about_passwords", False)),
            spoken=bool(kept.get("spoken", False)),
            judged={str(key): bool(value) for key, value in dict(kept.get("judged", {})).items()},
            asked=str(kept.get("asked", "")),
            offered={str(key): str(value) for key, value in dict(kept.get("offered", {})).items()},
        )

    def offering(self, choices: tuple[tuple[str, str], ...]) -> "Memory":
        """The same with these choices among the offered; the oldest fall out past 60."""
        merged = {**self.offered, **dict(choices)}
        return replace(self, offered=dict(list(merged.items())[-MOST_OFFERED:]))


@dataclass(frozen=True)
class Turn:
    """What to say, what to remember, and the reason of a hand-over, if there is one. `missed`: nothing answered it."""

    memory: Memory
    lines: tuple[Line, ...] = ()
    hand_over: str | None = None
    missed: bool = False
