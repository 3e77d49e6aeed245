"""Recovery codes of the staff's second factor: ten, shown once, each signs in once; kept as HMACs."""

import secrets

from sqlalchemy import delete, func, select, update
from sqlmodel import col

from helpdesk.accounts import codes
from helpdesk.accounts.staff_models import StaffRecoveryCode
from helpdesk.actor import Agent
from helpdesk.audit import trail
from helpdesk.keys import Keys
from helpdesk.store.session import Tx

HOW_MANY = 10
LENGTH = 12


def renew(tx: Tx, keys: Keys, agent: Agent) -> list[str]:
    """Ten fresh codes, as they are shown; the former ones are dead."""
    tx.session.execute(
        delete(StaffRecoveryCode)
        .where(col(StaffRecoveryCode.staff_id) == agent.id)
        .execution_options(synchronize_session=False)
    )
    fresh = ["".join(secrets.choice(codes.ALPHABET) for _ in range(LENGTH)) for _ in range(HOW_MANY)]
    for code in fresh:
        tx.session.add(StaffRecoveryCode(staff_id=agent.id, mac=_mac(keys, agent.id, code)))
    trail.record(tx, keys, agent, "staff:recovery_codes_renewed", subject=f"staff:{agent.id}")
    return [f"{code[:4]}-{code[4:8]}-{code[8:]}" for code in fresh]


def left(tx: Tx, staff_id: int) -> int:
    """How many are unused."""
    line = select(func.count()).where(
        col(StaffRecoveryCode.staff_id) == staff_id, col(StaffRecoveryCode.used_at).is_(None)
    )
    return int(tx.session.execute(line).scalar() or 0)


def looks_like_one(typed: str) -> bool:
    """Whether a text has the shape of a recovery code, and not that of a one-time code."""
    plain = codes.typed(typed)
    return len(plain) == LENGTH and all(c in codes.ALPHABET for c in plain)


def use(tx: Tx, keys: Keys, staff_id: int, typed: str) -> bool:
    """Use one up; whether it was one."""
    line = (
        update(StaffRecoveryCode)
        .where(col(StaffRecoveryCode.staff_id) == staff_id, col(StaffRecoveryCode.used_at).is_(None))
        .where(col(StaffRecoveryCode.mac) == _mac(keys, staff_id, codes.typed(typed)))
        .values(used_at=tx.now)
        .returning(col(StaffRecoveryCode.id))
    )
    return tx.session.execute(line.execution_options(synchronize_session=False)).first() is not None


def _mac(keys: Keys, staff_id: int, code: str) -> str:
    return keys.mac("staff recovery code", str(staff_id), code).hex()
