"""What the details show of the person behind a conversation: only where identity is proved, and never a secret."""

from typing import Any

from sqlalchemy import select
from sqlmodel import col

from helpdesk.accounts import sessions
from helpdesk.accounts.addresses import masked
from helpdesk.accounts.people import account_by_id
from helpdesk.accounts.recovery_models import ResetInvitation
from helpdesk.actor import PROVED, Agent
from helpdesk.audit import trail
from helpdesk.chat.access import conversation_for
from helpdesk.chat.models import Conversation
from helpdesk.delivery import suppression
from helpdesk.delivery.models import Job
from helpdesk.errors import Conflict
from helpdesk.keys import Keys
from helpdesk.store.session import Tx
from helpdesk.tickets import work

KIND = "reset_invitation"


def account_facts(tx: Tx, conversation: Conversation) -> dict[str, Any] | None:
    """When the password was changed, how many browsers are signed in, where mails go."""
    if conversation.identity not in PROVED or conversation.account_id is None:
        return None
    account = account_by_id(tx, conversation.account_id)
    if account is None:
        return None
    return {
        "password_changed_at": account.password_changed_at,
        "sessions": len(sessions.sessions_of(tx, conversation.account_id)),
        "mails_go_to": masked(account.email),
    }


def mail_state(tx: Tx, conversation: Conversation) -> str:
    """What became of the last invitation's mail: queued, accepted, refused, or nothing to tell.

    For a conversation whose identity is not proved there is never anything to tell: it would say whether there is
    an account.
    """
    if conversation.identity not in PROVED or conversation.account_id is None:
        return ""
    line = select(ResetInvitation).where(col(ResetInvitation.conversation) == conversation.public_id)
    last = tx.session.execute(line.order_by(col(ResetInvitation.id).desc()).limit(1)).scalar()
    if last is None:
        return ""
    jobs = select(col(Job.payload), col(Job.state)).where(
        col(Job.kind) == KIND, col(Job.state).in_(("waiting", "dead"))
    )
    for payload, state in tx.session.execute(jobs):
        if payload.get("invitation") == last.id:
            return "queued" if state == "waiting" else "refused by the mail server"
    return "accepted by the mail server" if last.invited_at is not None else ""


def stopped_mails(tx: Tx, keys: Keys, conversation: Conversation) -> suppression.Suppression | None:
    """Why nothing is mailed to this person: their mail server said that the address does not exist.

    Told of a proved address, or of a ticket's: mails of a ticket go out whether there is an account or not.
    """
    address = _mailed(tx, conversation)
    return suppression.suppressed(tx, keys, address) if address else None


def lift(tx: Tx, keys: Keys, agent: Agent, public_id: str, reason: str) -> None:
    """Mail this person again. Conflict where nothing was stopped."""
    conversation = conversation_for(tx, agent, public_id)
    address = _mailed(tx, conversation)
    if not address or not suppression.lift(tx, keys, address):
        raise Conflict("Mails to this address are not stopped.")
    trail.record(
        tx,
        keys,
        agent,
        "mail:resumed",
        account_id=conversation.account_id,
        conversation=public_id,
        reason=reason,
    )
    work.log_event(tx, conversation.id or 0, agent.name, f"Mails to this address go out again: {reason}")


def _mailed(tx: Tx, conversation: Conversation) -> str:
    ticket = work.whole(tx, conversation).ticket
    proved = conversation.verified_email if conversation.identity in PROVED else ""
    return proved or (ticket.email if ticket else "")
