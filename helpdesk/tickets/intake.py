"""Open a ticket.

From a chat, where everything stays in its one thread, or from a form, a mail or a program.
"""

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import select, update
from sqlmodel import col

from helpdesk.accounts.burning import burn
from helpdesk.actor import PROVED, Customer
from helpdesk.chat import hands, senders
from helpdesk.chat.models import Conversation
from helpdesk.chat.post import Draft, post
from helpdesk.chat.secrets import code_candidates, scrub
from helpdesk.delivery import outbox
from helpdesk.errors import Conflict, NotFound
from helpdesk.keys import Keys, token_hash
from helpdesk.store.locks import one_at_a_time
from helpdesk.store.session import Tx
from helpdesk.tickets import lifecycle, links, work
from helpdesk.tickets.models import MailedAddress, Ticket
from helpdesk.webhooks.publish import publish

CONFIRMATION_MAIL = "ticket_confirmation"
ONE_CONFIRMATION_IN = timedelta(hours=24)


@dataclass(frozen=True)
class OpenedTicket:
    """`url_token` is the private link's token, `/t/<url_token>`.

    `fresh` is False when it was there already.
    """

    reference: str
    url_token: str | None
    conversation_id: int
    public_id: str
    ticket_id: int
    fresh: bool = True


def open_ticket(
    tx: Tx,
    keys: Keys,
    *,
    email: str,
    subject: str,
    text: str,
    conversation_id: int | None,
    client_id: str | None,
    source: str,
    customer: Customer | None = None,
) -> OpenedTicket:
    """A ticket for this conversation, or for a new one whose first message is `text`.

    Asked again for the same conversation, or with the same client id and address, it gives the first one.
    A confirmation goes to the address: fixed words, to an unproved one at most once in 24 hours.
    """
    if source != "security":  # our own words about an account; nobody outside wrote them
        subject, text = cleaned(tx, keys, subject), cleaned(tx, keys, text)
    known = _known(tx, conversation_id, client_id, email, source)
    if known is not None:
        return _opened(tx, keys, known, fresh=False)
    conversation = _conversation(tx, conversation_id, email, customer)
    proved = bool(conversation.verified_email) and conversation.verified_email == email
    conversation.subject = conversation.subject or lifecycle.subject_from(
        subject, text or conversation.last_text
    )
    if conversation.identity not in PROVED:
        conversation.identity, conversation.claimed_email = "claimed", email
    tx.session.add(conversation)
    tx.session.flush()
    number = conversation.id or 0
    if conversation_id is None and text:
        post(tx, number, Draft(senders.of_requester(number), "visitor", conversation.name, text, client_id))
    ticket = Ticket(
        conversation_id=number,
        link_hash=token_hash(links.token_for(keys, conversation.public_id)),
        client_id=client_id,
        email=email,
        is_verified=proved,
        source=source,
        priority=lifecycle.priority_for(
            f"{subject}\n{text}\n{conversation.subject}\n{conversation.last_text}"
        ),
        created_at=tx.now,
    )
    tx.session.add(ticket)
    tx.session.flush()
    tx.session.refresh(conversation)
    if conversation.assignee_id is not None and conversation.handled_by == "closed":
        hands.reopen(tx, conversation)
    hands.to_ticket(tx, conversation, f"This is ticket {ticket.reference}. We answer here and by email.")
    work.log_event(tx, number, source, f"Ticket {ticket.reference} was opened ({source}).")
    work.refresh(tx, ticket)
    if source != "security":
        _confirm(tx, keys, ticket, proved=proved)
    facts = {"subject": conversation.subject, "priority": ticket.priority, "source": source}
    publish(tx, "ticket.opened", {"ref": ticket.reference, "conversation": conversation.public_id, **facts})
    return _opened(tx, keys, ticket, fresh=True)


def cleaned(tx: Tx, keys: Keys, text: str) -> str:
    """The text without secrets; a live verification code that stood in it is dead."""
    clean = scrub(text).text
    if clean != text and (candidates := code_candidates(text)):
        burn(tx, keys, candidates)
    return clean


def ticket_of(tx: Tx, keys: Keys, conversation_id: int) -> tuple[str, str] | None:
    """(reference, path of the private link) of this conversation's ticket; of the survivor after a merge."""
    ticket = tx.session.execute(select(Ticket).where(col(Ticket.conversation_id) == conversation_id)).scalar()
    if ticket is None:
        return None
    survivor = work.survivor_of(tx, ticket)
    conversation = tx.session.get(Conversation, survivor.conversation_id)
    if conversation is None:
        return None
    return survivor.reference, links.path_for(keys, conversation.public_id)


def by_token(tx: Tx, token: str) -> tuple[Ticket, Conversation]:
    """The ticket behind a private link; of the survivor after a merge. NotFound for any other token."""
    found = tx.session.execute(select(Ticket).where(col(Ticket.link_hash) == token_hash(token))).scalar()
    if found is None:
        raise NotFound()
    ticket = work.survivor_of(tx, found)
    conversation = hands.by_number(tx, ticket.conversation_id)
    if conversation is None:
        raise NotFound()
    return ticket, conversation


def _known(
    tx: Tx, conversation_id: int | None, client_id: str | None, email: str, source: str
) -> Ticket | None:
    if conversation_id is not None:
        line = select(Ticket).where(col(Ticket.conversation_id) == conversation_id)
        return tx.session.execute(line).scalar()
    if client_id is None:
        return None
    one_at_a_time(tx, f"ticket {source} {client_id}")
    line = select(Ticket).where(col(Ticket.client_id) == client_id, col(Ticket.source) == source)
    found = tx.session.execute(line).scalar()
    if found is not None and found.email != email:
        raise Conflict("This form was sent already, with another address.")
    return found


def _conversation(tx: Tx, conversation_id: int | None, email: str, customer: Customer | None) -> Conversation:
    if conversation_id is not None:
        found = hands.by_number(tx, conversation_id)
        if found is None:
            raise NotFound()
        return found
    is_own = customer is not None and customer.email == email
    conversation = Conversation(
        name=(customer.name if customer and customer.name else email.partition("@")[0])[:80],
        identity="signed_in" if is_own else "claimed",
        account_id=customer.account_id if customer and is_own else None,
        verified_email=email if is_own else "",
        claimed_email="" if is_own else email,
        handled_by="ticket",
        waiting_since=tx.now,
        created_at=tx.now,
        touched_at=tx.now,
    )
    tx.session.add(conversation)
    tx.session.flush()
    return conversation


def _confirm(tx: Tx, keys: Keys, ticket: Ticket, *, proved: bool) -> None:
    if not proved:
        key = keys.mac("mailed address", ticket.email.casefold()).hex()
        one_at_a_time(tx, f"mailed address {key}")
        recent = tx.session.get(MailedAddress, key)
        if recent is not None and recent.at > tx.now - ONE_CONFIRMATION_IN:
            return
        if recent is None:
            tx.session.add(MailedAddress(key=key, at=tx.now))
        else:
            tx.session.execute(update(MailedAddress).where(col(MailedAddress.key) == key).values(at=tx.now))
    outbox.enqueue(tx, CONFIRMATION_MAIL, {"ticket": ticket.id})


def _opened(tx: Tx, keys: Keys, ticket: Ticket, *, fresh: bool) -> OpenedTicket:
    conversation = tx.session.get(Conversation, ticket.conversation_id)
    assert conversation is not None
    token = links.token_for(keys, conversation.public_id)
    return OpenedTicket(
        ticket.reference, token, conversation.id or 0, conversation.public_id, ticket.id or 0, fresh
    )
