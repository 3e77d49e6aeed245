"""What an agent may start for a customer who is locked out: an invitation, and nothing else.

The agent never holds a link, a code or a password, and learns nothing about whether there is an account: the rule
looks at the conversation and the staff only; the worker finds the account, if there is one (`letters_out.py`).
"""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlmodel import col

from helpdesk.accounts import step_up
from helpdesk.accounts.addresses import address_mac, email_key
from helpdesk.accounts.models import Account
from helpdesk.accounts.recovery_models import RecoveryFlow, ResetInvitation
from helpdesk.accounts.reset_risk import IN_A_ROW
from helpdesk.accounts.staff import staff_by_address, staff_by_id
from helpdesk.accounts.staff_models import StaffSession
from helpdesk.accounts.step_up import StepUp
from helpdesk.actor import PROVED, Agent, System
from helpdesk.audit import trail
from helpdesk.delivery.outbox import enqueue
from helpdesk.errors import Conflict, DeskError, Invalid, Refused
from helpdesk.keys import Keys
from helpdesk.limits.refusal import too_many
from helpdesk.store.locks import one_at_a_time
from helpdesk.store.session import Tx
from helpdesk.webhooks.publish import publish

LEAST_REASON, MOST_REASON = 20, 500
MAY_INVITE = ("agent", "lead", "admin")
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
PER_AGENT = ((10, HOUR), (30, DAY))
PER_TARGET = (2, DAY)
PER_DESK = (100, HOUR)
HOLD_HOURS = 24
NEW_AGENT = timedelta(days=14)
ANSWER = "If an account exists for this address, an invitation was sent to its registered address."
SOMEBODY_ELSE = "This customer is known to us under another address than that."
NOT_YOURS = "Claim this conversation first: only its agent can send an invitation."


@dataclass(frozen=True)
class ConversationFacts:
    """What the rule needs to know of the conversation or ticket, so that accounts need not know chat.

    `identity_level`: anonymous, claimed, jwt or signed_in. `account_id` only where identity is verified.
    `reference` is what the customer knows the case by.
    """

    public_id: str
    internal_id: int
    assignee_id: int | None
    is_open: bool
    identity_level: str = "anonymous"
    account_id: int | None = None
    claimed_email: str | None = None
    last_visitor_at: datetime | None = None
    reference: str = ""


@dataclass(frozen=True)
class InvitationView:
    """What the agent sees: always the same sentence. `is_repeat`: this request was taken before."""

    public_id: str
    state: str
    sentence: str = ANSWER
    is_repeat: bool = False


def invite(
    tx: Tx,
    keys: Keys,
    agent: Agent,
    conversation: ConversationFacts,
    reason: str,
    email: str | None,
    proof: StepUp,
    *,
    request_key: str = "",
    ip: str = "",
    limited: bool = True,
) -> InvitationView:
    """Start an invitation; the worker sends it to the registered, verified address, if there is one.

    The same `request_key` of the same agent is answered again and starts nothing. Raises Refused (role, staff as
    target), Conflict (not claimed, closed, customer silent), Invalid (reason, email), StepUpNeeded, TooMany.
    """
    if request_key and (known := _by_request(tx, agent, request_key)):
        return InvitationView(known.public_id, "invited", is_repeat=True)
    reason = _reason(reason)
    _check_right(tx, agent, conversation)
    address = _target(tx, conversation, email)
    _check_not_staff(tx, address)
    target_key = address_mac(keys, address)
    method = step_up.check(tx, keys, agent, step_up.invitation_purpose(target_key), proof)
    if limited:
        _check_budgets(tx, agent, target_key)
    session = tx.session.get(StaffSession, agent.session_id or 0)
    invitation = ResetInvitation(
        request_key=request_key or secrets.token_urlsafe(16),
        agent_id=agent.id,
        agent_name=agent.name,
        agent_session_id=agent.session_id,
        agent_device=session.device_hash if session else "",
        conversation_id=conversation.internal_id,
        conversation=conversation.public_id,
        reference=conversation.reference,
        identity_level=conversation.identity_level,
        reason=reason,
        address=address,
        address_key=target_key,
        account_id=conversation.account_id,
        is_linked=conversation.account_id is not None,
        nonce=secrets.token_urlsafe(16),
        asked_at=tx.now,
    )
    tx.session.add(invitation)
    tx.session.flush()
    trail.record(
        tx, keys, agent, "reset:invited", account_id=conversation.account_id, subject=target_key[:16],
        conversation=conversation.public_id, reason=reason, identity_level=conversation.identity_level,
        step_up=method, ip=ip,
        more={"invitation": invitation.public_id, "unusual": _unusual(tx, agent)},
    )  # fmt: skip
    enqueue(tx, "reset_invitation", {"invitation": invitation.id})
    publish(tx, "reset.invited", {"conversation": conversation.public_id, "agent": agent.name})
    return InvitationView(invitation.public_id, "invited")


