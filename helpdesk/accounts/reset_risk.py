"""Which invitations need a second person, and that person's decision.

An ordinary one needs nobody else: it goes to the registered address only. The risky ones wait half an hour for a lead
or admin who is somebody else, at another browser, with a step-up of their own.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import or_, select, update
from sqlmodel import col

from helpdesk.accounts import step_up
from helpdesk.accounts.addresses import masked
from helpdesk.accounts.models import Account
from helpdesk.accounts.people import account_by_id
from helpdesk.accounts.recovery_models import ResetInvitation
from helpdesk.accounts.staff import staff_by_id
from helpdesk.accounts.staff_models import StaffSession
from helpdesk.accounts.step_up import StepUp
from helpdesk.actor import Agent, System
from helpdesk.audit import trail
from helpdesk.delivery.outbox import enqueue
from helpdesk.errors import Conflict, Invalid, NotFound, Refused
from helpdesk.keys import Keys
from helpdesk.store.session import Tx

COOLING_HOURS = 72
DECIDE_MINUTES = 30
MAY_APPROVE = ("lead", "admin")
IN_A_ROW = 3
"""So many of an agent's invitations, one after the other, that nobody completed (AGT-09)."""
TOPIC = "approvals"


@dataclass(frozen=True)
class Waiting:
    """One invitation that waits, as the approver sees it."""

    public_id: str
    conversation: str
    reference: str
    agent_name: str
    reason: str
    identity_level: str
    risk: str
    sent_to: str
    decide_by: datetime


def risk_of(now: datetime, account: Account) -> str:
    """Why this account's reset needs two people; "" when it does not."""
    if account.risk:
        return f"this account is marked: {account.risk}"
    if account.email_changed_at is not None and now - account.email_changed_at < timedelta(
        hours=COOLING_HOURS
    ):
        return f"its email address changed in the last {COOLING_HOURS} hours"
    return ""


def pattern_of(tx: Tx, invitation: ResetInvitation) -> str:
    """Why the agent's last invitations call for a second person; "" when they do not."""
    line = select(col(ResetInvitation.state)).where(
        col(ResetInvitation.agent_id) == invitation.agent_id,
        col(ResetInvitation.id) < (invitation.id or 0),
        or_(col(ResetInvitation.state) == "completed", col(ResetInvitation.ends_at) <= tx.now),
    )
    last = tx.session.execute(line.order_by(col(ResetInvitation.id).desc()).limit(IN_A_ROW)).scalars().all()
    if len(last) < IN_A_ROW or "completed" in last:
        return ""
    return f"nobody completed the agent's last {IN_A_ROW} invitations"


def hold_for_approval(tx: Tx, keys: Keys, invitation: ResetInvitation, account: Account) -> bool:
    """Put a risky invitation aside until a second person has decided; whether it was."""
    if invitation.approver_id is not None:
        return False
    risk = risk_of(tx.now, account) or pattern_of(tx, invitation)
    if not risk:
        return False
    invitation.state, invitation.risk, invitation.address = "waiting", risk, ""
    invitation.decide_by = tx.now + timedelta(minutes=DECIDE_MINUTES)
    tx.session.add(invitation)
    trail.record(
        tx, keys, System("worker"), "reset:waits_for_approval", account_id=account.id,
        conversation=invitation.conversation, reason=risk, more={"invitation": invitation.public_id},
    )  # fmt: skip
    if account.email_changed_at is not None and account.former_email:
        enqueue(tx, "invitation_held", {"account": account.id, "former": False})
        enqueue(tx, "invitation_held", {"account": account.id, "former": True})
    tx.ring(TOPIC)
    return True


def waiting(tx: Tx, approver: Agent) -> list[Waiting]:
    """What this person may decide about: never their own requests. Raises Refused for other roles."""
    if approver.role not in MAY_APPROVE:
        raise Refused("Only leads and admins approve invitations.")
    line = select(ResetInvitation).where(
        col(ResetInvitation.state) == "waiting",
        col(ResetInvitation.decide_by) > tx.now,
        col(ResetInvitation.agent_id) != approver.id,
    )
    rows = tx.session.execute(line.order_by(col(ResetInvitation.id))).scalars()
    return [_as_waiting(tx, row) for row in rows]


def decide(
    tx: Tx, keys: Keys, approver: Agent, public_id: str, proof: StepUp, *, approve: bool | None, ip: str = ""
) -> None:
    """Let a waiting invitation go out, or refuse it; None is neither.

    Raises NotFound, Refused, Conflict (too late), Invalid (neither), StepUpNeeded.
    """
    row = tx.session.execute(
        select(ResetInvitation).where(col(ResetInvitation.public_id) == public_id)
    ).scalar_one_or_none()
    staff = staff_by_id(tx, approver.id)
    if (
        row is None
        or staff is None
        or row.state not in {"waiting", "asked", "refused"}
        or row.decide_by is None
    ):
        raise NotFound()
    if staff.role not in MAY_APPROVE or staff.disabled_at is not None:
        raise Refused("Only leads and admins approve invitations.")
    session = tx.session.get(StaffSession, approver.session_id or 0)
    same_browser = session is None or (bool(row.agent_device) and session.device_hash == row.agent_device)
    if row.agent_id == approver.id or row.agent_session_id == approver.session_id or same_browser:
        raise Refused("Somebody else has to approve this, at another browser than it was asked for from.")
    if row.state != "waiting" or row.decide_by <= tx.now:
        raise Conflict("This invitation was decided already, or nobody decided in time.")
    if approve is None:
        raise Invalid("Choose Approve or Refuse.")
    method = step_up.check(tx, keys, approver, step_up.approval_purpose(public_id), proof)
    change = update(ResetInvitation).where(
        col(ResetInvitation.id) == row.id, col(ResetInvitation.state) == "waiting"
    )
    values = {
        "state": "asked" if approve else "refused",
        "approver_id": approver.id,
        "settled_at": None if approve else tx.now,
    }
    tx.session.execute(change.values(values).execution_options(synchronize_session=False))
    trail.record(
        tx, keys, approver, "reset:approved" if approve else "reset:disapproved", account_id=row.account_id,
        conversation=row.conversation, reason=row.risk, step_up=method, approver_id=approver.id, ip=ip,
        more={"invitation": row.public_id, "agent": row.agent_id},
    )  # fmt: skip
    if approve:
        enqueue(tx, "reset_invitation", {"invitation": row.id})
    tx.ring(TOPIC)


def _as_waiting(tx: Tx, row: ResetInvitation) -> Waiting:
    account = account_by_id(tx, row.account_id or 0)
    return Waiting(
        public_id=row.public_id,
        conversation=row.conversation,
        reference=row.reference,
        agent_name=row.agent_name,
        reason=row.reason,
        identity_level=row.identity_level,
        risk=row.risk,
        sent_to=masked(account.email) if account else "",
        decide_by=row.decide_by or tx.now,
    )
