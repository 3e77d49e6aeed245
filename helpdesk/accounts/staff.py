"""The staff: add somebody, find somebody. Nobody resets a colleague's password from a screen."""

from typing import cast

from sqlalchemy import select
from sqlmodel import col

from helpdesk.accounts import totp
from helpdesk.accounts.addresses import email_key
from helpdesk.accounts.staff_models import Staff
from helpdesk.actor import Actor, Agent, StaffRole
from helpdesk.audit import trail
from helpdesk.errors import Conflict, Invalid
from helpdesk.keys import Keys
from helpdesk.store.locks import one_at_a_time
from helpdesk.store.session import Tx

ROLES: tuple[StaffRole, ...] = ("agent", "lead", "editor", "admin")
TAKEN = "There is already a member of staff with this address."


def add_staff(
    tx: Tx,
    keys: Keys,
    by: Actor,
    *,
    email: str,
    name: str,
    role: str,
    password_hash: str,
    totp_secret: str = "",
) -> Staff:
    """A new member of staff; with `totp_secret` the second factor is set up already. Raises Conflict, Invalid(role)."""
    if role not in ROLES:
        raise Invalid(role=f"A role is one of {', '.join(ROLES)}.")
    one_at_a_time(tx, f"staff {email_key(email)}")
    if staff_by_address(tx, email) is not None:
        raise Conflict(TAKEN)
    staff = Staff(
        email=email,
        email_key=email_key(email),
        name=name or email.partition("@")[0].capitalize(),
        role=role,
        password_hash=password_hash,
        totp_sealed=totp.seal(keys, totp_secret) if totp_secret else "",
        created_at=tx.now,
    )
    tx.session.add(staff)
    tx.session.flush()
    trail.record(tx, keys, by, "staff:added", subject=f"staff:{staff.id}", more={"role": role})
    return staff


def staff_by_address(tx: Tx, address: str) -> Staff | None:
    """The member of staff with this address, whatever its spelling."""
    line = select(Staff).where(col(Staff.email_key) == email_key(address))
    return tx.session.execute(line.execution_options(populate_existing=True)).scalar_one_or_none()


def staff_by_id(tx: Tx, staff_id: int) -> Staff | None:
    """The member of staff of this number, as they stand now."""
    return tx.session.get(Staff, staff_id, populate_existing=True)


def as_agent(staff: Staff, *, session_id: int | None = None) -> Agent:
    """The acting person."""
    return Agent(staff.id or 0, staff.name, staff.email, cast(StaffRole, staff.role), session_id)
