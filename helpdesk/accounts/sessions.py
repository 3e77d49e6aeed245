"""Sessions of customers: rows, found by the hash of a random token; ended by deleting the row."""

import secrets
from datetime import datetime, timedelta

from sqlalchemy import delete, select, update
from sqlmodel import col

from helpdesk.accounts.models import Account, CustomerSession
from helpdesk.actor import Customer
from helpdesk.delivery.outbox import enqueue
from helpdesk.keys import token_hash
from helpdesk.store.session import Tx

IDLE_MINUTES = 30
ABSOLUTE_HOURS = 12
SEEN_EVERY_S = 60
MAX_DEVICE = 120


def topic(account_id: int) -> str:
    """The bell that sockets of an account listen to."""
    return f"account:{account_id}"


def sign_in(tx: Tx, account_id: int, ip: str, device: str) -> str:
    """A new session; its token, which is nowhere else."""
    token = secrets.token_urlsafe(32)
    account = tx.session.get_one(Account, account_id)
    tx.session.add(
        CustomerSession(
            account_id=account_id,
            token_hash=token_hash(token),
            epoch=account.auth_epoch,
            device=device[:MAX_DEVICE],
            ip=ip,
            created_at=tx.now,
            seen_at=tx.now,
            ends_at=tx.now + timedelta(hours=ABSOLUTE_HOURS),
        )
    )
    tx.session.flush()
    return token


def customer_by_token(tx: Tx, token: str) -> Customer | None:
    """Whose session this is; None when it ended, idled out, or the account was closed or changed since."""
    if not token:
        return None
    line = (
        select(CustomerSession, Account)
        .join(Account, col(Account.id) == col(CustomerSession.account_id))
        .where(col(CustomerSession.token_hash) == token_hash(token))
    )
    found = tx.session.execute(line).first()
    if found is None:
        return None
    session, account = found[0], found[1]
    if not _lives(tx.now, session) or session.epoch != account.auth_epoch or account.disabled_at is not None:
        return None
    return Customer(account.id or 0, account.email, account.name, session.id or 0)


def is_stale(tx: Tx, session_id: int) -> bool:
    """Whether `touch` is due: reading is cheap, so a page writes once a minute at most."""
    session = tx.session.get(CustomerSession, session_id)
    return session is not None and (tx.now - session.seen_at).total_seconds() >= SEEN_EVERY_S


def touch(tx: Tx, session_id: int) -> None:
    """The session was used now."""
    line = update(CustomerSession).where(col(CustomerSession.id) == session_id).values(seen_at=tx.now)
    tx.session.execute(line.execution_options(synchronize_session=False))


def sessions_of(tx: Tx, account_id: int) -> list[CustomerSession]:
    """The living sessions of an account, the newest first."""
    line = select(CustomerSession).where(col(CustomerSession.account_id) == account_id)
    rows = tx.session.execute(line.order_by(col(CustomerSession.id).desc())).scalars()
    return [row for row in rows if _lives(tx.now, row)]


def end_session(tx: Tx, token: str) -> None:
    """Sign this browser out; its sockets close."""
    line = delete(CustomerSession).where(col(CustomerSession.token_hash) == token_hash(token))
    done = line.returning(col(CustomerSession.account_id), col(CustomerSession.id))
    for account_id, session_id in tx.session.execute(done.execution_options(synchronize_session=False)).all():
        tx.ring(topic(account_id), {"ended": session_id})


def end_session_by_id(tx: Tx, account_id: int, session_id: int) -> bool:
    """End one session of this account; whether there was one."""
    line = delete(CustomerSession).where(
        col(CustomerSession.id) == session_id, col(CustomerSession.account_id) == account_id
    )
    gone = tx.session.execute(
        line.returning(col(CustomerSession.id)).execution_options(synchronize_session=False)
    ).first()
    tx.ring(topic(account_id), {"ended": session_id})
    return gone is not None


def end_all_sessions(tx: Tx, account_id: int, except_id: int | None = None) -> int:
    """End every session of the account but one; how many. Their sockets close at this bell."""
    line = delete(CustomerSession).where(col(CustomerSession.account_id) == account_id)
    if except_id is not None:
        line = line.where(col(CustomerSession.id) != except_id)
    gone = tx.session.execute(
        line.returning(col(CustomerSession.id)).execution_options(synchronize_session=False)
    ).all()
    tx.ring(topic(account_id), {"ended": "all", "except": except_id})
    account = tx.session.get(Account, account_id) if except_id is None else None
    if account is not None and account.elsewhere:
        enqueue(tx, "directory_end_sessions", {"account": account_id})
    return len(gone)


def renew(tx: Tx, session_id: int) -> str:
    """A new token for the same session; the former one is dead."""
    token = secrets.token_urlsafe(32)
    session = tx.session.get_one(CustomerSession, session_id, populate_existing=True)
    session.token_hash = token_hash(token)
    session.epoch = tx.session.get_one(Account, session.account_id, populate_existing=True).auth_epoch
    tx.session.add(session)
    return token


def _lives(now: datetime, session: CustomerSession) -> bool:
    return now < session.ends_at and now - session.seen_at < timedelta(minutes=IDLE_MINUTES)
