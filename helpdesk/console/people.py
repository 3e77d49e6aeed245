"""What the details show of the person behind a conversation: only where identity is proved, and never a secret."""

from typing import Any

from sqlalchemy import select
from sqlmodel import col

from helpdesk.accounts import sessions
from helpdesk.accounts.people import account_by_id
from helpdesk.accounts.recovery_models import ResetInvitation
from helpdesk.chat.models import Conversation
from helpdesk.delivery.models import Job
from helpdesk.store.session import Tx

PROVED = ("signed_in", "jwt", "code")
KIND = "reset_invitation"


def account_facts(tx: Tx, conversation: Conversation) -> dict[str, Any] | None:
    """When the password was changed, how many browsers are signed in, whether invitations are stopped."""
    if conversation.identity not in PROVED or conversation.account_id is None:
        return None
    account = account_by_id(tx, conversation.account_id)
    if account is None:
        return None
    return {
        "password_changed_at": account.password_changed_at,
        "sessions": len(sessions.sessions_of(tx, conversation.account_id)),
        "frozen_until": account.frozen_until
        if account.frozen_until and account.frozen_until > tx.now
        else None,
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
