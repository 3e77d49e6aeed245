"""What the API answers about conversations, messages, notes and tickets."""

from typing import Annotated, Literal

from pydantic import ConfigDict, Field

from helpdesk.api.calls import Out

HandledBy = Literal["bot", "queue", "agent", "ticket", "closed"]
Moment = Annotated[str, Field(description="UTC, such as 2026-01-02T03:04:05.678Z.")]
Next = Annotated[str | None, Field(description="`cursor` of the next page; null on the last one.")]


class ConversationOut(Out):
    """One conversation, as the inbox shows it."""

    id: str
    conversation: Annotated[str, Field(description="The same as `id`, as in the staff socket's rows.")]
    name: str
    ticket: str | None
    subject: str
    handled_by: HandledBy
    status: str
    priority: str
    assignee: str | None
    unread: int
    waiting_since: Moment | None
    due_at: Moment | None
    last_text: str
    last_author: str
    identity: str
    tags: list[str]
    touched_at: Moment


class ConversationPage(Out):
    """A page of conversations, newest first."""

    items: list[ConversationOut]
    next: Next


class ArticleRef(Out):
    """The article that an answer comes from."""

    slug: str
    title: str
    url: str


class ChoiceOut(Out):
    """Something that the visitor may press."""

    id: str
    label: str


class FileOut(Out):
    """A file that belongs to a message."""

    model_config = ConfigDict(extra="ignore")

    id: str
    name: str
    size: int
    type: str


class MessageOut(Out):
    """One message; `seq` is 1, 2, 3 … without gaps."""

    model_config = ConfigDict(extra="ignore")

    seq: int
    client_id: str | None
    author: Literal["visitor", "bot", "agent", "system"]
    name: str
    text: str
    at: Moment
    article: ArticleRef | None
    choices: list[ChoiceOut]
    asks_feedback: bool
    files: list[FileOut]
    helpful: bool | None


class MessagePage(Out):
    """Messages in order of `seq`."""

    items: list[MessageOut]
    next: Annotated[int | None, Field(description="`after` of the next page; null when there is no more.")]


class NoteOut(Out):
    """A private note; it never reaches a customer."""

    model_config = ConfigDict(extra="ignore")

    note: int
    after_seq: int
    client_id: str
    name: str
    text: str
    at: Moment


class NotePage(Out):
    """Notes in order."""

    items: list[NoteOut]
    next: Annotated[int | None, Field(description="`after` of the next page; null when there is no more.")]


class TicketOut(Out):
    """One ticket."""

    ref: Annotated[str, Field(description="Such as T-1042.")]
    conversation: str
    email: str
    subject: str
    status: Literal["new", "open", "waiting", "solved", "closed"]
    priority: Literal["urgent", "high", "normal", "low"]
    assignee: Annotated[str | None, Field(description="The e-mail address of whoever has it.")]
    tags: list[str]
    source: str
    created_at: Moment
    due_at: Moment | None
    due_for: str


class TicketPage(Out):
    """A page of tickets, newest first."""

    items: list[TicketOut]
    next: Next


class InvitationOut(Out):
    """The answer to every invitation, whether or not there is an account."""

    detail: str


class Gone(Out):
    """Done; there is nothing to show."""


class ProblemOut(Out):
    """RFC 9457: what is wrong, for programs (`code`, `fields`) and for people (`detail`)."""

    model_config = ConfigDict(extra="allow")

    type: str
    title: str
    status: int
    detail: str
    code: str = ""
    fields: dict[str, str] = Field(default_factory=dict)
