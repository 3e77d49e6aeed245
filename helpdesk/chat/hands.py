"""Who has a conversation: queue, claim, reply, resolve, reopen. Each change is a `system` message too.

Once a person has claimed a conversation the bot is silent for good: nothing here gives it back to the bot.
"""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import func, select, update
from sqlmodel import SQLModel, col

from helpdesk.actor import Agent
from helpdesk.chat import senders
from helpdesk.chat.access import conversation_for
from helpdesk.chat.models import Conversation
from helpdesk.chat.post import Draft, Posted, conversations, find, messages, post, say_system, topic
from helpdesk.chat.secrets import asks_for_secret, scrub
from helpdesk.delivery import outbox
from helpdesk.errors import Conflict, Invalid
from helpdesk.store.session import Tx
from helpdesk.web.forms import is_blank
from helpdesk.webhooks.publish import publish

INBOX = "inbox"
REPLY_MAIL = "reply_mail"
UNREAD_MAIL_AFTER_S = 300.0
NEVER_ASK = (
    "This asks for a password or a code. Support never needs either: "
    "send the password-reset invitation from Customer details instead."
)
IN_LINE = "You are in line for a person from our team. Everything you wrote here goes along."
WITH_PEOPLE = ("queue", "agent", "ticket")


def to_queue(tx: Tx, conversation: Conversation, reason: str) -> None:
    """Put it in line for a person; `reason` is for the staff. Nothing happens when people have it already."""
    if conversation.handled_by in WITH_PEOPLE:
        return
    _system(tx, conversation, IN_LINE, why=reason)
    _hand(tx, conversation, handled_by="queue", waiting_since=tx.now, assignee_id=None, assignee_name="")


def claim(tx: Tx, agent: Agent, public_id: str) -> Conversation:
    """Take it. Atomic: of two, one wins and the other gets Conflict with the winner's name.

    Twice is harmless.
    """
    conversation = conversation_for(tx, agent, public_id)
    if conversation.handled_by == "closed":
        raise Conflict("This conversation is closed. Reopen it first.")
    if conversation.assignee_id == agent.id:
        return conversation
    return _take(tx, agent, conversation, only_if_free=True)


def take_over(tx: Tx, agent: Agent, public_id: str) -> Conversation:
    """Take it from a colleague."""
    conversation = conversation_for(tx, agent, public_id)
    if conversation.assignee_id == agent.id:
        return conversation
    return _take(tx, agent, conversation, only_if_free=False)


def assign(tx: Tx, conversation: Conversation, staff_id: int, name: str) -> None:
    """Hand it to a colleague, who is told by the inbox."""
    if conversation.assignee_id == staff_id and conversation.handled_by != "closed":
        return
    handled_by = "ticket" if conversation.handled_by == "ticket" else "agent"
    _hand(tx, conversation, handled_by=handled_by, assignee_id=staff_id, assignee_name=name, closed_at=None)
    _system(tx, conversation, f"{name} is looking after you now.")


def release(tx: Tx, conversation: Conversation, line: str = "") -> None:
    """Back to those that nobody has: a chat to the queue, a ticket to the unassigned ones."""
    if conversation.assignee_id is None or conversation.handled_by == "closed":
        return
    handled_by = "ticket" if conversation.handled_by == "ticket" else "queue"
    _hand(
        tx, conversation, handled_by=handled_by, assignee_id=None, assignee_name="",
        waiting_since=conversation.waiting_since or (tx.now if handled_by == "queue" else None),
    )  # fmt: skip
    _system(tx, conversation, line or "You are in line again; the next free person from our team takes over.")


def resolve(tx: Tx, agent: Agent, public_id: str) -> Conversation:
    """Close it; a visitor who writes again opens it again. Twice is harmless."""
    conversation = conversation_for(tx, agent, public_id)
    if conversation.handled_by == "closed":
        return conversation
    name = conversation.assignee_name or agent.name
    _system(tx, conversation, f"{agent.name} closed this conversation. Write here to open it again.")
    _hand(
        tx, conversation, handled_by="closed", closed_at=tx.now, waiting_since=None, snoozed_until=None,
        assignee_id=conversation.assignee_id or agent.id, assignee_name=name,
    )  # fmt: skip
    return conversation


