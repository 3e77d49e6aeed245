"""Change the password while signed in: the current one is asked for, no code. Other sessions end, this one's token changes."""

from helpdesk.accounts import attempts, credentials, sessions
from helpdesk.actor import Customer
from helpdesk.audit import trail
from helpdesk.keys import Keys
from helpdesk.store.locks import one_at_a_time
from helpdesk.store.session import Tx
from helpdesk.web.browser import Browser

TRIES, WINDOW_S = 5, 900.0


def take_try(tx: Tx, keys: Keys, customer: Customer, *, limited: bool = True) -> bool:
    """Count one typed current password; False when five were wrong in 15 minutes: then this session is over."""
    counter = _counter(keys, customer)
    one_at_a_time(tx, counter)
    if attempts.count(tx, counter, WINDOW_S) <= TRIES or not limited:
        return True
    sessions.end_session_by_id(tx, customer.account_id, customer.session_id)
    trail.record(
        tx, keys, customer, "account:password_guessed", account_id=customer.account_id, result="alarm"
    )
    return False


def change(tx: Tx, keys: Keys, customer: Customer, seen_hash: str, new_hash: str, browser: Browser) -> str:
    """Set it; the session's new token. Raises Conflict when the password changed meanwhile."""
    credentials.replace_password(
        tx,
        keys,
        customer,
        credentials.Change(
            account_id=customer.account_id,
            seen_hash=seen_hash,
            new_hash=new_hash,
            how="changed",
            ip=browser.ip,
            network=browser.wide_network,
            device=browser.device,
            keep_session=customer.session_id,
        ),
    )
    attempts.clear(tx, _counter(keys, customer))
    return sessions.renew(tx, customer.session_id)


def right(tx: Tx, keys: Keys, customer: Customer) -> None:
    """The current password was right, whatever else is wrong with the form: it was no guess."""
    attempts.clear(tx, _counter(keys, customer))


def refused(tx: Tx, keys: Keys, customer: Customer, ip: str) -> None:
    """Record a wrong current password."""
    trail.record(
        tx,
        keys,
        customer,
        "account:password_changed",
        account_id=customer.account_id,
        ip=ip,
        result="refused",
    )


def _counter(keys: Keys, customer: Customer) -> str:
    """Of this session: whoever logs in again has shown the password, and other browsers guessed nothing."""
    return attempts.key_for(keys, "current password", f"{customer.account_id}:{customer.session_id}")
