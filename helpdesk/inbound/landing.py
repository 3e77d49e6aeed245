"""Where a mail goes: into the thread of its keyed address, or into a new ticket.

Each once, and never in a loop.
"""

from typing import Literal

from sqlalchemy import select
from sqlmodel import col

from helpdesk.chat import hands
from helpdesk.errors import DeskError
from helpdesk.inbound.reading import Mail
from helpdesk.keys import Keys
from helpdesk.store.session import Tx
from helpdesk.tickets import intake, links, work
from helpdesk.tickets.models import MailIn, Ticket
from helpdesk.web.forms import email_address

Outcome = Literal["answered", "opened", "noted", "ignored", "repeated"]


def land(tx: Tx, keys: Keys, mail: Mail, mail_from: str) -> Outcome:
    """Put the mail where it belongs. Its sender is a claim: no rights, no new participant, never an agent.

    A machine's mail never opens a ticket and is never answered; in a thread it becomes a line of the history.
    """
    ident = mail.message_id or keys.mac("mail without id", mail.sender, mail.subject, mail.text).hex()
    if tx.session.execute(select(MailIn).where(col(MailIn.message_id) == ident)).scalar():
        return "repeated"
    outcome = _place(tx, keys, mail, mail_from, ident)
    tx.session.add(MailIn(message_id=ident, outcome=outcome, at=tx.now))
    return outcome


def _place(tx: Tx, keys: Keys, mail: Mail, mail_from: str, ident: str) -> Outcome:
    numbers = [number for address in mail.recipients if (number := links.ticket_behind(keys, address))]
    text = mail.text
    if numbers:
        return _into_thread(tx, mail, numbers[0], intake.cleaned(tx, keys, text), ident)
    if mail.automatic or not text or not _is_for_us(mail, mail_from):
        return "ignored"
    try:
        sender = email_address(mail.sender)
    except DeskError:
        return "ignored"
    if _is_own(sender, mail_from):
        return "ignored"  # our own mail came back: answering it would go on for ever
    intake.open_ticket(
        tx, keys, email=sender, subject=mail.subject, text=text, conversation_id=None,
        client_id=f"mail:{keys.mac('mail', ident).hex()[:40]}", source="mail",
    )  # fmt: skip
    return "opened"


def _into_thread(tx: Tx, mail: Mail, number: int, text: str, ident: str) -> Outcome:
    found = tx.session.get(Ticket, number)
    ticket = work.survivor_of(tx, found) if found else None
    conversation = hands.by_number(tx, ticket.conversation_id) if ticket else None
    if ticket is None or conversation is None:
        return "ignored"
    if mail.automatic:
        work.log_event(tx, ticket.conversation_id, "mail", f"A machine answered by mail ({mail.automatic}).")
        return "noted"
    if not text:
        return "ignored"
    work.requester_reply(tx, conversation, f"mail:{ident}"[:64], text)
    if mail.sender.casefold() != ticket.email.casefold():
        who = mail.sender[:120] or "nobody"
        work.log_event(
            tx, ticket.conversation_id, "mail", f"The last answer came by mail from {who}, not the requester."
        )
    return "answered"


def _is_for_us(mail: Mail, mail_from: str) -> bool:
    return any(_is_own(address, mail_from) for address in mail.recipients)


def _is_own(address: str, mail_from: str) -> bool:
    local, _, host = mail_from.lower().partition("@")
    theirs, _, at = address.lower().partition("@")
    return at == host and theirs.partition("+")[0] == local
