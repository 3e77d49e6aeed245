"""The only file that writes a customer's password: all that follows from a new one happens with it, or not at all."""

import secrets
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import update
from sqlmodel import col

from helpdesk.accounts import attempts, devices, sessions
from helpdesk.accounts.addresses import address_mac
from helpdesk.accounts.models import Account, NotMeLink
from helpdesk.accounts.recovery_models import RecoveryFlow, ResetInvitation
from helpdesk.actor import Actor
from helpdesk.audit import trail
from helpdesk.delivery.outbox import enqueue
from helpdesk.errors import Conflict
from helpdesk.keys import Keys, token_hash
from helpdesk.store.session import Tx

NOT_ME_DAYS = 7
FORMER_ADDRESS_DAYS = 30
RACED = "Your password was changed somewhere else just now. Please start again."


@dataclass(frozen=True)
class Change:
    """What is being done: `how` is changed or reset; `reference` names the support case that started it, or is ""."""

    account_id: int
    seen_hash: str
    new_hash: str
    how: str
    reference: str = ""
    ip: str = ""
    network: str = ""
    device: str = ""
    keep_session: int | None = None
    flow_id: int | None = None


def replace_password(tx: Tx, keys: Keys, by: Actor, change: Change) -> None:
    """Set the new hash; end sessions, devices, flows and invitations; record it; tell the owner.

    Raises Conflict when the password is no longer the one that was checked.
    """
    line = (
        update(Account)
        .where(col(Account.id) == change.account_id, col(Account.password_hash) == change.seen_hash)
        .values(
            password_hash=change.new_hash,
            password_changed_at=tx.now,
            auth_epoch=Account.auth_epoch + 1,
            contained_until=None,
        )
        .returning(col(Account.id))
    )
    if tx.session.execute(line.execution_options(synchronize_session=False)).first() is None:
        raise Conflict(RACED)
    account = tx.session.get_one(Account, change.account_id, populate_existing=True)
    address_key = address_mac(keys, account.email)
    sessions.end_all_sessions(tx, change.account_id, change.keep_session)
    devices.forget_all(tx, address_key)
    attempts.clear(tx, attempts.key_for(keys, "sign-in total", address_key))
    end_recovery(tx, change.account_id, address_key, except_flow=change.flow_id)
    trail.record(
        tx,
        keys,
        by,
        f"account:password_{change.how}",
        account_id=change.account_id,
        reason=change.reference,
        ip=change.ip,
    )
    tell_owner(tx, keys, account, change)


def rehash(tx: Tx, account_id: int, seen_hash: str, fresh: str) -> None:
    """The same password under newer parameters."""
    line = update(Account).where(col(Account.id) == account_id, col(Account.password_hash) == seen_hash)
    tx.session.execute(line.values(password_hash=fresh).execution_options(synchronize_session=False))


def end_recovery(tx: Tx, account_id: int, address_key: str, *, except_flow: int | None = None) -> None:
    """Every other flow and open invitation of this account is dead."""
    flows = update(RecoveryFlow).where(
        (col(RecoveryFlow.account_id) == account_id) | (col(RecoveryFlow.address_key) == address_key),
        col(RecoveryFlow.state).in_(["code_sent", "verified"]),
    )
    if except_flow is not None:
        flows = flows.where(col(RecoveryFlow.id) != except_flow)
    tx.session.execute(
        flows.values(state="cancelled", address="").execution_options(synchronize_session=False)
    )
    open_ones = update(ResetInvitation).where(
        col(ResetInvitation.account_id) == account_id,
        col(ResetInvitation.state).in_(["waiting", "invited", "opened"]),
    )
    ended = open_ones.values(state="cancelled", settled_at=tx.now)
    tx.session.execute(ended.execution_options(synchronize_session=False))


def tell_owner(tx: Tx, keys: Keys, account: Account, change: Change) -> None:
    """Queue the notice with its "not me" link, to the address and to one that was replaced in the last 30 days."""
    nonce = secrets.token_urlsafe(16)
    link = NotMeLink(
        account_id=account.id or 0,
        nonce=nonce,
        token_hash=token_hash(not_me_token(keys, nonce)),
        ends_at=tx.now + timedelta(days=NOT_ME_DAYS),
    )
    tx.session.add(link)
    tx.session.flush()
    payload = {
        "link": link.id,
        "how": change.how,
        "reference": change.reference,
        "at": tx.now.isoformat(),
        "network": change.network,
        "device": change.device,
    }
    enqueue(tx, "password_notice", {**payload, "former": False})
    replaced = account.email_changed_at
    if account.former_email and replaced and tx.now - replaced < timedelta(days=FORMER_ADDRESS_DAYS):
        enqueue(tx, "password_notice", {**payload, "former": True})


def not_me_token(keys: Keys, nonce: str) -> str:
    """The token of a notice's link: derived, so it rests nowhere."""
    return keys.mac("not me link", nonce).hex()
