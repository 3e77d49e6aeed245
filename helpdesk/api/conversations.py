"""Conversations: read, claim, answer, note, resolve, and the invitation to a password reset."""

from datetime import UTC, datetime
from typing import Annotated, Literal

from pydantic import Field
from sqlalchemy import select

from helpdesk.accounts.send_invitation import send_invitation
from helpdesk.api import idempotency
from helpdesk.api.calls import Answer, Ask, Body, Call, Line, Query, Visible, Whole
from helpdesk.api.paging import Limit, Page, cut, read_cursor
from helpdesk.api.shapes import (
    ConversationOut,
    ConversationPage,
    HandledBy,
    InvitationOut,
    MessageOut,
    MessagePage,
    NoteOut,
    NotePage,
)  # fmt: skip
from helpdesk.chat import hands, history, notes
from helpdesk.chat.access import conversation_for
from helpdesk.chat.frames import BIG, MAX_TEXT, ClientId
from helpdesk.chat.post import conversations
from helpdesk.clock import wire_time
from helpdesk.errors import Invalid, NotFound
from helpdesk.store.session import Tx
from helpdesk.tickets import inbox, work
from helpdesk.tickets.reset_facts import facts_of, say_sent
from helpdesk.tickets.rows import Row, rows_of
from helpdesk.web.forms import email_address

TAG = "Conversations"
ONE_TIME_CODE = "x-one-time-code"
PASSWORD = "x-agent-password"  # noqa: S105 — the name of a header
Text = Annotated[Visible, Field(min_length=1, max_length=MAX_TEXT)]
After = Annotated[int, Field(ge=0, lt=BIG, description="Only what comes after this number.")]


class ConversationQuery(Page):
    """Which conversations."""

    handled_by: HandledBy | None = None


class AfterQuery(Query):
    """What comes after a number."""

    after: After = 0
    limit: Limit = 100


class Reply(Body):
    """A reply to the customer. With `after`, 409 when a colleague's reply is newer than that message."""

    client_id: ClientId
    text: Text
    after: Whole | None = None


class NewNote(Body):
    """A private note."""

    client_id: ClientId
    text: Text


class ConversationChange(Body):
    """Only what stands here is changed. `assignee` is a colleague's address, or null to give it back."""

    status: Literal["open", "waiting", "solved", "closed"] | None = None
    assignee: Annotated[str, Field(max_length=254)] | None = None
    tags: Annotated[list[Annotated[Line, Field(max_length=40)]], Field(max_length=20)] | None = None
    snoozed_until: Annotated[str, Field(max_length=40, description="UTC; null to bring it back.")] | None = (
        None
    )


class Reset(Body):
    """Why, and for whom; `email` is only a key to look up by."""

    reason: Annotated[Visible, Field(min_length=20, max_length=500)]
    email: Annotated[str, Field(min_length=3, max_length=254)] | None = None


def list_conversations(tx: Tx, ask: Ask) -> Answer:
    """Newest first."""
    if not ask.agent.may_see_conversations:
        raise NotFound()
    below = read_cursor(ask.desk.keys, "conversations", ask.query.cursor)
    c = conversations.c
    line = select(c.id).where(c.last_seq > 0).order_by(c.id.desc()).limit(ask.query.limit + 1)
    if ask.query.handled_by:
        line = line.where(c.handled_by == ask.query.handled_by)
    if below is not None:
        line = line.where(c.id < below)
    numbers = list(tx.connection.execute(line).scalars())
    page, after = cut(ask.desk.keys, "conversations", numbers, ask.query.limit, lambda number: number)
    found = rows_of(tx, page)
    return Answer(ConversationPage(items=[_as_out(found[number]) for number in page], next=after))


def get_conversation(tx: Tx, ask: Ask) -> Answer:
    """One conversation."""
    return Answer(_shown(tx, _number(tx, ask)))


def change_conversation(tx: Tx, ask: Ask) -> Answer:
    """Assign, tag, snooze or say the state, in one transaction."""
    public_id, body = ask.path["id"], ask.body
    number = _number(tx, ask)
    if body.tags is not None:
        work.set_tags(tx, ask.agent, public_id, list(body.tags))
    if "assignee" in body.model_fields_set:
        work.assign(tx, ask.agent, public_id, body.assignee)
    if body.status is not None:
        work.set_status(tx, ask.agent, public_id, body.status)
    if "snoozed_until" in body.model_fields_set:
        work.snooze(tx, ask.agent, public_id, _moment(body.snoozed_until))
    return Answer(_shown(tx, number))


def list_messages(tx: Tx, ask: Ask) -> Answer:
    """In order of `seq`."""
    frames = history.after(tx, _number(tx, ask), ask.query.after, ask.query.limit + 1)
    page = [MessageOut.model_validate(frame) for frame in frames[: ask.query.limit]]
    return Answer(MessagePage(items=page, next=page[-1].seq if len(frames) > len(page) else None))


