"""The whole act of inviting, for the console and the API: count the try, invite, and record a refusal too."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from helpdesk.accounts import password_reset
from helpdesk.accounts.password_reset import ConversationFacts, InvitationView
from helpdesk.accounts.proving import proof_of
from helpdesk.actor import Agent
from helpdesk.audit import trail
from helpdesk.errors import DeskError, Unavailable
from helpdesk.store.session import Tx

if TYPE_CHECKING:
    from helpdesk.wiring import Desk

Facts = Callable[[Tx], ConversationFacts]
Afterwards = Callable[[Tx, InvitationView], None]


async def send_invitation(
    desk: "Desk",
    agent: Agent,
    facts: Facts,
    *,
    reason: str,
    email: str | None = None,
    code: str = "",
    password: str = "",
    request_key: str = "",
    ip: str = "",
    afterwards: Afterwards | None = None,
) -> InvitationView:
    """Invite in one transaction with whatever `afterwards` adds (a line in the conversation, say).

    `facts` reads the conversation inside that transaction, and raises NotFound for one that the agent may not see.
    Raises what `password_reset.invite` raises; every refusal stands in the trail.
    """
    limited = desk.settings.limits == "on"

    def act(tx: Tx) -> InvitationView:
        conversation = facts(tx)
        view = password_reset.invite(
            tx,
            desk.keys,
            agent,
            conversation,
            reason,
            email,
            proof,
            request_key=request_key,
            ip=ip,
            limited=limited,
        )
        if afterwards is not None and not view.is_repeat:
            afterwards(tx, view)
        return view

    def refused(tx: Tx, error: DeskError) -> None:
        conversation = facts(tx)
        trail.record(
            tx, desk.keys, agent, "reset:refused", conversation=conversation.public_id,
            identity_level=conversation.identity_level, ip=ip, result="alarm" if error.status == 403 else "refused",
            reason=error.sentence[:200],
        )  # fmt: skip

    try:
        proof = await proof_of(desk, agent, code, password)
        return await desk.store.write(act)
    except Unavailable:
        raise
    except DeskError as error:
        if error.status != 404:
            await desk.store.write(refused, error)
        raise
