"""Where a mail goes: into the thread of its keyed address, or into a new ticket.

Each once, and never in a loop.
"""

from functools import partial
from hashlib import sha256
from typing import Any, Literal

from sqlalchemy import select
from sqlmodel import col

from helpdesk.accounts.addresses import is_own_address
from helpdesk.chat import files, hands, senders
from helpdesk.chat.post import Draft, post, say_system
from helpdesk.errors import DeskError
from helpdesk.inbound.attached import Sorted
from helpdesk.inbound.reading import Mail
from helpdesk.keys import Keys
from helpdesk.settings import Settings
from helpdesk.store.locks import one_at_a_time
from helpdesk.store.session import Tx
from helpdesk.tickets import intake, links, work
from helpdesk.tickets.models import MailIn, Ticket
from helpdesk.web.forms import email_address

LONGEST_CLIENT_ID = 64
CUT = "The mail was longer than a message can be: only its first 4,000 characters came along."
Outcome = Literal["answered", "opened", "noted", "ignored", "repeated"]


def land(tx: Tx, keys: Keys, settings: Settings, mail: Mail, came_along: Sorted) -> Outcome:
    """Put the mail where it belongs. Its sender is a claim: no rights, no new participant, never an agent.

    A machine's mail never opens a ticket and is never answered; in a thread it becomes a line of the history.
    """
    ident = mail.message_id or keys.mac("mail without id", mail.sender, mail.subject, mail.text).hex()
    one_at_a_time(tx, f"mail {ident}")
    if tx.session.execute(select(MailIn).where(col(MailIn.message_id) == ident)).scalar():
        return "repeated"
    numbers = [number for address in mail.recipients if (number := links.ticket_behind(keys, address))]
    if numbers:
        outcome = _into_thread(tx, keys, settings, mail, came_along, ident, numbers[0])
    else:
        outcome = _into_new(tx, keys, settings, mail, came_along, ident)
    tx.session.add(MailIn(message_id=ident, outcome=outcome, at=tx.now))
    return outcome


def _into_new(tx: Tx, keys: Keys, settings: Settings, mail: Mail, came_along: Sorted, ident: str) -> Outcome:
    text = mail.text or mail.subject  # some write all they have to say into the subject
    if mail.automatic or not text or not _is_for_us(mail, settings.mail_from):
        return "ignored"
    try:
        sender = email_address(mail.sender)
    except DeskError:
        return "ignored"
    if is_own_address(sender, settings.mail_from):
        return "ignored"  # our own mail came back: answering it would go on for ever
    opened = intake.open_ticket(
        tx, keys, email=sender, subject=mail.subject, text=text, conversation_id=None,
        client_id=f"mail:{keys.mac('mail', ident).hex()[:40]}", source="mail",
    )  # fmt: skip
    number, refused = opened.conversation_id, list(came_along.refused)
    conversation = hands.by_number(tx, number)
    if mail.is_cut:
        refused.append(CUT)
    if conversation is not None and opened.fresh:
        owner = senders.of_requester(number)
        if kept := _keep(tx, settings, came_along, number, refused, owner):
            post(
                tx,
                number,
                Draft(owner, "visitor", conversation.name, "", _client_id("files", ident), files=kept),
            )
        _name_refused(tx, number, refused)
    return "opened"


def _into_thread(
    tx: Tx, keys: Keys, settings: Settings, mail: Mail, came_along: Sorted, ident: str, ticket_id: int
) -> Outcome:
    found = tx.session.get(Ticket, ticket_id)
    ticket = work.survivor_of(tx, found) if found else None
    conversation = hands.by_number(tx, ticket.conversation_id) if ticket else None
    if ticket is None or conversation is None:
        return "ignored"
    number = ticket.conversation_id
    if mail.automatic:
        work.log_event(tx, number, "mail", f"A machine answered by mail ({mail.automatic}).")
        return "noted"
    text, refused = intake.cleaned(tx, keys, mail.text), list(came_along.refused)
    if not text and not came_along:
        return "ignored"
    if mail.is_cut:
        refused.append(CUT)
    if text or came_along.files:
        keep = partial(_keep, tx, settings, came_along, number, refused)
        work.requester_reply(tx, conversation, _client_id("mail", ident), text, keep)
    _name_refused(tx, number, refused)
    if mail.sender.casefold() != ticket.email.casefold():
        who = mail.sender[:120] or "nobody"
        work.log_event(tx, number, "mail", f"The last answer came by mail from {who}, not the requester.")
    return "answered"


def _client_id(kind: str, ident: str) -> str:
    """What makes the message of this mail the only one: its Message-ID, or the hash of a long one."""
    whole = f"{kind}:{ident}"
    return whole if len(whole) <= LONGEST_CLIENT_ID else f"{kind}:{sha256(ident.encode()).hexdigest()[:50]}"


def _keep(
    tx: Tx, settings: Settings, came_along: Sorted, conversation_id: int, refused: list[str], owner: str
) -> list[dict[str, Any]]:
    """The files as a message names them; those that are too many for a day join the `refused`."""
    kept: list[dict[str, Any]] = []
    for file in came_along.files:
        try:
            kept += files.keep_all(tx, settings.data_dir, conversation_id, owner, [file])
        except DeskError as error:
            refused.append(f"“{file.name}” did not come along. {error.sentence}")
    return kept


def _name_refused(tx: Tx, conversation_id: int, refused: list[str]) -> None:
    """Both sides read which files are missing, and why."""
    if refused:
        say_system(tx, conversation_id, "\n".join(refused))
        hands.ring_inbox(tx, conversation_id)


def _is_for_us(mail: Mail, mail_from: str) -> bool:
    return any(is_own_address(address, mail_from) for address in mail.recipients)
