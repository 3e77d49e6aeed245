"""Who a site says its visitor is: a short-lived JWT, HS256 with the shared secret, and nothing less.

Whatever is missing, old, for somebody else or signed in another way is no identity at all, never a weaker one.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import delete
from sqlmodel import col

from helpdesk.accounts.models import IdentityTokenUse
from helpdesk.clock import Clock
from helpdesk.errors import Invalid
from helpdesk.keys import MIN_SECRET_CHARS, token_hash
from helpdesk.store.locks import one_at_a_time
from helpdesk.store.session import Tx
from helpdesk.web.forms import email_address, one_line

ALGORITHM = "HS256"
LONGEST = timedelta(minutes=10)
SKEW = timedelta(seconds=30)
MAX_CHARS = 8000
MAX_NAME = 80


@dataclass(frozen=True)
class VerifiedIdentity:
    """What the site vouches for. `subject` is its own stable id of the person; `token_id` names this token."""

    subject: str
    email: str
    name: str
    token_id: str
    ends_at: datetime


def verify(token: str, secret: str, clock: Clock, base_url: str) -> VerifiedIdentity | None:
    """The identity, or None. Needs `sub`, `email`, `iat`, `exp` (at most 10 minutes later), `aud` (our base URL).

    The algorithm is ours, not the token's; `jku`, `x5u`, `jwk` and `kid` are never read.
    """
    if len(secret) < MIN_SECRET_CHARS or not token or len(token) > MAX_CHARS:
        return None
    import jwt

    try:
        claims = jwt.decode(
            token, secret, algorithms=[ALGORITHM], audience=base_url,
            # The times are checked below, by the desk's own clock.
            options={"require": ["exp", "iat", "sub", "aud"], "verify_exp": False, "verify_iat": False, "verify_nbf": False},
        )  # fmt: skip
    except (jwt.PyJWTError, ValueError, TypeError):
        return None
    ends_at = _in_time(claims, clock.now())
    if ends_at is None:
        return None
    subject, email, name = claims["sub"], claims.get("email", ""), claims.get("name", "")
    if not all(isinstance(text, str) for text in (subject, email, name)) or not subject:
        return None
    try:
        address = email_address(email)
    except Invalid:
        return None
    token_id = claims.get("jti") if isinstance(claims.get("jti"), str) else token
    return VerifiedIdentity(
        subject[:255], address, one_line(name, MAX_NAME), token_hash(f"jti {token_id}"), ends_at
    )


def spend(tx: Tx, identity: VerifiedIdentity, holder: str) -> bool:
    """Whether this visitor may show this token: the first one may, again and again while it lives; nobody else."""
    one_at_a_time(tx, f"identity token {identity.token_id}")
    known = tx.session.get(IdentityTokenUse, identity.token_id)
    if known is not None:
        return known.holder == holder
    over = delete(IdentityTokenUse).where(col(IdentityTokenUse.ends_at) < tx.now - LONGEST)
    tx.session.execute(over.execution_options(synchronize_session=False))
    tx.session.add(IdentityTokenUse(token_id=identity.token_id, holder=holder, ends_at=identity.ends_at))
    tx.session.flush()
    return True


def _moment(claim: object) -> datetime:
    """A time in a token is a number, RFC 7519 says; digits in a text are none."""
    if isinstance(claim, bool) or not isinstance(claim, (int, float)):
        raise TypeError(claim)
    return datetime.fromtimestamp(claim, UTC)


def _in_time(claims: dict[str, Any], now: datetime) -> datetime | None:
    """When it ends, if it lives now and not for longer than it may."""
    try:
        begins, ends = (_moment(claims[key]) for key in ("iat", "exp"))
        not_before = _moment(claims.get("nbf", claims["iat"]))
    except (TypeError, ValueError, OverflowError, OSError):
        return None
    if max(begins, not_before) > now + SKEW or ends <= now or ends - begins > LONGEST:
        return None
    return ends
