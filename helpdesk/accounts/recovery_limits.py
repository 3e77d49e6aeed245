"""How many codes may be asked for: by address (whether or not anybody has it), by network, and by everybody together.

The counts are rows, so a restart does not reset them.
"""

from datetime import timedelta

from sqlalchemy import func, select
from sqlmodel import col

from helpdesk.accounts.recovery_models import RecoveryFlow, RecoverySend
from helpdesk.actor import System
from helpdesk.audit import trail
from helpdesk.keys import Keys
from helpdesk.limits.refusal import too_many
from helpdesk.store.locks import one_at_a_time
from helpdesk.store.session import Tx
from helpdesk.web.browser import Browser

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
PER_ADDRESS = ((1, timedelta(seconds=60)), (5, HOUR), (10, DAY))
PER_NETWORK = ((10, HOUR), (30, DAY))
PER_WIDE_NETWORK = ((60, HOUR),)
RESERVE = (2, HOUR)
PER_MINUTE = 60
SLOWED_S = 60.0
SENTENCE = (
    "Too many codes were asked for from your network. Please try again later, or contact Customer Support."
)


def check_network(tx: Tx, browser: Browser) -> None:
    """Raises TooMany when this network has asked too often."""
    for column, value, budgets in (
        (col(RecoverySend.network), browser.network, PER_NETWORK),
        (col(RecoverySend.wide_network), browser.wide_network, PER_WIDE_NETWORK),
    ):
        one_at_a_time(tx, f"recovery {value}")
        for most, span in budgets:
            line = select(func.count(), func.min(RecoverySend.at)).where(
                column == value, col(RecoverySend.at) > tx.now - span
            )
            seen, first = tx.session.execute(line).one()
            if seen >= most:
                raise too_many(
                    "recovery", SENTENCE, retry_after_s=max(1.0, (first + span - tx.now).total_seconds())
                )


def count_send(tx: Tx, keys: Keys, flow: RecoveryFlow, browser: Browser, *, limited: bool) -> float | None:
    """Count one; how long the mail waits, in seconds, or None when none may go to this address now."""
    one_at_a_time(tx, f"recovery {flow.address_key}")
    free = not limited or not _used_up(tx, flow)
    reserve = not free and flow.known_device and _reserve_left(tx, flow)
    tx.session.add(
        RecoverySend(
            flow_id=flow.id or 0,
            address_key=flow.address_key,
            network=browser.network,
            wide_network=browser.wide_network,
            reserve=reserve,
            allowed=free or reserve,
            at=tx.now,
        )
    )
    if not free and not reserve:
        return None
    return SLOWED_S if limited and _is_rush(tx, keys) else 0.0


def _used_up(tx: Tx, flow: RecoveryFlow) -> bool:
    for most, span in PER_ADDRESS:
        line = select(func.count()).where(
            col(RecoverySend.address_key) == flow.address_key,
            col(RecoverySend.at) > tx.now - span,
            col(RecoverySend.allowed).is_(True),
            col(RecoverySend.reserve).is_(False),
        )
        if (tx.session.execute(line).scalar() or 0) >= most:
            return True
    return False


def _reserve_left(tx: Tx, flow: RecoveryFlow) -> bool:
    most, span = RESERVE
    line = select(func.count()).where(
        col(RecoverySend.address_key) == flow.address_key,
        col(RecoverySend.at) > tx.now - span,
        col(RecoverySend.reserve).is_(True),
    )
    return (tx.session.execute(line).scalar() or 0) < most


def _is_rush(tx: Tx, keys: Keys) -> bool:
    """More mails in a minute than this desk ever needs: they wait, and the first one of the rush raises an alarm."""
    line = select(func.count()).where(
        col(RecoverySend.at) > tx.now - timedelta(seconds=60), col(RecoverySend.allowed).is_(True)
    )
    seen = tx.session.execute(line).scalar() or 0
    if seen == PER_MINUTE + 1:
        trail.record(
            tx, keys, System("recovery"), "recovery:rush", result="alarm", more={"per_minute": PER_MINUTE}
        )
    return seen > PER_MINUTE
