"""Sign-in of the staff: password, then the second factor, then the session; the token changes in between.

Tries are counted before they are compared. A session idles out after an hour and ends after twelve.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, select, update
from sqlmodel import col

from helpdesk.accounts import attempts, recovery_codes, step_up, totp
from helpdesk.accounts.addresses import address_mac
from helpdesk.accounts.hashing import Checked
from helpdesk.accounts.sign_in import NETWORK_TRIES, NETWORK_WINDOW_S, TOO_MANY
from helpdesk.accounts.staff import as_agent, staff_by_address, staff_by_id
from helpdesk.accounts.staff_models import Staff, StaffPasskey, StaffRecoveryCode, StaffSession
from helpdesk.accounts.step_up import StepUpNeeded
from helpdesk.accounts.tokens import revoke_all
from helpdesk.actor import Agent, System
from helpdesk.audit import trail
from helpdesk.errors import SignInNeeded
from helpdesk.keys import Keys, token_hash
from helpdesk.limits.refusal import too_many
from helpdesk.store.locks import one_at_a_time
from helpdesk.store.session import Tx
from helpdesk.web.browser import Browser

IDLE_MINUTES = 60
ABSOLUTE_HOURS = 12
PENDING_MINUTES = 5
SEEN_EVERY_S = 60
ACTOR = System("sign-in")
PURPOSE = "sign-in"


@dataclass(frozen=True)
class Try:
    """One counted attempt; `stored` None: nobody, or not to be checked now."""

    network_counter: str
    own_counter: str
    address_key: str
    staff_id: int | None
    stored: str | None
    wait_s: float = 0.0


@dataclass(frozen=True)
class Pending:
    """The password was right; what the second step can be. `factors`: totp, passkey."""

    staff_id: int
    session_id: int
    name: str
    factors: tuple[str, ...]
    started: str
    challenge: str = ""


def topic(staff_id: int) -> str:
    """The bell that sockets of a member of staff listen to."""
    return f"staff:{staff_id}"


def begin(tx: Tx, keys: Keys, address: str, browser: Browser, *, limited: bool = True) -> Try:
    """Count this attempt. Raises TooMany for a network that fails too often."""
    address_key = address_mac(keys, address)
    network = attempts.key_for(keys, "staff sign-in network", browser.network)
    if attempts.count(tx, network, NETWORK_WINDOW_S) > NETWORK_TRIES and limited:
        raise too_many("staff-sign-in", TOO_MANY, attempts.window_left_s(tx, network, NETWORK_WINDOW_S))
    own = attempts.key_for(keys, "staff sign-in", address_key, browser.network)
    one_at_a_time(tx, own)
    wait_s = attempts.growing_wait_s(tx, own)
    if wait_s > 0 and limited:
        return Try(network, own, address_key, None, None, wait_s)
    attempts.count(tx, own, attempts.FOREVER_S)
    staff = staff_by_address(tx, address)
    if staff is None or staff.disabled_at is not None:
        return Try(network, own, address_key, None, None)
    return Try(network, own, address_key, staff.id, staff.password_hash)


def fail(tx: Tx, keys: Keys, attempt: Try, browser: Browser) -> None:
    """Record a wrong password, a stranger's address, or a try that came too soon."""
    trail.record(
        tx, keys, ACTOR, "staff:sign_in", subject=f"staff:{attempt.staff_id}" if attempt.staff_id else attempt.address_key[:16],
        ip=browser.ip, result="too soon" if attempt.wait_s else "refused",
    )  # fmt: skip


def password_right(
    tx: Tx,
    keys: Keys,
    attempt: Try,
    checked: Checked,
    browser: Browser,
    former_token: str,
    *,
    required: bool,
    method: str = "password",
) -> tuple[str, bool]:
    """(session token, whether the second factor is still to come). Without one, `required` makes them set it up."""
    if former_token:
        end_staff_session(tx, former_token)
    attempts.give_back(tx, attempt.network_counter)
    attempts.clear(tx, attempt.own_counter)
    staff = tx.session.get_one(Staff, attempt.staff_id, populate_existing=True)
    if checked.fresh:
        staff.password_hash = checked.fresh
        tx.session.add(staff)
    more = required or bool(factors_of(tx, staff))
    token = _open(tx, staff, browser, is_pending=more, method=method)
    if not more:
        trail.record(
            tx, keys, ACTOR, "staff:sign_in", subject=f"staff:{staff.id}", step_up=method, ip=browser.ip
        )
    return token, more