def reopen(tx: Tx, conversation: Conversation) -> None:
    """Open a closed one again: to whom it belonged as a ticket, else to the queue."""
    if conversation.handled_by != "closed":
        return
    keeps = is_ticket(tx, conversation.id or 0)
    _system(tx, conversation, "This conversation is open again.")
    _hand(
        tx, conversation, handled_by="ticket" if keeps else "queue", closed_at=None, waiting_since=tx.now,
        snoozed_until=None,
        assignee_id=conversation.assignee_id if keeps else None,
        assignee_name=conversation.assignee_name if keeps else "",
    )  # fmt: skip


def to_ticket(tx: Tx, conversation: Conversation, line: str) -> None:
    """From now on it is answered by mail as well; the thread, its words and its person stay."""
    _system(tx, conversation, line)
    answered = conversation.first_reply_at is not None and conversation.waiting_since is None
    waiting = None if answered else conversation.waiting_since or tx.now
    _hand(tx, conversation, handled_by="ticket", waiting_since=waiting, closed_at=None)


def reply(
    tx: Tx,
    agent: Agent,
    public_id: str,
    client_id: str,
    text: str,
    after: int | None = None,
    files: Iterable[dict[str, Any]] = (),
) -> Posted:
    """Answer the customer, once per client id; a first reply claims an unassigned one, a closed one opens.

    With `after`, Conflict when a colleague's reply is newer than that message. Invalid for a text that asks
    for a password or a code. Who does not read it here gets a mail: a ticket at once, a chat after 5 minutes.
    """
    conversation = conversation_for(tx, agent, public_id)
    number, sender, text = conversation.id or 0, senders.of_agent(agent.id), scrub(text).text
    draft = Draft(sender, "agent", agent.name, text, client_id, files=list(files))
    if find(tx, number, sender, client_id):
        return post(tx, number, draft)
    refuse_unfit(tx, number, sender, text, after, has_files=bool(draft.files))
    if conversation.handled_by == "closed":
        reopen(tx, conversation)
    if conversation.assignee_id is None:
        conversation = _take(tx, agent, conversation, only_if_free=False)
    posted = post(tx, number, draft)
    stamp = {"first_reply_at": func.coalesce(conversations.c.first_reply_at, tx.now), "waiting_since": None}
    _set(tx, number, {**stamp, "seen_by_agent": posted.seq, "snoozed_until": None, "marked_unread_at": None})
    delay_s = 0.0 if conversation.handled_by == "ticket" else UNREAD_MAIL_AFTER_S
    if conversation.handled_by == "ticket" or conversation.claimed_email or conversation.verified_email:
        outbox.enqueue(tx, REPLY_MAIL, {"conversation": number, "seq": posted.seq}, delay_s=delay_s)
    ring_inbox(tx, number)
    return posted


def refuse_unfit(
    tx: Tx, conversation_id: int, sender: str, text: str, after: int | None, *, has_files: bool
) -> None:
    """Invalid for no words, or words that ask for a secret; Conflict when a colleague's reply is newer than `after`."""
    if is_blank(text) and not has_files:
        raise Invalid(text="Write something first.")
    if asks_for_secret(text):
        raise Invalid(text=NEVER_ASK)
    if after is not None and (colleague := newer_reply(tx, conversation_id, after, sender)):
        raise Conflict(f"{colleague} replied while you were writing. Check that message before you send.")


def seen(tx: Tx, agent: Agent, public_id: str, seq: int) -> int:
    """The staff has read up to `seq`; never less than before, never more than there is."""
    conversation = conversation_for(tx, agent, public_id)
    kept = max(conversation.seen_by_agent, min(seq, conversation.last_seq))
    if conversation.marked_unread_at is not None and kept == conversation.last_seq:
        _set(tx, conversation.id or 0, {"marked_unread_at": None})
        ring_inbox(tx, conversation.id or 0)
    if kept > conversation.seen_by_agent:
        _set(tx, conversation.id or 0, {"seen_by_agent": kept})
        tx.ring(topic(conversation.id or 0), {"type": "seen", "seq": kept, "by": "agent"})
        ring_inbox(tx, conversation.id or 0)
    return kept