def why_not(
    tx: Tx, keys: Keys, agent: Agent, conversation: ConversationFacts, *, limited: bool = True
) -> str:
    """What would stop this agent now, in a sentence; empty for nothing. It is silent about accounts that are not proved."""
    try:
        _check_right(tx, agent, conversation)
        address = _target(tx, conversation, None)
    except Invalid:
        address = ""
    except DeskError as error:
        return error.sentence
    account = tx.session.get(Account, conversation.account_id or 0)
    if account is not None and account.frozen_until is not None and account.frozen_until > tx.now:
        return f"The customer stopped invitations until {account.frozen_until:%d %B, %H:%M} UTC."
    wait_s = _wait_s(tx, agent, address_mac(keys, address) if address else "") if limited else 0.0
    again = tx.now + timedelta(seconds=wait_s)
    return f"That was too many invitations. Again from {again:%d %B, %H:%M} UTC." if wait_s else ""


def purpose_for(tx: Tx, keys: Keys, conversation: ConversationFacts, email: str | None) -> str:
    """What a step-up for this invitation is bound to. Raises what `invite` raises for a wrong target."""
    return step_up.invitation_purpose(address_mac(keys, _target(tx, conversation, email)))


def state_of(tx: Tx, conversation_public_id: str) -> list[tuple[str, datetime]]:
    """(state, asked at) of this conversation's invitations, newest first, as its agents may see them.

    Only where the identity is verified do they follow what became of it; else it stays "invited".
    """
    line = select(ResetInvitation).where(col(ResetInvitation.conversation) == conversation_public_id)
    rows = tx.session.execute(line.order_by(col(ResetInvitation.id).desc())).scalars().all()
    return [(_shown_state(tx.now, row), row.asked_at) for row in rows]


def invitation_of_flow(tx: Tx, flow_id: int) -> ResetInvitation | None:
    """The invitation that a flow came from."""
    flow = tx.session.get(RecoveryFlow, flow_id)
    return tx.session.get(ResetInvitation, flow.invitation_id) if flow and flow.invitation_id else None


def mark_completed(tx: Tx, keys: Keys, invitation: ResetInvitation) -> None:
    """The customer has a new password; for a day nothing else that is sensitive may change."""
    invitation.state, invitation.settled_at, invitation.failure = "completed", tx.now, ""
    tx.session.add(invitation)
    account = tx.session.get(Account, invitation.account_id or 0)
    if account is not None:
        account.held_until = tx.now + timedelta(hours=HOLD_HOURS)
        tx.session.add(account)
        tx.session.flush()
    trail.record(
        tx, keys, System("recovery"), "reset:completed", account_id=invitation.account_id,
        conversation=invitation.conversation, more={"invitation": invitation.public_id},
    )  # fmt: skip


def _shown_state(now: datetime, row: ResetInvitation) -> str:
    if row.failure and row.state in {"asked", "failed"}:  # the directory never said whom it knows: no secret
        end = "not sent yet" if row.state == "asked" else "could not be completed"
        return f"{end}: {row.failure}"
    if not row.is_linked:
        return "invited"
    if row.state in {"invited", "opened"} and row.ends_at is not None and row.ends_at <= now:
        return f"could not be completed: {row.failure}" if row.failure else "expired"
    if row.failure and row.state == "opened":
        return f"not completed yet: {row.failure}"
    return row.state if row.state in {"opened", "completed", "cancelled", "mailed"} else "invited"


