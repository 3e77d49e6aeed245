"""The way back of somebody who forgot the password: address → code by mail → new password, in one browser.

Nothing here looks an account up before the code was right: the worker does that when it sends (`letters_out.py`).
So a known and an unknown address cannot be told apart, not even by time.
"""

import secrets
from dataclasses import dataclass
from datetime import timedelta
from math import ceil
from typing import Literal

from sqlalchemy import select, update
from sqlmodel import col

from helpdesk.accounts import attempts, codes, devices
from helpdesk.accounts.addresses import address_mac
from helpdesk.accounts.recovery_limits import check_network, count_send
from helpdesk.accounts.recovery_models import RecoveryFlow
from helpdesk.actor import System
from helpdesk.audit import trail
from helpdesk.delivery.outbox import enqueue
from helpdesk.keys import Keys, token_hash
from helpdesk.limits.refusal import too_many
from helpdesk.store.session import Tx
from helpdesk.web.browser import Browser

GRANT_MINUTES = 10
ENTRIES, ENTRIES_WINDOW_S = 30, 600.0
WRONG_IN_A_ROW = 100
PAUSE_S = 24 * 3600.0
ACTOR = System("recovery")
NO_MORE = "No more codes can be sent now. Please contact Customer Support."

CLOCK_STEP = timedelta(minutes=5)
Verdict = Literal["right", "wrong", "used up", "expired", "no flow"]


@dataclass(frozen=True)
class Entered:
    """What became of a typed code; `token` is the browser's new one when it was right."""

    verdict: Verdict
    token: str = ""


def start(tx: Tx, keys: Keys, address: str, browser: Browser, token: str, *, limited: bool = True) -> str:
    """The flow's token for the browser's cookie. The same browser and address go on with the flow they have.

    Raises TooMany for a network that asks too often.
    """
    address_key = address_mac(keys, address)
    mine = flow_by_token(tx, token)
    if (
        mine is not None
        and mine.state == "code_sent"
        and mine.address_key == address_key
        and mine.invitation_id is None
    ):
        if wait_s(tx, mine) <= 0 and mine.sends < codes.MAX_SENDS:
            _send(tx, keys, mine, browser, limited=limited)
        return token
    return begin(tx, keys, browser, address=address, limited=limited)


def begin(
    tx: Tx,
    keys: Keys,
    browser: Browser,
    *,
    address: str,
    account_id: int | None = None,
    invitation_id: int | None = None,
    limited: bool = True,
) -> str:
    """A new flow with its first sending; its token."""
    token = secrets.token_urlsafe(32)
    address_key = address_mac(keys, address)
    flow = RecoveryFlow(
        token_hash=token_hash(token),
        reference=codes.reference(),
        address=address,
        address_key=address_key,
        account_id=account_id,
        invitation_id=invitation_id,
        nonce="",
        sent_at=tx.now,
        code_ends_at=tx.now,
        # Whoever opened an invitation holds the mailbox: strangers who use up the budgets cannot lock them out.
        known_device=invitation_id is not None or devices.is_known(tx, browser.device_token, address_key),
        ip=browser.ip,
        device=browser.device,
        created_at=tx.now,
        ends_at=tx.now + timedelta(minutes=codes.FLOW_MINUTES),
    )
    tx.session.add(flow)
    tx.session.flush()
    _send(tx, keys, flow, browser, limited=limited)
    return token


def resend(tx: Tx, keys: Keys, token: str, browser: Browser, *, limited: bool = True) -> bool:
    """Send a new code; the former one is dead. False without a flow. Raises TooMany: too early, or no more."""
    flow = flow_by_token(tx, token)
    if flow is None or flow.state != "code_sent":
        return False
    early = wait_s(tx, flow)
    if early > 0:
        raise too_many("resend-code", f"You can resend the code in {ceil(early)} s.", retry_after_s=early)
    if flow.sends >= codes.MAX_SENDS or not _send(tx, keys, flow, browser, limited=limited):
        raise too_many("resend-code", NO_MORE, retry_after_s=3600.0)
    return True


