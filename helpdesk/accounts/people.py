"""Customer accounts: add one, find one. The address is verified by whoever adds it."""

from sqlalchemy import select
from sqlmodel import col

from helpdesk.accounts.addresses import email_key
from helpdesk.accounts.models import Account
from helpdesk.actor import Actor
from helpdesk.audit import trail
from helpdesk.errors import Conflict
from helpdesk.keys import Keys
from helpdesk.store.locks import one_at_a_time
from helpdesk.store.session import Tx

TAKEN = "There is already an account with this address."


def add_account(
    tx: Tx, keys: Keys, by: Actor, *, email: str, name: str, password_hash: str, verified: bool = True
) -> Account:
    """A new account with a verified address; no mail is sent. Raises Conflict when the address is taken."""
    one_at_a_time(tx, f"account {email_key(email)}")
    if account_by_address(tx, email) is not None:
        raise Conflict(TAKEN)
    account = Account(
        email=email,
        email_key=email_key(email),
        name=name,
        password_hash=password_hash,
        password_changed_at=tx.now,
        verified_at=tx.now if verified else None,
        created_at=tx.now,
    )
    tx.session.add(account)
    tx.session.flush()
    trail.record(tx, keys, by, "account:added", account_id=account.id)
    return account


def account_by_address(tx: Tx, address: str) -> Account | None:
    """The account of this address, whatever its spelling. For rules and the worker; its answer is never shown."""
    line = select(Account).where(col(Account.email_key) == email_key(address))
    return tx.session.execute(line.execution_options(populate_existing=True)).scalar_one_or_none()


def account_by_id(tx: Tx, account_id: int) -> Account | None:
    """The account of this number, as it stands now."""
    return tx.session.get(Account, account_id, populate_existing=True)
