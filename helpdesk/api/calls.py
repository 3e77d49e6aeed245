"""What a call of the API is: all that routing, checking, answering and the document need, said once."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from inspect import iscoroutinefunction
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints

from helpdesk.actor import Agent
from helpdesk.chat.frames import BIG
from helpdesk.store.session import Tx
from helpdesk.web.forms import NOT_SEEN
from helpdesk.wiring import Desk

PREFIX = "/api/v1"
VISIBLE_TEXT = rf"^[^\x00]*[^{NOT_SEEN}][^\x00]*$"
ONE_LINE = rf"^[^\x00-\x1f\x7f\u2028\u2029]*[^{NOT_SEEN}][^\x00-\x1f\x7f\u2028\u2029]*$"
Visible = Annotated[str, StringConstraints(pattern=VISIBLE_TEXT)]
Line = Annotated[str, StringConstraints(pattern=ONE_LINE)]


def _whole(value: Any) -> Any:
    """JSON knows one kind of number: 658.0 is an integer to it, and to us."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


# The limits stand before the reading: behind it, the document would not know them.
Whole = Annotated[int, Field(ge=0, lt=BIG), BeforeValidator(_whole)]


class Body(BaseModel):
    """What a program sends: no other fields, no other types."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class Query(BaseModel):
    """What stands behind the question mark: each name once, no other names."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Out(BaseModel):
    """What the desk answers."""

    model_config = ConfigDict(extra="forbid")


class NoQuery(Query):
    """Nothing behind the question mark."""


@dataclass(frozen=True)
class Ask:
    """One authenticated, checked call. `body` and `query` are the models of its `Call`."""

    desk: Desk
    agent: Agent
    path: dict[str, str]
    body: Any
    query: Any
    headers: dict[str, str]
    address: str


@dataclass(frozen=True)
class Answer:
    """A status and what goes with it. `kept` stands in for `body` where a repeat must not show it again."""

    body: BaseModel | None
    status: int = 200
    kept: BaseModel | None = None


Act = Callable[[Tx, Ask], Answer]
Run = Callable[[Ask], Awaitable[Answer]]


@dataclass(frozen=True)
class Call:
    """One call. `does` is a rule that runs in one transaction, or a coroutine that brings its own."""

    method: str
    path: str
    does: Act | Run
    summary: str
    tag: str
    body: type[Body] | None = None
    query: type[Query] = NoQuery
    answers: dict[int, type[Out] | None] = field(default_factory=dict)
    refusals: tuple[int, ...] = ()
    headers: dict[str, str] = field(default_factory=dict)
    changes: bool = True

    @property
    def writes(self) -> bool:
        """Whether it comes with a body; `changes` is False where nothing is kept all the same."""
        return self.method != "GET"

    @property
    def name(self) -> str:
        """Its name in the document, in metrics and in generated clients."""
        return self.does.__name__

    @property
    def scope(self) -> str:
        """What a narrowed token needs for it: the thing and `read` or `write`."""
        thing = "password-reset" if self.path.endswith("/password-reset") else self.path.split("/")[1]
        return f"{thing}:{'write' if self.writes and self.changes else 'read'}"

    @property
    def brings_own(self) -> bool:
        """Whether it opens its transactions itself."""
        return iscoroutinefunction(self.does)
