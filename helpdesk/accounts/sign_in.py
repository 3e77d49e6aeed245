"""Sign-in of a customer: tries are counted first, the password is checked outside, then the session is made.

Waits are the same for an address without an account, and never lock anybody out for good.
"""

from dataclasses import dataclass

from helpdesk.accounts import attempts, credentials, devices, sessions
from helpdesk.accounts.addresses import address_mac
from helpdesk.accounts.hashing import Checked
from helpdesk.accounts.people import account_by_address, account_by_id
from helpdesk.actor import Customer, System
from helpdesk.audit import trail
from helpdesk.keys import Keys
from helpdesk.limits.refusal import too_many
from helpdesk.store.locks import one_at_a_time
from helpdesk.store.session import Tx
from helpdesk.web.browser import Browser

NETWORK_TRIES, NETWORK_WINDOW_S = 10, 60.0
TOTAL_TRIES = 100
TOO_MANY = "Too many attempts. Try again in a minute, or use Forgot Password?"


@dataclass(frozen=True)
class Try:
    """One attempt that was counted. `wait_s` > 0: it is not to be checked. `stored` None: there is no such account."""

    address_key: str
    network_counter: str
    own_counter: str
    account_id: int | None
    stored: str | None
    wait_s: float = 0.0


def begin(tx: Tx, keys: Keys, address: str, browser: Browser, *, limited: bool = True) -> Try:
    """Count this attempt. Raises TooMany for a network that fails too often."""
    address_key = address_mac(keys, address)
    network = attempts.key_for(keys, "sign-in network", browser.network)
    if attempts.count(tx, network, NETWORK_WINDOW_S) > NETWORK_TRIES and limited:
        raise too_many("sign-in", TOO_MANY, attempts.window_left_s(tx, network, NETWORK_WINDOW_S))
    known = devices.is_known(tx, browser.device_token, address_key)
    own = attempts.key_for(keys, "sign-in", address_key, browser.device_token if known else browser.network)
    total = attempts.key_for(keys, "sign-in total", address_key)
    one_at_a_time(tx, own)
    wait_s = attempts.growing_wait_s(tx, own)
    counted = attempts.find(tx, total)
    if not known and counted is not None and counted.count >= TOTAL_TRIES:
        wait_s = max(wait_s, attempts.LONGEST_WAIT_S)
    account = account_by_address(tx, address)
    if wait_s > 0 and limited:
        return Try(address_key, network, own, None, None, wait_s)
    attempts.count(tx, own, attempts.FOREVER_S)
    attempts.count(tx, total, attempts.FOREVER_S)
    may = account is not None and account.disabled_at is None and account.verified_at is not None
    if (
        account is None
        or not may
        or (account.contained_until is not None and account.contained_until > tx.now)
    ):
        return Try(address_key, network, own, None, None)
    return Try(address_key, network, own, account.id, account.password_hash)


def succeed(
    tx: Tx, keys: Keys, attempt: Try, checked: Checked, browser: Browser, former_token: str
) -> tuple[str, str]:
    """(session token, device token). The session of before the sign-in is dead; the network's count is only given back."""
    account_id, stored = attempt.account_id or 0, attempt.stored or ""
    if former_token:
        sessions.end_session(tx, former_token)
    attempts.give_back(tx, attempt.network_counter)
    attempts.clear(tx, attempt.own_counter)
    attempts.clear(tx, attempts.key_for(keys, "sign-in total", attempt.address_key))
    if checked.fresh:
        credentials.rehash(tx, account_id, stored, checked.fresh)
    device_token = devices.remember(tx, browser.device_token, attempt.address_key)
    token = sessions.sign_in(tx, account_id, browser.ip, browser.device)
    trail.record(tx, keys, System("sign-in"), "account:sign_in", account_id=account_id, ip=browser.ip)
    return token, device_token


def fail(tx: Tx, keys: Keys, attempt: Try, browser: Browser) -> None:
    """Record that it was the wrong password, or nobody's address, or too soon."""
    result = "too soon" if attempt.wait_s else "refused"
    trail.record(
        tx, keys, System("sign-in"), "account:sign_in", account_id=attempt.account_id,
        subject=attempt.address_key[:16], ip=browser.ip, result=result,
    )  # fmt: skip


def sign_out(tx: Tx, keys: Keys, customer: Customer, token: str, ip: str) -> None:
    """End this session."""
    sessions.end_session(tx, token)
    trail.record(tx, keys, customer, "account:sign_out", account_id=customer.account_id, ip=ip)


def stored_password(tx: Tx, account_id: int) -> str | None:
    """The hash that a typed current password is checked against."""
    account = account_by_id(tx, account_id)
    return account.password_hash if account else None


def sign_out_others(tx: Tx, keys: Keys, customer: Customer, ip: str) -> None:
    """End every other session of this account."""
    gone = sessions.end_all_sessions(tx, customer.account_id, customer.session_id)
    trail.record(
        tx,
        keys,
        customer,
        "account:signed_out_others",
        account_id=customer.account_id,
        ip=ip,
        more={"sessions": gone},
    )
