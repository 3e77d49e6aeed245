"""Waiting for a person: who has waited long enough is offered a ticket, once; everything written goes along."""

from datetime import timedelta

from sqlalchemy import select, update
from sqlmodel import col

from helpdesk.chat.models import Conversation
from helpdesk.chat.post import Draft, post
from helpdesk.store.session import Tx

AT_ONCE = 200
OFFER = (
    "Nobody was free so far. You keep your place in line; or turn this chat into a ticket: "
    "everything you wrote goes along, and we answer by email."
)
LABEL = "Submit a ticket"
CHOICES = [{"id": "ticket", "label": LABEL}]


def offer_tickets(tx: Tx, after_s: float) -> int:
    """Offer a ticket to all who wait for longer than `after_s` and were not offered one; how many."""
    long_ago = tx.now - timedelta(seconds=after_s)
    line = (
        select(col(Conversation.id))
        .where(col(Conversation.handled_by) == "queue", col(Conversation.waiting_since) <= long_ago)
        .where(
            col(Conversation.ticket_offered_at).is_(None)
            | (col(Conversation.ticket_offered_at) < col(Conversation.waiting_since))
        )
        .order_by(col(Conversation.id))
        .limit(AT_ONCE)
    )
    waiting = list(tx.session.execute(line).scalars())
    for number in waiting:
        post(tx, number, Draft("system", "system", "", OFFER, choices=CHOICES))
    if waiting:
        mark = update(Conversation).where(col(Conversation.id).in_(waiting)).values(ticket_offered_at=tx.now)
        tx.session.execute(mark.execution_options(synchronize_session=False))
    return len(waiting)
