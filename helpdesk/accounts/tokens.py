"""API tokens: random, shown once, stored hashed, good for a year or until they are revoked."""

import secrets
from datetime import timedelta

from sqlalchemy import select, update
from sqlmodel import col

from helpdesk.accounts.staff import as_agent
from helpdesk.accounts.staff_models import ApiToken, Staff
from helpdesk.actor import Actor, Agent
from helpdesk.audit import trail
from helpdesk.keys import Keys, token_hash
from helpdesk.store.session import Tx

DAYS = 365
PREFIX = "hd_"


def issue(tx: Tx, keys: Keys, by: Actor, staff: Staff, name: str = "") -> str:
    """A new token that acts as `staff`; this is the only time that it can be read."""
    token = PREFIX + secrets.token_urlsafe(32)
    row = ApiToken(
        staff_id=staff.id or 0,
        token_hash=token_hash(token),
        name=name,
        created_at=tx.now,
        ends_at=tx.now + timedelta(days=DAYS),
    )
    tx.session.add(row)
    tx.session.flush()
    trail.record(tx, keys, by, "staff:token_issued", subject=f"staff:{staff.id}", more={"token": row.id})
    return token


def agent_by_token(tx: Tx, token: str) -> Agent | None:
    """Who the token acts as; None for an unknown, revoked or old one."""
    if not token.startswith(PREFIX) or len(token) > 100:
        return None
    line = (
        select(ApiToken, Staff)
        .join(Staff, col(Staff.id) == col(ApiToken.staff_id))
        .where(col(ApiToken.token_hash) == token_hash(token))
    )
    found = tx.session.execute(line).first()
    if (
        found is None
        or found[0].revoked_at is not None
        or found[0].ends_at <= tx.now
        or found[1].disabled_at is not None
    ):
        return None
    return as_agent(found[1], token_id=found[0].id)


def revoke_all(tx: Tx, staff_id: int) -> None:
    """Every token of this person is dead."""
    line = update(ApiToken).where(col(ApiToken.staff_id) == staff_id, col(ApiToken.revoked_at).is_(None))
    tx.session.execute(line.values(revoked_at=tx.now).execution_options(synchronize_session=False))
    tx.ring(f"staff:{staff_id}", {"ended": "tokens"})
