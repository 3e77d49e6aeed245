"""The "this was not me" link of a notice: looking changes nothing, pressing shuts everybody out of the account."""

import secrets

from sqlalchemy import select, update
from sqlmodel import col

from helpdesk.accounts import credentials, devices, sessions
from helpdesk.accounts.addresses import address_mac, masked
from helpdesk.accounts.models import Account, NotMeLink
from helpdesk.actor import System
from helpdesk.audit import trail
from helpdesk.delivery.outbox import enqueue
from helpdesk.errors import NotFound
from helpdesk.keys import Keys, token_hash
from helpdesk.store.session import Tx

NO_HASH = "none"  # no typed text has this hash: only a recovery sets a password again


def view(tx: Tx, token: str) -> str:
    """The masked address that the link is about. Raises NotFound."""
    return masked(tx.session.get_one(Account, _living(tx, token).account_id).email)


def act(tx: Tx, keys: Keys, token: str, ip: str) -> None:
    """End every session, device, flow and the password itself; tell the team. The link works once."""
    link = _living(tx, token)
    line = (
        update(NotMeLink)
        .where(col(NotMeLink.id) == link.id, col(NotMeLink.used_at).is_(None))
        .values(used_at=tx.now)
    )
    taken = tx.session.execute(line.returning(col(NotMeLink.id)).execution_options(synchronize_session=False))
    if taken.first() is None:
        raise NotFound()
    account = tx.session.get_one(Account, link.account_id, populate_existing=True)
    account.password_hash = f"{NO_HASH}:{secrets.token_hex(8)}"
    account.auth_epoch += 1
    tx.session.add(account)
    tx.session.flush()
    address_key = address_mac(keys, account.email)
    sessions.end_all_sessions(tx, link.account_id)
    devices.forget_all(tx, address_key)
    credentials.end_recovery(tx, link.account_id, address_key)
    trail.record(
        tx, keys, System("notice"), "account:not_me", account_id=link.account_id, ip=ip, result="alarm"
    )
    enqueue(
        tx,
        "security_report",
        {"what": "password_change_not_me", "account_id": link.account_id, "notice": link.id},
    )


def _living(tx: Tx, token: str) -> NotMeLink:
    line = select(NotMeLink).where(col(NotMeLink.token_hash) == token_hash(token)).with_for_update()
    found = tx.session.execute(line.execution_options(populate_existing=True))
    link: NotMeLink | None = found.scalar_one_or_none()
    if link is None or link.used_at is not None or link.ends_at <= tx.now:
        raise NotFound()
    return link