def claim_conversation(tx: Tx, ask: Ask) -> Answer:
    """Take it; 409 names who has it."""
    return Answer(_shown(tx, hands.claim(tx, ask.agent, ask.path["id"]).id or 0))


def post_reply(tx: Tx, ask: Ask) -> Answer:
    """Answer the customer: 201, or 200 with the first `seq` on a repeat."""
    body: Reply = ask.body
    posted = hands.reply(tx, ask.agent, ask.path["id"], body.client_id, body.text, body.after)
    return Answer(MessageOut.model_validate(posted.frame), 201 if posted.fresh else 200)


def list_notes(tx: Tx, ask: Ask) -> Answer:
    """Private notes, in order."""
    frames = notes.after(tx, ask.agent, ask.path["id"], ask.query.after, ask.query.limit + 1)
    page = [NoteOut.model_validate(frame) for frame in frames[: ask.query.limit]]
    return Answer(NotePage(items=page, next=page[-1].note if len(frames) > len(page) else None))


def post_note(tx: Tx, ask: Ask) -> Answer:
    """Write a private note."""
    frame, fresh = notes.add(tx, ask.agent, ask.path["id"], ask.body.client_id, ask.body.text)
    return Answer(NoteOut.model_validate(frame), 201 if fresh else 200)


def resolve_conversation(tx: Tx, ask: Ask) -> Answer:
    """Close it; a customer who writes again opens it again."""
    return Answer(_shown(tx, hands.resolve(tx, ask.agent, ask.path["id"]).id or 0))


async def invite_to_reset(ask: Ask) -> Answer:
    """Invite to a password reset: always 202 and the same body, whether or not there is an account."""
    key = ask.headers.get(idempotency.HEADER, "")
    view = await send_invitation(
        ask.desk,
        ask.agent,
        lambda tx: facts_of(tx, ask.agent, ask.path["id"]),
        reason=ask.body.reason,
        email=email_address(ask.body.email) if ask.body.email is not None else None,
        code=ask.headers.get(ONE_TIME_CODE, "").strip(),
        password=ask.headers.get(PASSWORD, ""),
        request_key=f"api:{key}" if key else "",
        ip=ask.address,
        afterwards=lambda tx, view: say_sent(tx, ask.agent, ask.path["id"]),
    )
    return Answer(InvitationOut(detail=view.sentence), 202)


def _moment(text: str | None) -> datetime | None:
    if text is None:
        return None
    try:
        moment = datetime.fromisoformat(text)
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        raise Invalid(snoozed_until="Use a moment such as 2026-01-02T03:04:05Z.") from None


def _number(tx: Tx, ask: Ask) -> int:
    return conversation_for(tx, ask.agent, ask.path["id"]).id or 0


def _shown(tx: Tx, number: int) -> ConversationOut:
    row = inbox.row(tx, number)
    if row is None:
        raise NotFound()
    return _as_out(row)


def _as_out(row: Row) -> ConversationOut:
    return ConversationOut(
        id=row.conversation,
        name=row.name,
        status=row.status,
        last_author=row.last_author,
        tags=list(row.tags),
        touched_at=wire_time(row.touched_at),
        **row.wire(),
    )


ONE = "/conversations/{id}"
CALLS = (
    Call("GET", "/conversations", list_conversations, "List conversations", TAG,
         query=ConversationQuery, answers={200: ConversationPage}, refusals=(404,)),
    Call("GET", ONE, get_conversation, "Read a conversation", TAG,
         answers={200: ConversationOut}, refusals=(404,)),
    Call("PATCH", ONE, change_conversation, "Change a conversation", TAG, body=ConversationChange,
         answers={200: ConversationOut}, refusals=(404, 409)),
    Call("GET", ONE + "/messages", list_messages, "Read messages", TAG, query=AfterQuery,
         answers={200: MessagePage}, refusals=(404,)),
    Call("POST", ONE + "/messages", post_reply, "Reply to the customer", TAG, body=Reply,
         answers={201: MessageOut, 200: MessageOut}, refusals=(404, 409)),
    Call("POST", ONE + "/claim", claim_conversation, "Claim a conversation", TAG,
         answers={200: ConversationOut}, refusals=(404, 409)),
    Call("GET", ONE + "/notes", list_notes, "Read private notes", TAG, query=AfterQuery,
         answers={200: NotePage}, refusals=(404,)),
    Call("POST", ONE + "/notes", post_note, "Write a private note", TAG, body=NewNote,
         answers={201: NoteOut, 200: NoteOut}, refusals=(404, 409)),
    Call("POST", ONE + "/resolve", resolve_conversation, "Resolve a conversation", TAG,
         answers={200: ConversationOut}, refusals=(404,)),
    Call("POST", ONE + "/password-reset", invite_to_reset, "Invite to a password reset", TAG, body=Reset,
         answers={202: InvitationOut}, refusals=(403, 404, 409),
         headers={
             "X-One-Time-Code": "A fresh one-time code of the agent's second factor.",
             "X-Agent-Password": "The agent's own password, only where no second factor is enrolled.",
         }),
)  # fmt: skip
