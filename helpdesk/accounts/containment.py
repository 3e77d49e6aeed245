"""Close an account that somebody else seems to be in. It takes two people: the agent of the case and a lead.

Everybody is logged out and the password does not count until a recovery, or for a week; nothing else changes.
"""

from datetime import timedelta

from helpdesk.accounts import credentials, devices, sessions, step_up
from helpdesk.accounts.addresses import address_mac
from helpdesk.accounts.models import Account
from helpdesk.accounts.password_reset import LEAST_REASON, MOST_REASON, ConversationFacts
from helpdesk.accounts.people import account_by_address, account_by_id
from helpdesk.accounts.reset_risk import MAY_APPROVE
from helpdesk.accounts.staff import staff_by_address
from helpdesk.accounts.step_up import StepUp
from helpdesk.actor import Agent
from helpdesk.audit import trail
from helpdesk.delivery.outbox import enqueue
from helpdesk.errors import Conflict, Invalid, Refused
from helpdesk.keys import Keys
from helpdesk.store.session import Tx

DAYS = 7
ANSWER = "If an account exists for this address, it is closed now and its owner was told by mail."


def contain(
    tx: Tx,
    keys: Keys,
    lead: Agent,
    case: ConversationFacts,
    reason: str,
    email: str | None,
    proof: StepUp,
    *,
    ip: str = "",
) -> str:
    """Close it; the sentence for the screen, the same with and without an account.

    Raises Refused (role, staff as target), Conflict (the case needs an agent who is somebody else), Invalid, StepUpNeeded.
    """
    if lead.role not in MAY_APPROVE:
        raise Refused("Only leads and admins can close an account.")
    if not case.is_open or case.assignee_id is None or case.assignee_id == lead.id:
        raise Conflict("It takes two people: another agent has to have this case.")
    reason = " ".join(reason.split())
    if not LEAST_REASON <= len(reason) <= MOST_REASON:
        raise Invalid(reason=f"Say in {LEAST_REASON} to {MOST_REASON} characters what happened.")
    linked = account_by_id(tx, case.account_id) if case.account_id else None
    address = _address(linked, case, email)
    if staff_by_address(tx, address) is not None:
        raise Refused("This is for accounts of customers only.")
    address_key = address_mac(keys, address)
    method = step_up.check(tx, keys, lead, _purpose(address_key), proof)
    account = linked or account_by_address(tx, address)
    trail.record(
        tx, keys, lead, "account:contained", account_id=account.id if account else None, subject=address_key[:16],
        conversation=case.public_id, reason=reason, identity_level=case.identity_level, step_up=method,
        approver_id=case.assignee_id, ip=ip,
    )  # fmt: skip
    if account is None:
        return ANSWER
    account.contained_until = tx.now + timedelta(days=DAYS)
    account.auth_epoch += 1
    tx.session.add(account)
    tx.session.flush()
    sessions.end_all_sessions(tx, account.id or 0)
    devices.forget_all(tx, address_key)
    credentials.end_recovery(tx, account.id or 0, address_key)
    enqueue(
        tx,
        "containment_notice",
        {"account": account.id, "reference": case.reference, "at": tx.now.isoformat()},
    )
    return ANSWER


def purpose_for(tx: Tx, keys: Keys, case: ConversationFacts, email: str | None) -> str:
    """What a step-up for closing this account is bound to. Raises Invalid without an address."""
    linked = account_by_id(tx, case.account_id) if case.account_id else None
    return _purpose(address_mac(keys, _address(linked, case, email)))


def _address(linked: Account | None, case: ConversationFacts, email: str | None) -> str:
    address = linked.email if linked else email or case.claimed_email or ""
    if not address:
        raise Invalid(email="Enter the email address of the account.")
    return address


def _purpose(address_key: str) -> str:
    return f"containment:{address_key[:24]}"
