"""Second thoughts: a reply lies on the server for five seconds before it goes out, and can be taken back meanwhile.

Its words are safe from the moment of sending. Whichever is first lets it go: the console whose time is over, or the
worker's clock. What cannot go out any more becomes the writer's draft again.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlmodel import col

from helpdesk.accounts.staff import as_agent, staff_by_id
from helpdesk.actor import Agent
from helpdesk.chat import files, hands, notes, senders
from helpdesk.chat.access import conversation_for
from helpdesk.chat.models import Conversation
from helpdesk.chat.post import Posted, find
from helpdesk.chat.secrets import scrub
from helpdesk.errors import Conflict, DeskError, Refused
from helpdesk.store.session import Tx
from helpdesk.tickets import drafts, preferences, work
from helpdesk.tickets.models import HeldReply

if TYPE_CHECKING:
    from helpdesk.wiring import Desk

HOLD_S = 5.0
LOOK_EVERY_S = 1.0
AT_ONCE = 50
GONE = "It is on its way already."


@dataclass(frozen=True)
class Reply:
    """What an agent sends. `after`: the last message that they had read; `files`: ids; `resolve`: and close it."""

    client_id: str
    text: str
    after: int | None = None
    files: tuple[str, ...] = ()
    resolve: bool = False


def send(tx: Tx, agent: Agent, public_id: str, reply: Reply) -> Posted:
    """Out with it, now; its draft is forgotten."""
    posted = _post(tx, agent, public_id, reply)
    drafts.sent(tx, agent.id, conversation_for(tx, agent, public_id).id or 0, reply.files)
    return posted


def _post(tx: Tx, agent: Agent, public_id: str, reply: Reply) -> Posted:
    number = conversation_for(tx, agent, public_id).id or 0
    kept = files.take(tx, number, senders.of_agent(agent.id), list(reply.files))
    notes.read_mentions(tx, agent, number)
    posted = hands.reply(tx, agent, public_id, reply.client_id, reply.text, reply.after, kept)
    if reply.resolve:
        hands.resolve(tx, agent, public_id)
    return posted


def send_or_hold(tx: Tx, agent: Agent, public_id: str, reply: Reply) -> Posted | HeldReply:
    """As this agent wants it: tickets wait, or everything, or nothing. Refused for the same reasons either way."""
    conversation = conversation_for(tx, agent, public_id)
    number = conversation.id or 0
    if find(tx, number, senders.of_agent(agent.id), reply.client_id) or not _waits(tx, agent, conversation):
        return send(tx, agent, public_id, reply)
    if known := _held(tx, agent.id, number, reply.client_id, locked=False):
        return known
    files.take(tx, number, senders.of_agent(agent.id), list(reply.files))
    text = scrub(reply.text).text
    hands.refuse_unfit(tx, number, senders.of_agent(agent.id), text, reply.after, has_files=bool(reply.files))
    held = HeldReply(
        staff_id=agent.id, conversation_id=number, client_id=reply.client_id, text=text, after=reply.after,
        files=list(reply.files), resolve=reply.resolve, due_at=tx.now + timedelta(seconds=HOLD_S),
    )  # fmt: skip
    tx.session.add(held)
    tx.session.flush()
    drafts.sent(tx, agent.id, number, reply.files)
    return held


def take_back(tx: Tx, agent: Agent, public_id: str, client_id: str) -> HeldReply:
    """Its words and files are a draft again. Conflict when it is on its way already."""
    number = conversation_for(tx, agent, public_id).id or 0
    held = _held(tx, agent.id, number, client_id)
    if held is None:
        raise Conflict(GONE)
    tx.session.delete(held)
    drafts.put_back(tx, agent.id, number, held.text, held.files)
    return held


def release(tx: Tx, agent: Agent, public_id: str, client_id: str) -> Posted | DeskError:
    """Let it go now. The error, which is no exception so that the draft stays, says why it could not."""
    number = conversation_for(tx, agent, public_id).id or 0
    held = _held(tx, agent.id, number, client_id)
    if held is not None:
        return _let_go(tx, held)
    if gone := find(tx, number, senders.of_agent(agent.id), client_id):
        return Posted(gone, False)
    return Conflict("It was not sent. Its words are a draft again.")


async def look(desk: "Desk") -> None:
    """For the worker's clock: what is due goes out, whether a console is open or not."""
    if await desk.store.read(_is_any_due):
        await desk.store.write(release_due)


def release_due(tx: Tx) -> int:
    """Let go what is due, in the order in which it was sent; how many there were."""
    due = _due(tx)
    for held in due:
        _let_go(tx, held)
    return len(due)


def of(tx: Tx, agent: Agent, conversation_id: int) -> list[HeldReply]:
    """What this agent may still take back here."""
    mine = col(HeldReply.staff_id) == agent.id
    line = select(HeldReply).where(mine, col(HeldReply.conversation_id) == conversation_id)
    return list(tx.session.execute(line.order_by(col(HeldReply.id))).scalars())


def _waits(tx: Tx, agent: Agent, conversation: Conversation) -> bool:
    wanted = preferences.of(tx, agent.id).undo
    return wanted == "all" or (wanted == "tickets" and hands.is_ticket(tx, conversation.id or 0))


def _let_go(tx: Tx, held: HeldReply) -> Posted | DeskError:
    reply = Reply(held.client_id, held.text, held.after, tuple(held.files), held.resolve)
    staff_id, number = held.staff_id, held.conversation_id
    tx.session.delete(held)
    tx.session.flush()
    savepoint, rings = tx.connection.begin_nested(), len(tx.rings)
    try:
        staff = staff_by_id(tx, staff_id)
        conversation = hands.by_number(tx, number)
        if staff is None or staff.disabled_at is not None or conversation is None:
            raise Refused("Its writer may not answer any more.")
        # Not `send`, which forgets the draft: another one may have been begun meanwhile.
        posted = _post(tx, as_agent(staff), conversation.public_id, reply)
        tx.session.flush()
        savepoint.commit()
        return posted
    except DeskError as error:
        savepoint.rollback()
        tx.session.expire_all()
        del tx.rings[rings:]
        drafts.put_back(tx, staff_id, number, reply.text, reply.files)
        work.log_event(tx, number, "system", f"A reply was not sent and is a draft again: {error.sentence}")
        return error


def _is_any_due(tx: Tx) -> bool:
    line = select(col(HeldReply.id)).where(col(HeldReply.due_at) <= tx.now).limit(1)
    return tx.session.execute(line).first() is not None


def _due(tx: Tx) -> list[HeldReply]:
    line = select(HeldReply).where(col(HeldReply.due_at) <= tx.now).order_by(col(HeldReply.id)).limit(AT_ONCE)
    return list(tx.session.execute(line.with_for_update(skip_locked=True)).scalars())


def _held(
    tx: Tx, staff_id: int, conversation_id: int, client_id: str, *, locked: bool = True
) -> HeldReply | None:
    line = select(HeldReply).where(
        col(HeldReply.staff_id) == staff_id, col(HeldReply.conversation_id) == conversation_id,
        col(HeldReply.client_id) == client_id,
    )  # fmt: skip
    found: HeldReply | None = tx.session.execute(
        line.with_for_update(skip_locked=True) if locked else line
    ).scalar()
    return found