def _unusual(tx: Tx, agent: Agent) -> str:
    """What a lead should look at in the trail: a new colleague, or invitations that nobody ever completed."""
    staff = staff_by_id(tx, agent.id)
    found = ["new agent"] if staff and tx.now - staff.created_at < NEW_AGENT else []
    line = select(col(ResetInvitation.state)).where(col(ResetInvitation.agent_id) == agent.id)
    last = (
        tx.session.execute(line.order_by(col(ResetInvitation.id).desc()).limit(IN_A_ROW + 1))
        .scalars()
        .all()[1:]
    )
    if len(last) == IN_A_ROW and "completed" not in last:
        found.append("three in a row not completed")
    return ", ".join(found)


def _by_request(tx: Tx, agent: Agent, request_key: str) -> ResetInvitation | None:
    line = select(ResetInvitation).where(
        col(ResetInvitation.agent_id) == agent.id, col(ResetInvitation.request_key) == request_key
    )
    return tx.session.execute(line).scalar_one_or_none()


def _reason(reason: str) -> str:
    text = " ".join(reason.split())
    if not LEAST_REASON <= len(text) <= MOST_REASON:
        raise Invalid(
            reason=f"Say in {LEAST_REASON} to {MOST_REASON} characters why this customer needs a new password."
        )
    return text


def _check_right(tx: Tx, agent: Agent, conversation: ConversationFacts) -> None:
    if agent.role not in MAY_INVITE:
        raise Refused("Your role cannot send invitations.")
    if not conversation.is_open:
        raise Conflict("This conversation is closed.")
    if conversation.assignee_id != agent.id:
        raise Conflict(NOT_YOURS)
    if conversation.last_visitor_at is None or tx.now - conversation.last_visitor_at > DAY:
        raise Conflict("The customer has not written in the last 24 hours.")


def _target(tx: Tx, conversation: ConversationFacts, email: str | None) -> str:
    """The address to look up by. A verified conversation is about its own account only."""
    if conversation.account_id is None:
        known = conversation.claimed_email or ""
        if conversation.identity_level in PROVED and email and known and email_key(email) != email_key(known):
            raise Conflict(SOMEBODY_ELSE)
        if not (email or known):
            raise Invalid(email="Enter the email address of the account.")
        return email or known
    account = tx.session.get(Account, conversation.account_id)
    own = account.email if account else ""
    if email and account and email_key(email) != email_key(own):
        raise Conflict(SOMEBODY_ELSE)
    return own


def _check_not_staff(tx: Tx, address: str) -> None:
    if staff_by_address(tx, address) is not None:
        raise Refused("Invitations are for customers, never for colleagues or yourself.")


def _check_budgets(tx: Tx, agent: Agent, target_key: str) -> None:
    for key in (f"agent {agent.id}", f"target {target_key}", "desk"):
        one_at_a_time(tx, f"invitations {key}")
    wait_s = _wait_s(tx, agent, target_key)
    if wait_s:
        raise too_many("invitation", "That was too many invitations. Try again later.", wait_s)


def _wait_s(tx: Tx, agent: Agent, target_key: str) -> float:
    """Seconds until one more may be sent; 0.0 for now."""
    for column, value, budgets in (
        (col(ResetInvitation.agent_id), agent.id, PER_AGENT),
        (col(ResetInvitation.address_key), target_key, (PER_TARGET,)),
        (None, None, (PER_DESK,)),
    ):
        for most, span in budgets:
            line = select(func.count(), func.min(ResetInvitation.asked_at)).where(
                col(ResetInvitation.asked_at) > tx.now - span
            )
            if column is not None:
                line = line.where(column == value)
            seen, first = tx.session.execute(line).one()
            if seen >= most:
                return float(max(1.0, (first + span - tx.now).total_seconds()))
    return 0.0
