"""Step-up: a fresh proof that it is really this member of staff, for one purpose, before something powerful.

A time step of the second factor serves each purpose once. Who has no second factor (only where the setting allows
that) proves it with the password. Tries are counted before anything is compared.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import select, update
from sqlmodel import col

from helpdesk.accounts import attempts, totp
from helpdesk.accounts.addresses import address_mac
from helpdesk.accounts.staff import staff_by_id
from helpdesk.accounts.staff_models import Staff, StaffCodeUse, StaffPasskey, StaffStepUp
from helpdesk.actor import Agent
from helpdesk.errors import Invalid, SignInNeeded
from helpdesk.keys import Keys
from helpdesk.limits.refusal import too_many
from helpdesk.store.locks import one_at_a_time
from helpdesk.store.session import Tx

TRIES, TRIES_WINDOW_S = 5, 900.0
FRESH_MINUTES = 5
NEEDED = "Enter a fresh one-time code from your authenticator app."
USED = "That one-time code was used already. Wait for the next one."
CONFIRM_YOURSELF = "Enter your own password to confirm this."
SHOW_PASSKEY = "Show your passkey to confirm this."
OWN_ACCOUNT = "own account"


class StepUpNeeded(SignInNeeded):
    """Confirm with a fresh one-time code first."""

    code = "step_up"

    def __init__(self, sentence: str = "", *, why: str = "", purpose: str = "") -> None:
        """For the trail: `why` in a word, and the `purpose` that the proof was for."""
        super().__init__(sentence)
        self.why, self.purpose = why, purpose


@dataclass(frozen=True)
class StepUp:
    """What was given as proof: a typed one-time code, or the password (checked outside the transaction)."""

    code: str = ""
    password_ok: bool = False


def invitation_purpose(target_key: str) -> str:
    """The purpose of an invitation: bound to whom it is for."""
    return f"invitation:{target_key[:24]}"


def erasure_purpose(target_key: str) -> str:
    """The purpose of erasing a person: bound to whose data goes."""
    return f"erasure:{target_key[:24]}"


def retention_purpose(days: int | str) -> str:
    """The purpose of keeping conversations for a shorter time: bound to the number of days."""
    return f"retention:{days}"


def purpose_of(keys: Keys, form: Mapping[str, str]) -> str:
    """The purpose that a form names: `approval`, a request to decide, `account`, one's own, or `email`, whom to invite.

    With `erase`, whom to erase; `retention`, for how many days only to keep conversations. Raises Invalid.
    """
    if form.get("retention"):
        return retention_purpose(form["retention"][:8])
    if form.get("account"):
        return OWN_ACCOUNT
    if form.get("approval"):
        return approval_purpose(form["approval"])
    if form.get("email"):
        whose = address_mac(keys, form["email"])
        return erasure_purpose(whose) if form.get("erase") else invitation_purpose(whose)
    raise Invalid(email="Say what this confirms.")


def approval_purpose(public_id: str) -> str:
    """The purpose of deciding about one request."""
    return f"approval:{public_id}"


def start_over(tx: Tx, keys: Keys, staff_id: int) -> None:
    """A right proof was given: the wrong ones before it do not count any more."""
    attempts.clear(tx, counter_of(keys, staff_id))


def take_try(tx: Tx, keys: Keys, staff_id: int) -> None:
    """Count one try, in a transaction of its own. Raises TooMany after 5 in 15 minutes; a success starts over."""
    counter = counter_of(keys, staff_id)
    one_at_a_time(tx, counter)
    seen = attempts.find(tx, counter)
    fresh = seen is not None and tx.now - seen.since < timedelta(seconds=TRIES_WINDOW_S)
    if seen is not None and fresh and seen.count >= TRIES:
        raise too_many("step-up", retry_after_s=attempts.window_left_s(tx, counter, TRIES_WINDOW_S))
    attempts.count(tx, counter, TRIES_WINDOW_S)


def counter_of(keys: Keys, staff_id: int) -> str:
    """The counter of wrong one-time codes of one member of staff."""
    return attempts.key_for(keys, "one-time code", str(staff_id))


def check(tx: Tx, keys: Keys, agent: Agent, purpose: str, proof: StepUp) -> str:
    """How it was proved: totp, passkey or password. Raises StepUpNeeded."""
    staff = staff_by_id(tx, agent.id)
    if staff is None or staff.disabled_at is not None:
        raise StepUpNeeded(NEEDED, why="no agent any more", purpose=purpose)
    if not proof.code and _use_passkey(tx, agent, purpose):
        return "passkey"
    if not staff.totp_sealed:
        if has_passkey(tx, agent.id):
            raise StepUpNeeded(SHOW_PASSKEY, why="no passkey", purpose=purpose)
        if not proof.password_ok:
            raise StepUpNeeded(CONFIRM_YOURSELF, why="wrong password", purpose=purpose)
        return "password"
    use_code(tx, keys, staff, purpose, proof.code)
    return "totp"


def has_passkey(tx: Tx, staff_id: int) -> bool:
    """Whether this person has set one up: then a password alone proves nothing any more."""
    line = select(col(StaffPasskey.id)).where(col(StaffPasskey.staff_id) == staff_id).limit(1)
    return tx.session.execute(line).first() is not None


def use_code(tx: Tx, keys: Keys, staff: Staff, purpose: str, typed: str) -> None:
    """Check a one-time code and use its time step up for this purpose. Raises StepUpNeeded."""
    step = (
        totp.matching_step(totp.unseal(keys, staff.totp_sealed), typed, tx.now) if staff.totp_sealed else None
    )
    if step is None:
        raise StepUpNeeded(NEEDED, why="wrong code" if typed else "no code", purpose=purpose)
    one_at_a_time(tx, f"time step {staff.id} {purpose} {step}")
    if tx.session.get(StaffCodeUse, (staff.id, purpose, step)) is not None:
        raise StepUpNeeded(USED, why="used code", purpose=purpose)
    tx.session.add(StaffCodeUse(staff_id=staff.id or 0, purpose=purpose, step=step, at=tx.now))
    tx.session.flush()
    start_over(tx, keys, staff.id or 0)


def remember_passkey(tx: Tx, agent: Agent, purpose: str) -> None:
    """A passkey was shown for this purpose just now."""
    tx.session.add(
        StaffStepUp(
            staff_id=agent.id, session_id=agent.session_id or 0, purpose=purpose, method="passkey", at=tx.now
        )
    )


def _use_passkey(tx: Tx, agent: Agent, purpose: str) -> bool:
    """Use up a passkey proof of this session for this purpose, not older than five minutes."""
    fresh = (
        select(col(StaffStepUp.id))
        .where(col(StaffStepUp.staff_id) == agent.id, col(StaffStepUp.session_id) == (agent.session_id or 0))
        .where(col(StaffStepUp.purpose) == purpose, col(StaffStepUp.used_at).is_(None))
        .where(col(StaffStepUp.at) > tx.now - timedelta(minutes=FRESH_MINUTES))
        .limit(1)
    )
    line = update(StaffStepUp).where(col(StaffStepUp.id).in_(fresh.scalar_subquery())).values(used_at=tx.now)
    done = tx.session.execute(
        line.returning(col(StaffStepUp.id)).execution_options(synchronize_session=False)
    )
    return done.first() is not None
