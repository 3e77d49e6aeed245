"""Two tickets of one person become one; both references and both private links open the survivor."""

from sqlalchemy import select

from helpdesk.actor import Agent
from helpdesk.audit import trail
from helpdesk.chat import hands
from helpdesk.chat.access import conversation_for
from helpdesk.chat.post import Draft, messages, post, say_system
from helpdesk.errors import Conflict, Invalid
from helpdesk.keys import Keys
from helpdesk.store.session import Tx
from helpdesk.tickets import work


def merge(tx: Tx, keys: Keys, agent: Agent, public_id: str, into_reference: str) -> work.Whole:
    """Put this ticket's words at the end of another one of the same person.

    Both references open the survivor; the audit trail keeps who did it.
    """
    source = work.whole(tx, conversation_for(tx, agent, public_id))
    target = work.by_reference(tx, agent, into_reference)
    if source.ticket is None or target.ticket is None:
        raise Conflict("Only tickets can be merged.")
    if source.ticket.id == target.ticket.id:
        raise Invalid(into="Choose another ticket than this one.")
    if source.ticket.email.casefold() != target.ticket.email.casefold():
        raise Conflict("These tickets belong to different people.")
    goes, stays = source.conversation, target.conversation
    say_system(
        tx, stays.id or 0, f"Ticket {source.reference} was merged into this one. What was written there:"
    )
    line = select(messages).where(messages.c.conversation_id == goes.id, messages.c.author != "system")
    for row in tx.connection.execute(line.order_by(messages.c.seq)).mappings().all():
        text = row["text"] or "(a file)"
        draft = Draft(
            f"m:{goes.id}", row["author"], row["name"], text, str(row["seq"]), article=row["article"],
            files=row["files"] or [], provenance={"merged": source.reference},
        )  # fmt: skip
        post(tx, stays.id or 0, draft)
    source.ticket.merged_into = target.ticket.id
    tx.session.add(source.ticket)
    tx.session.flush()
    say_system(tx, goes.id or 0, f"This ticket goes on as {target.reference}.")
    hands.resolve(tx, agent, goes.public_id)
    work.log_event(tx, goes.id or 0, agent.name, f"Merged into {target.reference}.")
    into = {"into": target.reference}
    trail.record(
        tx, keys, agent, "ticket:merged", subject=source.reference, conversation=goes.public_id, more=into
    )
    kept = conversation_for(tx, agent, stays.public_id)
    work.refresh(tx, target.ticket)
    work.changed(tx, agent, kept, f"{source.reference} was merged into it.")
    return work.whole(tx, kept)