def enter_code(
    tx: Tx, keys: Keys, token: str, typed: str, browser: Browser, *, limited: bool = True
) -> Entered:
    """Count the entry, then compare. A right one turns the browser's token into the grant. Raises TooMany (network)."""
    entries = attempts.key_for(keys, "code entries", browser.network)
    if attempts.count(tx, entries, ENTRIES_WINDOW_S) > ENTRIES and limited:
        raise too_many("code-entry", retry_after_s=attempts.window_left_s(tx, entries, ENTRIES_WINDOW_S))
    flow = flow_by_token(tx, token)
    if flow is None or flow.state != "code_sent":
        return Entered("no flow")
    taken = (
        update(RecoveryFlow)
        .where(col(RecoveryFlow.id) == flow.id, col(RecoveryFlow.tries) < codes.TRIES)
        .where(col(RecoveryFlow.code_used_at).is_(None), col(RecoveryFlow.code_ends_at) > tx.now)
        .where(col(RecoveryFlow.sent_at) <= tx.now + CLOCK_STEP)  # a clock set back must not lengthen a life
        .values(tries=RecoveryFlow.tries + 1)
        .returning(col(RecoveryFlow.sends), col(RecoveryFlow.nonce))
    )
    row = tx.session.execute(taken.execution_options(synchronize_session=False)).first()
    if row is None:
        is_over = flow.code_ends_at <= tx.now or flow.sent_at > tx.now + CLOCK_STEP
        return Entered("expired" if is_over else "used up")
    paused = is_paused(tx, keys, flow)
    fits = codes.same(codes.typed(typed), codes.derive(keys, flow.id or 0, row[0], row[1]))
    if not fits or flow.account_id is None or paused:
        _count_wrong(tx, keys, flow)
        return Entered("wrong")
    attempts.clear(tx, _wrong_counter(keys, flow.address_key))
    fresh = secrets.token_urlsafe(32)
    flow = tx.session.get_one(RecoveryFlow, flow.id, populate_existing=True)
    flow.code_used_at, flow.state, flow.token_hash = tx.now, "verified", token_hash(fresh)
    flow.grant_ends_at = tx.now + timedelta(minutes=GRANT_MINUTES)
    tx.session.add(flow)
    trail.record(tx, keys, ACTOR, "recovery:code_right", account_id=flow.account_id, ip=browser.ip)
    return Entered("right", fresh)


def flow_by_token(tx: Tx, token: str) -> RecoveryFlow | None:
    """The living flow of this browser, locked until the commit where the database can."""
    if not token:
        return None
    line = select(RecoveryFlow).where(col(RecoveryFlow.token_hash) == token_hash(token)).with_for_update()
    found = tx.session.execute(line.execution_options(populate_existing=True))
    flow: RecoveryFlow | None = found.scalar_one_or_none()
    if flow is None or flow.state in {"done", "cancelled"} or flow.ends_at <= tx.now:
        return None
    return flow


def wait_s(tx: Tx, flow: RecoveryFlow) -> float:
    """Seconds until the next code may be asked for; 0 or less: now."""
    return codes.RESEND_S - (tx.now - flow.sent_at).total_seconds()


def _send(tx: Tx, keys: Keys, flow: RecoveryFlow, browser: Browser, *, limited: bool) -> bool:
    """A new code in place of the former one; whether a mail may go out. Raises TooMany for the network."""
    if limited:
        check_network(tx, browser)
    delay_s = count_send(tx, keys, flow, browser, limited=limited)
    flow.sends += 1
    flow.tries, flow.code_used_at, flow.nonce = 0, None, secrets.token_urlsafe(16)
    flow.sent_at = tx.now
    flow.code_ends_at = min(tx.now + timedelta(minutes=codes.MINUTES), flow.ends_at)
    tx.session.add(flow)
    trail.record(
        tx, keys, ACTOR, "recovery:code_asked", subject=flow.address_key[:16], ip=browser.ip,
        result="ok" if delay_s is not None else "limited", more={"sending": flow.sends},
    )  # fmt: skip
    if delay_s is None:
        return False
    job = {"flow": flow.id, "sending": flow.sends}
    enqueue(tx, "recovery_code", job, delay_s=delay_s, expires_at=flow.code_ends_at)
    return True


def _wrong_counter(keys: Keys, address_key: str) -> str:
    return attempts.key_for(keys, "wrong codes", address_key)


def is_paused(tx: Tx, keys: Keys, flow: RecoveryFlow) -> bool:
    """After 100 wrong codes in a row for an address, codes count for known devices only, for a day."""
    counted = attempts.find(tx, _wrong_counter(keys, flow.address_key))
    if counted is None or counted.count < WRONG_IN_A_ROW or flow.known_device:
        return False
    return (tx.now - counted.last_at).total_seconds() < PAUSE_S


def _count_wrong(tx: Tx, keys: Keys, flow: RecoveryFlow) -> None:
    counter = _wrong_counter(keys, flow.address_key)
    counted = attempts.find(tx, counter)
    if counted is not None and counted.count >= WRONG_IN_A_ROW:
        if (tx.now - counted.last_at).total_seconds() < PAUSE_S:
            return  # during the pause nothing is counted, so guessing on does not prolong it
        attempts.clear(tx, counter)
    if attempts.count(tx, counter, attempts.FOREVER_S) == WRONG_IN_A_ROW:
        trail.record(tx, keys, ACTOR, "recovery:paused", subject=flow.address_key[:16], result="alarm")
        enqueue(tx, "recovery_paused", {"flow": flow.id})