def pending_by_token(tx: Tx, token: str) -> Pending | None:
    """Who waits for the second step in this browser."""
    session = _session(tx, token)
    if session is None or not session.is_pending:
        return None
    staff = staff_by_id(tx, session.staff_id)
    if staff is None or staff.disabled_at is not None:
        return None
    started = session.token_hash[:32]
    return Pending(
        staff.id or 0, session.id or 0, staff.name, factors_of(tx, staff), started, session.challenge
    )


def enrol(tx: Tx, keys: Keys, pending: Pending, secret: str) -> None:
    """Keep the secret of somebody who had no second factor yet. Raises SignInNeeded when there is one by now."""
    staff = tx.session.get_one(Staff, pending.staff_id, populate_existing=True)
    if factors_of(tx, staff):
        raise SignInNeeded()
    staff.totp_sealed = totp.seal(keys, secret)
    tx.session.add(staff)
    trail.record(tx, keys, ACTOR, "staff:second_factor_set", subject=f"staff:{staff.id}", step_up="password")


def enter_code(tx: Tx, keys: Keys, token: str, typed: str, browser: Browser) -> str:
    """A one-time code, or a recovery code, ends the sign-in: the new session's token. Raises StepUpNeeded.

    `step_up.take_try` comes first, in a transaction of its own.
    """
    session = _session(tx, token)
    staff = staff_by_id(tx, session.staff_id) if session and session.is_pending else None
    if session is None or staff is None:
        raise SignInNeeded()
    if recovery_codes.looks_like_one(typed):
        if not recovery_codes.use(tx, keys, staff.id or 0, typed):
            raise StepUpNeeded("That code is incorrect.", why="wrong recovery code")
        step_up.start_over(tx, keys, staff.id or 0)
        return finish(tx, keys, token, "recovery code", browser)
    step_up.use_code(tx, keys, staff, PURPOSE, typed)
    return finish(tx, keys, token, "totp", browser)


def fail_second(tx: Tx, keys: Keys, pending: Pending, why: str, browser: Browser) -> None:
    """Record a second step that was refused, and why in a word."""
    who = f"staff:{pending.staff_id}"
    trail.record(tx, keys, ACTOR, "staff:sign_in", subject=who, ip=browser.ip, result="refused", reason=why)


def finish(tx: Tx, keys: Keys, token: str, method: str, browser: Browser) -> str:
    """The second factor was right: a whole session under a new token; the pending one is dead."""
    session = _session(tx, token)
    if session is None or not session.is_pending:
        raise SignInNeeded()
    staff = tx.session.get_one(Staff, session.staff_id)
    tx.session.delete(session)
    tx.session.flush()
    fresh = _open(tx, staff, browser, is_pending=False, method=method)
    trail.record(tx, keys, ACTOR, "staff:sign_in", subject=f"staff:{staff.id}", step_up=method, ip=browser.ip)
    return fresh


def factors_of(tx: Tx, staff: Staff) -> tuple[str, ...]:
    """The second factors that this person has set up."""
    line = select(col(StaffPasskey.id)).where(col(StaffPasskey.staff_id) == staff.id).limit(1)
    passkey = ("passkey",) if tx.session.execute(line).first() else ()
    return (("totp",) if staff.totp_sealed else ()) + passkey


def agent_by_session(tx: Tx, token: str) -> Agent | None:
    """Whose whole session this is; None when it is pending, over, idle for an hour, or the person has left."""
    session = _session(tx, token)
    if session is None or session.is_pending:
        return None
    staff = staff_by_id(tx, session.staff_id)
    if staff is None or staff.disabled_at is not None:
        return None
    return as_agent(staff, session_id=session.id)


