"""Pure: every frame of the visitor's and the staff's socket. Incoming ones are closed models, outgoing ones plain rows."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from helpdesk.clock import wire_time

MAX_TEXT = 4000
MAX_FILES = 5
BIG = 2**53
"""No number is as large: the first that JavaScript does not keep whole."""
ERROR_CODES = {
    "bad_frame", "unknown_visitor", "too_long", "too_fast", "invalid", "conflict", "reset", "not_found", "unavailable",
}  # fmt: skip


class _Frame(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


CLIENT_ID = r"^[0-9a-fA-F]{8}-([0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}$"
ClientId = Annotated[str, Field(pattern=CLIENT_ID)]
Seq = Annotated[int, Field(ge=0, lt=BIG)]
# Whatever fits into a frame: what is wrong with such words is said by the rules, in an error that a client can show.
Words = Annotated[str, Field(max_length=64 * 1024)]


class Hello(_Frame):
    """The first frame. `token` None asks for a new visitor; `after` None for the newest 50."""

    type: Literal["hello"]
    token: Words | None = None
    after: Seq | None = None
    identity: Annotated[str, Field(max_length=8000)] | None = None
    locale: Annotated[str, Field(max_length=35)] | None = None


class Say(_Frame):
    """A message."""

    type: Literal["say"]
    client_id: ClientId
    text: Words
    files: Annotated[
        list[Annotated[str, Field(max_length=64)]], Field(max_length=MAX_FILES, default_factory=list)
    ]


class Choose(_Frame):
    """A press on one of the offered choices."""

    type: Literal["choose"]
    client_id: ClientId
    choice: Annotated[str, Field(min_length=1, max_length=100)]


class Feedback(_Frame):
    """Yes or No to "Did this answer your question?"."""

    type: Literal["feedback"]
    seq: Seq
    helpful: bool
    reason: Annotated[str, Field(max_length=1000)] | None = None


class Handover(_Frame):
    """To a person, or to a ticket."""

    type: Literal["handover"]
    client_id: ClientId
    to: Literal["agent", "ticket"]
    email: Words | None = None
    subject: Words | None = None
    text: Words | None = None


class Typing(_Frame):
    """Somebody writes."""

    type: Literal["typing"]


class Seen(_Frame):
    """Read up to here."""

    type: Literal["seen"]
    seq: Seq


class History(_Frame):
    """The 50 messages before this one."""

    type: Literal["history"]
    before: Annotated[int, Field(ge=1, lt=BIG)]


class Identify(_Frame):
    """The site vouches for this visitor."""

    type: Literal["identify"]
    identity: Annotated[str, Field(max_length=8000)]


class Contact(_Frame):
    """An address to answer to; it proves nothing."""

    type: Literal["contact"]
    client_id: ClientId
    email: Words


class Rate(_Frame):
    """How was the support?"""

    type: Literal["rate"]
    score: Annotated[int, Field(ge=1, le=5)]
    text: Annotated[str, Field(max_length=2000)] | None = None


class Transcript(_Frame):
    """Mail me this conversation."""

    type: Literal["transcript"]
    email: Words


class New(_Frame):
    """Start a new conversation."""

    type: Literal["new"]


class Forget(_Frame):
    """End the chat on this device: the token is revoked."""

    type: Literal["forget"]


VisitorFrame = Annotated[
    Hello | Say | Choose | Feedback | Handover | Typing | Seen | History | Identify | Contact | Rate | Transcript | New
    | Forget,
    Field(discriminator="type"),
]  # fmt: skip
VISITOR: TypeAdapter[Any] = TypeAdapter(VisitorFrame)


class StaffHello(_Frame):
    """The console's first frame."""

    type: Literal["hello"]
    view: Annotated[str, Field(max_length=60)] = "unassigned"
    limit: Annotated[int, Field(ge=1, le=200)] = 50
    html: bool = False
    presence: bool = False


class Follow(_Frame):
    """Send what is new in one conversation."""

    type: Literal["follow"]
    conversation: Annotated[str, Field(min_length=1, max_length=64)]
    after: Seq | None = None
    after_note: Seq = 0


