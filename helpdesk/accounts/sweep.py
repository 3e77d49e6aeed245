"""Forget what has no use any more: ended flows, spent counters, old sessions. The trail is never touched."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, update
from sqlmodel import col

from helpdesk.accounts.models import Attempt, CustomerSession, IdentityTokenUse, KnownDevice, NotMeLink
from helpdesk.accounts.recovery_models import RecoveryFlow, RecoverySend, ResetInvitation
from helpdesk.accounts.staff_models import StaffCodeUse, StaffSession, StaffStepUp
from helpdesk.store.session import Tx

if TYPE_CHECKING:
    from helpdesk.wiring import Desk

EVERY_S = 300.0
COUNTS_DAYS = 2
DEVICE_DAYS = 180
QUIET_DAYS = 30


def timers() -> list[tuple[float, Callable[["Desk"], Awaitable[Any]]]]:
    """(seconds, what) for the worker."""
    return [(EVERY_S, forget_what_is_over)]


async def forget_what_is_over(desk: "Desk") -> None:
    """One sweep."""
    await desk.store.write(sweep)


def sweep(tx: Tx) -> None:
    """Delete rows that no rule reads any more; addresses that were only typed go as soon as their flow is over."""
    counted = tx.now - timedelta(days=COUNTS_DAYS)
    ended = col(RecoveryFlow.ends_at) <= tx.now
    wipe = update(RecoveryFlow).where(ended, col(RecoveryFlow.address) != "").values(address="")
    void = update(ResetInvitation).where(
        col(ResetInvitation.address) != "", col(ResetInvitation.asked_at) < tx.now - timedelta(days=1)
    )
    lines: list[Any] = [
        wipe,
        void.values(address="", state="void"),
        delete(RecoverySend).where(col(RecoverySend.at) < counted),
        delete(RecoveryFlow).where(col(RecoveryFlow.ends_at) < counted - timedelta(days=1)),
        delete(CustomerSession).where(col(CustomerSession.ends_at) < tx.now),
        delete(StaffSession).where(col(StaffSession.ends_at) < tx.now),
        delete(StaffCodeUse).where(col(StaffCodeUse.at) < counted),
        delete(StaffStepUp).where(col(StaffStepUp.at) < counted),
        delete(IdentityTokenUse).where(col(IdentityTokenUse.ends_at) < counted),
        delete(KnownDevice).where(col(KnownDevice.used_at) < tx.now - timedelta(days=DEVICE_DAYS)),
        delete(NotMeLink).where(col(NotMeLink.ends_at) < counted),
        delete(Attempt).where(col(Attempt.last_at) < tx.now - timedelta(days=QUIET_DAYS)),
    ]
    for line in lines:
        tx.session.execute(line.execution_options(synchronize_session=False))
