"""A deed with a step-up: the try is counted first, by itself, and a proof that is refused stands in the trail."""

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

from helpdesk.accounts import step_up
from helpdesk.accounts.staff import staff_by_id
from helpdesk.accounts.step_up import StepUp, StepUpNeeded
from helpdesk.actor import Agent
from helpdesk.audit import trail
from helpdesk.errors import TooMany
from helpdesk.store.session import Tx

if TYPE_CHECKING:
    from helpdesk.wiring import Desk

Done = TypeVar("Done")
MOST_PURPOSE = 60
"""Characters: an address or a form may hold more than any purpose has."""


async def with_proof(
    desk: "Desk",
    agent: Agent,
    purpose: str,
    deed: Callable[[Tx, StepUp], Done],
    *,
    code: str,
    password: str,
    ip: str,
) -> Done:
    """Do the deed with what was typed as proof. Raises what it raises, and TooMany.

    `purpose` is what the trail says where the deed did not come so far as to name its own.
    """
    try:
        proof = await proof_of(desk, agent, code, password)
        return await desk.store.write(deed, proof)
    except (StepUpNeeded, TooMany) as error:
        if code or password:  # a form that comes without a proof only asks for one
            why, about = why_refused(error), getattr(error, "purpose", "") or purpose
            await desk.store.write(refused, desk, agent, about, why, ip)
        raise


def refused(tx: Tx, desk: "Desk", agent: Agent, purpose: str, why: str, ip: str) -> None:
    """Record a proof that was not taken: for what, and why in a word; never the proof."""
    about = purpose[:MOST_PURPOSE]
    trail.record(tx, desk.keys, agent, "staff:step_up", subject=about, result="refused", reason=why, ip=ip)


def why_refused(error: Exception) -> str:
    """In a word."""
    return error.why if isinstance(error, StepUpNeeded) else "too many tries"


async def proof_of(desk: "Desk", agent: Agent, code: str, password: str) -> StepUp:
    """What was typed as proof. A try is counted first, by itself. Raises TooMany."""
    if not code and not password:
        return StepUp()
    await desk.store.write(step_up.take_try, desk.keys, agent.id)
    if not password:
        return StepUp(code=code)
    staff = await desk.store.read(staff_by_id, agent.id)
    checked = await desk.passwords.verify(password, staff.password_hash if staff else None)
    if checked.ok:
        await desk.store.write(step_up.start_over, desk.keys, agent.id)
    return StepUp(code=code, password_ok=checked.ok)
