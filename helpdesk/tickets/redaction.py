"""Take words out of a message after it was said: a visible mark stays, and an entry in the audit trail."""

from sqlalchemy import select, update

from helpdesk.actor import Agent
from helpdesk.audit import trail
from helpdesk.chat.access import conversation_for
from helpdesk.chat.post import PREVIEW_CHARS, conversations, messages, topic
from helpdesk.errors import Invalid, NotFound
from helpdesk.keys import Keys
from helpdesk.store.session import Tx
from helpdesk.tickets import search_index, work

MARK = "[removed]"
LEAST = 2


def redact(tx: Tx, keys: Keys, agent: Agent, public_id: str, seq: int, part: str) -> str:
    """Put a mark in place of `part`, wherever it stands in message `seq`; the text as it is now.

    Everybody who has the conversation open sees the new text. Invalid when the message does not hold the words.
    """
    conversation = conversation_for(tx, agent, public_id)
    number = conversation.id or 0
    where = (
        messages.c.conversation_id == number,
        messages.c.seq == seq,
        messages.c.author.in_(("visitor", "agent")),
    )
    before = tx.connection.execute(select(messages.c.text).where(*where)).scalar()
    if before is None:
        raise NotFound()
    if len(part.strip()) < LEAST or part not in before:
        raise Invalid(part="Copy the words to remove exactly as they stand in the message.")
    after = str(before).replace(part, MARK)
    tx.connection.execute(update(messages).where(*where).values(text=after))
    # What stands in the row is cut off, perhaps in the midst of `part`.
    shown = (
        after[:PREVIEW_CHARS] if conversation.last_seq == seq else conversation.last_text.replace(part, MARK)
    )
    if shown != conversation.last_text:
        tx.connection.execute(
            update(conversations).where(conversations.c.id == number).values(last_text=shown)
        )
    search_index.replace(tx, number, seq, after)
    work.log_event(tx, number, agent.name, f"Removed words from message {seq}.")
    trail.record(
        tx, keys, agent, "message:redacted", conversation=public_id, more={"seq": seq, "chars": len(part)}
    )
    tx.ring(topic(number), {"type": "changed", "seq": seq, "text": after})
    tx.ring("inbox", {"conversation": number})
    return after