def position(tx: Tx, conversation: Conversation) -> int:
    """Its place in the queue, 1 for the next."""
    since = conversation.waiting_since or conversation.touched_at
    ahead = select(func.count()).where(
        conversations.c.handled_by == "queue",
        (conversations.c.waiting_since < since)
        | ((conversations.c.waiting_since == since) & (conversations.c.id < conversation.id)),
    )
    return int(tx.connection.execute(ahead).scalar() or 0) + 1


def newer_reply(tx: Tx, conversation_id: int, after: int, mine: str) -> str | None:
    """The name of a colleague whose reply is newer than `after`, if there is one."""
    line = (
        select(messages.c.name)
        .where(messages.c.conversation_id == conversation_id, messages.c.seq > after)
        .where(messages.c.author == "agent", messages.c.sender != mine)
        .order_by(messages.c.seq.desc())
        .limit(1)
    )
    return tx.connection.execute(line).scalar()


def ring_inbox(tx: Tx, conversation_id: int) -> None:
    """The inbox's rows may have changed."""
    tx.ring(INBOX, {"conversation": conversation_id})


def _take(tx: Tx, agent: Agent, conversation: Conversation, *, only_if_free: bool) -> Conversation:
    handled_by = "ticket" if conversation.handled_by == "ticket" else "agent"
    change = update(conversations).where(conversations.c.id == conversation.id)
    if only_if_free:
        change = change.where(conversations.c.assignee_id.is_(None))
    values = {
        "assignee_id": agent.id,
        "assignee_name": agent.name,
        "handled_by": handled_by,
        "touched_at": tx.now,
    }
    if not tx.connection.execute(change.values(values)).rowcount:
        tx.session.refresh(conversation)
        raise Conflict(f"{conversation.assignee_name or 'A colleague'} already has this conversation.")
    _system(tx, conversation, f"{agent.name} has joined the conversation.")
    return _changed(tx, conversation)


def _hand(tx: Tx, conversation: Conversation, **values: Any) -> None:
    _set(tx, conversation.id or 0, {**values, "touched_at": tx.now})
    _changed(tx, conversation)


def _set(tx: Tx, conversation_id: int, values: dict[str, Any]) -> None:
    tx.session.flush()
    tx.connection.execute(update(conversations).where(conversations.c.id == conversation_id).values(values))


def _changed(tx: Tx, conversation: Conversation) -> Conversation:
    tx.session.refresh(conversation)
    tx.ring(topic(conversation.id or 0), {"type": "state"})
    ring_inbox(tx, conversation.id or 0)
    facts = {"handled_by": conversation.handled_by, "assignee": conversation.assignee_name or None}
    publish(tx, "conversation.changed", {"conversation": conversation.public_id, **facts})
    return conversation


def _system(tx: Tx, conversation: Conversation, line: str, why: str = "") -> None:
    if why:
        post(tx, conversation.id or 0, Draft("system", "system", "", line, provenance={"why": why}))
    else:
        say_system(tx, conversation.id or 0, line)
    tx.session.refresh(conversation)


def is_ticket(tx: Tx, conversation_id: int) -> bool:
    """Whether a ticket lies beside this conversation."""
    ticket = SQLModel.metadata.tables["ticket"]
    line = select(ticket.c.id).where(ticket.c.conversation_id == conversation_id)
    return tx.connection.execute(line).first() is not None


def by_number(tx: Tx, conversation_id: int) -> Conversation | None:
    """The row, as fresh as the transaction."""
    line = select(Conversation).where(col(Conversation.id) == conversation_id)
    return tx.session.execute(line.execution_options(populate_existing=True)).scalar()
