"""API tokens: random, shown once, stored hashed, good for some days and for some things, or until they are revoked."""

import secrets
from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import bindparam, select, update
from sqlmodel import col

from helpdesk.accounts.staff_models import ApiToken, Staff
from helpdesk.actor import Actor, Agent
from helpdesk.audit import trail
from helpdesk.errors import Invalid, SignInNeeded
from helpdesk.keys import Keys, token_hash
from helpdesk.store.quick import Quick
from helpdesk.store.session import Store, Tx

DAYS, MOST_DAYS = 365, 3650
PREFIX = "hd_"
SCOPES = (
    "conversations:read", "conversations:write", "tickets:read", "tickets:write", "faq:read", "webhooks:read",
    "webhooks:write", "password-reset:write",
)  # fmt: skip

_tokens, _staff = ApiToken.__table__, Staff.__table__  # type: ignore[attr-defined]
_BY_TOKEN = Quick(  # programs ask it with each request, and each of their sockets every few seconds
    lambda dialect: (
        select(
            _tokens.c.id, _tokens.c.ends_at, _tokens.c.scopes, _tokens.c.staff_id, _staff.c.name, _staff.c.email,
            _staff.c.role,
        )
        .join(_staff, _staff.c.id == _tokens.c.staff_id)
        .where(_tokens.c.token_hash == bindparam("hash"), _tokens.c.revoked_at.is_(None), _staff.c.disabled_at.is_(None))
    )
)  # fmt: skip


def issue(
    tx: Tx,
    keys: Keys,
    by: Actor,
    staff: Staff,
    name: str = "",
    *,
    scopes: Sequence[str] = (),
    days: int = DAYS,
) -> str:
    """A new token that acts as `staff`; this is the only time that it can be read.

    Without `scopes` it may whatever the person may. Raises Invalid(scope, days).
    """
    if unknown := sorted(set(scopes) - set(SCOPES)):
        raise Invalid(scope=f"There is no scope {unknown[0]}. There are: {', '.join(SCOPES)}.")
    if not 1 <= days <= MOST_DAYS:
        raise Invalid(days=f"A token is good for 1 to {MOST_DAYS} days.")
    token = PREFIX + secrets.token_urlsafe(32)
    row = ApiToken(
        staff_id=staff.id or 0,
        token_hash=token_hash(token),
        name=name,
        scopes=" ".join(sorted(set(scopes))),
        created_at=tx.now,
        ends_at=tx.now + timedelta(days=days),
    )
    tx.session.add(row)
    tx.session.flush()
    more = {"token": row.id, "scopes": row.scopes or "all", "days": days}
    trail.record(tx, keys, by, "staff:token_issued", subject=f"staff:{staff.id}", more=more)
    return token


async def agent_of(store: Store, token: str) -> Agent:
    """The agent that the token of an `Authorization: Bearer` acts as. Raises SignInNeeded, also for none ("")."""
    if not token:
        raise SignInNeeded("Send an API token: Authorization: Bearer <token>.")
    agent = await store.read(agent_by_token, token)
    if agent is None:
        raise SignInNeeded("This API token is not known, or not any more.")
    return agent


def agent_by_token(tx: Tx, token: str) -> Agent | None:
    """Who the token acts as; None for an unknown, revoked or old one."""
    if not token.startswith(PREFIX) or len(token) > 100:
        return None
    found = _BY_TOKEN.rows(tx.connection, {"hash": token_hash(token)})
    if not found or found[0].ends_at <= tx.now:
        return None
    (one,) = found
    scopes = tuple(one.scopes.split())
    return Agent(one.staff_id, one.name, one.email, one.role, token_id=one.id, scopes=scopes)


def revoke_all(tx: Tx, staff_id: int) -> None:
    """Every token of this person is dead."""
    line = update(ApiToken).where(col(ApiToken.staff_id) == staff_id, col(ApiToken.revoked_at).is_(None))
    tx.session.execute(line.values(revoked_at=tx.now).execution_options(synchronize_session=False))
    tx.ring(f"staff:{staff_id}", {"ended": "tokens"})