def is_stale(tx: Tx, session_id: int) -> bool:
    """Whether `touch` is due."""
    session = tx.session.get(StaffSession, session_id)
    return session is not None and (tx.now - session.seen_at).total_seconds() >= SEEN_EVERY_S


def touch(tx: Tx, session_id: int) -> None:
    """The session was used now."""
    line = update(StaffSession).where(col(StaffSession.id) == session_id).values(seen_at=tx.now)
    tx.session.execute(line.execution_options(synchronize_session=False))


def end_staff_session(tx: Tx, token: str) -> None:
    """Sign this console out; its sockets close."""
    line = delete(StaffSession).where(col(StaffSession.token_hash) == token_hash(token))
    done = line.returning(col(StaffSession.staff_id), col(StaffSession.id))
    for staff_id, session_id in tx.session.execute(done.execution_options(synchronize_session=False)).all():
        tx.ring(topic(staff_id), {"ended": session_id})


def sign_out(tx: Tx, keys: Keys, token: str, ip: str) -> None:
    """End this session, if it is one."""
    session = _session(tx, token)
    if session is None:
        return
    trail.record(tx, keys, ACTOR, "staff:sign_out", subject=f"staff:{session.staff_id}", ip=ip)
    end_staff_session(tx, token)


def disable(tx: Tx, keys: Keys, by: Agent | System, staff_id: int) -> None:
    """This person has left: sessions, sockets and tokens end at once."""
    staff = tx.session.get_one(Staff, staff_id, populate_existing=True)
    staff.disabled_at = tx.now
    tx.session.add(staff)
    _end_everything(tx, staff_id)
    trail.record(tx, keys, by, "staff:disabled", subject=f"staff:{staff_id}")


def replace_factors(
    tx: Tx, keys: Keys, by: System, staff_id: int, *, password_hash: str, totp_secret: str
) -> None:
    """A new password and a new second factor, given by whoever runs the server; everything of before is dead."""
    staff = tx.session.get_one(Staff, staff_id, populate_existing=True)
    staff.password_hash, staff.totp_sealed = password_hash, totp.seal(keys, totp_secret)
    tx.session.add(staff)
    for table in (StaffPasskey, StaffRecoveryCode):
        line = delete(table).where(col(table.staff_id) == staff_id)
        tx.session.execute(line.execution_options(synchronize_session=False))
    _end_everything(tx, staff_id)
    trail.record(tx, keys, by, "staff:factors_replaced", subject=f"staff:{staff_id}")


def _end_everything(tx: Tx, staff_id: int) -> None:
    line = delete(StaffSession).where(col(StaffSession.staff_id) == staff_id)
    tx.session.execute(line.execution_options(synchronize_session=False))
    revoke_all(tx, staff_id)
    tx.ring(topic(staff_id), {"ended": "all"})


def _session(tx: Tx, token: str) -> StaffSession | None:
    if not token:
        return None
    line = select(StaffSession).where(col(StaffSession.token_hash) == token_hash(token))
    found = tx.session.execute(line.execution_options(populate_existing=True)).scalar_one_or_none()
    return found if found is not None and _lives(tx.now, found) else None


def _lives(now: datetime, session: StaffSession) -> bool:
    return now < session.ends_at and now - session.seen_at < timedelta(minutes=IDLE_MINUTES)


def _open(tx: Tx, staff: Staff, browser: Browser, *, is_pending: bool, method: str) -> str:
    token = secrets.token_urlsafe(32)
    lasts = timedelta(minutes=PENDING_MINUTES) if is_pending else timedelta(hours=ABSOLUTE_HOURS)
    tx.session.add(
        StaffSession(
            staff_id=staff.id or 0,
            token_hash=token_hash(token),
            is_pending=is_pending,
            device_hash=token_hash(browser.device_token) if browser.device_token else "",
            method=method,
            ip=browser.ip,
            device=browser.device,
            created_at=tx.now,
            seen_at=tx.now,
            ends_at=tx.now + lasts,
        )
    )
    tx.session.flush()
    return token
