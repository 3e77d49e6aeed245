"""A code that was written where others can read it is dead. Says only whether one was alive, never which."""

from sqlalchemy import select
from sqlmodel import col

from helpdesk.accounts import codes
from helpdesk.accounts.recovery_models import RecoveryFlow
from helpdesk.actor import System
from helpdesk.audit import trail
from helpdesk.keys import Keys
from helpdesk.store.session import Tx

ACTOR = System("recovery")
MOST_LIVING = 5000


def burn(tx: Tx, keys: Keys, typed_codes: list[str]) -> bool:
    """Somebody put codes where others can read them: those that are alive are dead now. Whether one was."""
    living = select(RecoveryFlow).where(
        col(RecoveryFlow.state) == "code_sent", col(RecoveryFlow.code_ends_at) > tx.now
    )
    burnt = False
    for flow in tx.session.execute(living.order_by(col(RecoveryFlow.id).desc()).limit(MOST_LIVING)).scalars():
        code = codes.derive(keys, flow.id or 0, flow.sends, flow.nonce)
        if any(codes.same(code, typed) for typed in typed_codes):
            flow.code_used_at = tx.now
            tx.session.add(flow)
            trail.record(tx, keys, ACTOR, "recovery:code_burnt", account_id=flow.account_id)
            burnt = True
    return burnt