class Unfollow(_Frame):
    """No more of that conversation."""

    type: Literal["unfollow"]
    conversation: Annotated[str, Field(min_length=1, max_length=64)]


class StaffTyping(_Frame):
    """The agent writes a reply."""

    type: Literal["typing"]
    conversation: Annotated[str, Field(min_length=1, max_length=64)]


class StaffSeen(_Frame):
    """The agent has read up to here."""

    type: Literal["seen"]
    conversation: Annotated[str, Field(min_length=1, max_length=64)]
    seq: Seq


StaffFrame = Annotated[StaffHello | Follow | Unfollow | StaffTyping | StaffSeen, Field(discriminator="type")]
STAFF: TypeAdapter[Any] = TypeAdapter(StaffFrame)


class NotAFrame(ValueError):
    """The object is none of the frames of the contract; the text names the field."""


def read_frame(adapter: TypeAdapter[Any], value: dict[str, Any]) -> Any:
    """The frame in `value`. Raises NotAFrame with a sentence that names the first wrong field."""
    try:
        return adapter.validator.validate_python(value)
    except ValidationError as error:
        fault = error.errors(include_url=False, include_input=False)[0]
        place = ".".join(str(part) for part in fault["loc"][1:]) or "type"
        said = _PLAIN.get(fault["type"], "is not what it should be").format(**fault.get("ctx", {}))
        raise NotAFrame(f"{place}: {said}.") from None


_PLAIN = {
    "missing": "is missing",
    "union_tag_not_found": "is missing",
    "union_tag_invalid": "there is no such frame",
    "extra_forbidden": "is not a field of this frame",
    "string_pattern_mismatch": "must be a UUID",
    "string_type": "must be a text",
    "string_too_short": "must not be empty",
    "string_too_long": "must have at most {max_length} characters",
    "string_unicode": "must be a text",
    "int_type": "must be a whole number",
    "bool_type": "must be true or false",
    "list_type": "must be a list",
    "too_long": "must have at most {max_length} entries",
    "greater_than_equal": "must be {ge} or more",
    "less_than_equal": "must be {le} or less",
    "less_than": "must be less than {lt}",
    "literal_error": "must be {expected}",
}


SAID = (
    "seq", "client_id", "author", "name", "text", "at", "article", "choices", "asks_feedback", "files", "helpful",
)  # fmt: skip
"""The columns of `message` that a frame is made of."""


def message_frame(row: Mapping[Any, Any], at: str = "") -> dict[str, Any]:
    """A row of `message` as the wire says it, the same for visitor, agent and API; `at` where the row has none yet."""
    return {
        "type": "message",
        "seq": row["seq"],
        "client_id": row["client_id"],
        "author": row["author"],
        "name": row["name"],
        "text": row["text"],
        "at": at or wire_time(row["at"]),
        "article": row["article"],
        "choices": row["choices"] or [],
        "asks_feedback": row["asks_feedback"],
        "files": row["files"] or [],
        "helpful": row["helpful"],
    }


def state_frame(
    conversation: Any, *, position: int | None, ticket: str | None, ticket_url: str | None
) -> dict[str, Any]:
    """Who has the conversation now."""
    return {
        "type": "state",
        "seq": conversation.last_seq,
        "handled_by": conversation.handled_by,
        "agent": conversation.assignee_name or None,
        "position": position,
        "ticket": ticket,
        "ticket_url": ticket_url,
    }


def live_frame(fact: Mapping[str, Any]) -> dict[str, Any] | None:
    """What a bell tells a visitor beside messages and states; None for what is not for this side."""
    kind = fact["type"]
    if kind == "typing" and fact["author"] != "visitor":
        return {"type": kind, "author": fact["author"]}
    if kind == "seen" and fact["by"] == "agent":
        return {"type": kind, "seq": fact["seq"], "by": "agent"}
    if kind in ("feedback", "changed"):
        return {name: value for name, value in fact.items() if name != "conversation"}
    return None


def error_frame(
    code: str, detail: str, client_id: str | None = None, retry_after_ms: int | None = None
) -> dict[str, Any]:
    """What went wrong, in a sentence."""
    return {
        "type": "error",
        "code": code,
        "detail": detail,
        "client_id": client_id,
        "retry_after_ms": retry_after_ms,
    }
