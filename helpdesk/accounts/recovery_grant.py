"""After the code: the grant authorises one thing, a new password, once, in the same browser, for ten minutes."""

from dataclasses import dataclass
from math import ceil

from sqlalchemy import update
from sqlmodel import col

from helpdesk.accounts import codes, credentials, recovery
from helpdesk.accounts.addresses import masked
from helpdesk.accounts.models import Account
from helpdesk.accounts.password_reset import invitation_of_flow, mark_completed
from helpdesk.accounts.recovery_models import RecoveryFlow
from helpdesk.errors import SignInNeeded
from helpdesk.keys import Keys, token_hash
from helpdesk.store.session import Tx


@dataclass(frozen=True)
class Step:
    """Where this browser stands: `name` is email, code or password. `sent_to` is what the page may show.

    `is_over`: it stood further on, and took too long.
    """

    name: str
    reference: str = ""
    sent_to: str = ""
    wait_s: int = 0
    sends: int = 0
    may_resend: bool = True
    is_over: bool = False


@dataclass(frozen=True)
class Grant:
    """A verified flow, its account, and the hash that the new password will replace. `elsewhere`: the directory's name."""

    account_id: int
    email: str
    stored: str
    elsewhere: str = ""


def step_of(tx: Tx, token: str) -> Step:
    """What the page shows to the browser with this token. Looks at the flow only."""
    flow = recovery.flow_by_token(tx, token)
    if flow is None:
        return Step("email", is_over=bool(token))
    if flow.state == "verified":
        alive = flow.grant_ends_at is not None and flow.grant_ends_at > tx.now
        return Step("password", flow.reference, flow.address) if alive else Step("email", is_over=True)
    shown = masked(flow.address) if flow.invitation_id is not None else flow.address
    wait_s = max(0, ceil(recovery.wait_s(tx, flow)))
    return Step("code", flow.reference, shown, wait_s, flow.sends, flow.sends < codes.MAX_SENDS)


def grant_of(tx: Tx, token: str) -> Grant | None:
    """The grant that this browser holds."""
    flow = recovery.flow_by_token(tx, token)
    if flow is None or flow.state != "verified" or flow.grant_ends_at is None or flow.grant_ends_at <= tx.now:
        return None
    account = tx.session.get(Account, flow.account_id or 0, populate_existing=True)
    return (
        Grant(account.id or 0, account.email, account.password_hash, account.elsewhere) if account else None
    )


def redeem(
    tx: Tx, keys: Keys, token: str, grant: Grant, new_hash: str, *, ip: str, network: str, device: str
) -> None:
    """Use the grant up and set the new password, all or nothing. Raises SignInNeeded when it is used or over."""
    line = (
        update(RecoveryFlow)
        .where(col(RecoveryFlow.token_hash) == token_hash(token), col(RecoveryFlow.state) == "verified")
        .where(col(RecoveryFlow.grant_ends_at) > tx.now, col(RecoveryFlow.account_id) == grant.account_id)
        .values(state="done", address="")
        .returning(col(RecoveryFlow.id))
    )
    row = tx.session.execute(line.execution_options(synchronize_session=False)).first()
    if row is None:
        raise SignInNeeded("This step is over. Please start again.")
    invitation = invitation_of_flow(tx, row[0])
    change = credentials.Change(
        account_id=grant.account_id,
        seen_hash=grant.stored,
        new_hash=new_hash,
        how="reset",
        reference=invitation.reference if invitation else "",
        ip=ip,
        network=network,
        device=device,
        flow_id=row[0],
    )
    if invitation is not None:
        mark_completed(tx, keys, invitation)
    credentials.replace_password(tx, keys, recovery.ACTOR, change)
