"""The link of an invitation: looking changes nothing; one press starts the flow, another says "I did not ask"."""

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import select, update
from sqlmodel import col

from helpdesk.accounts import recovery
from helpdesk.accounts.addresses import masked
from helpdesk.accounts.models import Account
from helpdesk.accounts.people import account_by_id
from helpdesk.accounts.recovery_models import RecoveryFlow, ResetInvitation
from helpdesk.actor import System
from helpdesk.audit import trail
from helpdesk.delivery.outbox import enqueue
from helpdesk.errors import NotFound
from helpdesk.keys import Keys, token_hash
from helpdesk.store.session import Tx
from helpdesk.web.browser import Browser

HOURS = 4
FREEZE_HOURS = 72
ACTOR = System("invitation")


@dataclass(frozen=True)
class Shown:
    """What the page of a living link says; the address is masked. `is_open`: [Send my code] still works."""

    sent_to: str
    reference: str
    agent_name: str
    is_open: bool


def link_token(keys: Keys, invitation: ResetInvitation) -> str:
    """The link's token (256 bits), derived when the mail is sent: it rests nowhere."""
    return keys.mac("invitation link", str(invitation.id), invitation.nonce).hex()


def view(tx: Tx, token: str) -> Shown:
    """What stands behind a link. Raises NotFound for one that is unknown, used up or over."""
    invitation, account = _living(tx, token)
    return Shown(
        masked(account.email),
        invitation.reference,
        first_name(invitation.agent_name),
        invitation.state == "invited",
    )


def accept(tx: Tx, keys: Keys, token: str, browser: Browser, current: str, *, limited: bool = True) -> str:
    """Start the flow in this browser; its token. Pressed twice in the same browser, it is the same flow.

    Raises NotFound when another browser used the link already.
    """
    invitation, account = _living(tx, token)
    mine = recovery.flow_by_token(tx, current)
    if mine is not None and mine.invitation_id == invitation.id:
        return current
    line = update(ResetInvitation).where(
        col(ResetInvitation.id) == invitation.id, col(ResetInvitation.state) == "invited"
    )
    taken = line.values(state="opened").returning(col(ResetInvitation.id))
    if tx.session.execute(taken.execution_options(synchronize_session=False)).first() is None:
        raise NotFound()
    flow = recovery.begin(
        tx,
        keys,
        browser,
        address=account.email,
        account_id=account.id,
        invitation_id=invitation.id,
        limited=limited,
    )
    trail.record(
        tx, keys, ACTOR, "reset:opened", account_id=account.id, conversation=invitation.conversation,
        ip=browser.ip, more={"invitation": invitation.public_id},
    )  # fmt: skip
    return flow


def decline(tx: Tx, keys: Keys, token: str, ip: str) -> None:
    """ "I did not ask for this": the invitation and its flow are dead, and no agent can send one for 72 hours."""
    invitation, account = _living(tx, token)
    invitation.state, invitation.settled_at = "cancelled", tx.now
    account.frozen_until = tx.now + timedelta(hours=FREEZE_HOURS)
    tx.session.add_all([invitation, account])
    tx.session.flush()
    flows = update(RecoveryFlow).where(
        col(RecoveryFlow.invitation_id) == invitation.id,
        col(RecoveryFlow.state).in_(["code_sent", "verified"]),
    )
    tx.session.execute(
        flows.values(state="cancelled", address="").execution_options(synchronize_session=False)
    )
    trail.record(
        tx, keys, ACTOR, "reset:not_asked_for", account_id=account.id, conversation=invitation.conversation,
        ip=ip, result="alarm", more={"invitation": invitation.public_id, "agent": invitation.agent_id},
    )  # fmt: skip
    enqueue(tx, "security_report", {
        "what": "invitation_not_asked_for", "account_id": account.id, "conversation_id": invitation.conversation_id,
        "reference": invitation.reference, "agent_id": invitation.agent_id, "invitation": invitation.public_id,
    })  # fmt: skip


def first_name(name: str) -> str:
    """What a customer gets to know of a member of staff."""
    return name.split(" ")[0] if name else ""


def _living(tx: Tx, token: str) -> tuple[ResetInvitation, Account]:
    line = (
        select(ResetInvitation).where(col(ResetInvitation.token_hash) == token_hash(token)).with_for_update()
    )
    found = tx.session.execute(line.execution_options(populate_existing=True)).scalar_one_or_none()
    if (
        found is None
        or found.state not in {"invited", "opened"}
        or found.ends_at is None
        or found.ends_at <= tx.now
    ):
        raise NotFound()
    account = account_by_id(tx, found.account_id or 0)
    if account is None or account.disabled_at is not None:
        raise NotFound()
    return found, account
