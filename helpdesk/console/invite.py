"""The password-reset invitation.

A reason, a fresh proof of the agent, and nothing that an agent could misuse.
"""

import uuid
from typing import Any

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from helpdesk.accounts import password_reset, step_up
from helpdesk.accounts.password_reset import ConversationFacts
from helpdesk.accounts.staff import staff_by_id
from helpdesk.accounts.step_up import StepUp
from helpdesk.actor import Agent
from helpdesk.chat.access import conversation_for
from helpdesk.chat.post import say_system
from helpdesk.console.serving import around, desk_of, done, show
from helpdesk.errors import DeskError, Invalid
from helpdesk.keys import Keys
from helpdesk.store.session import Tx
from helpdesk.tickets import work
from helpdesk.web.client_address import client_address
from helpdesk.web.forms import email_address, read_form
from helpdesk.web.problems import wants_json

LINE = "If the address is registered with us, a mail about a new password is on its way. Check spam, too."


async def page(request: Request, agent: Agent) -> Response:
    """The form on a page of its own, for browsers without scripts."""
    return await _shown(request, agent, {}, {}, 200)


async def send(request: Request, agent: Agent) -> Response:
    """Start the invitation. The answer is the same whether there is an account or not."""
    desk, public_id = desk_of(request), request.path_params["conversation"]
    form = await read_form(request)
    try:
        email = email_address(form["email"]) if form.get("email") else None
        proof = await _proof(request, agent, form)
        view = await desk.store.write(
            _invite, desk.keys, agent, public_id, form.get("reason", ""), email, proof,
            form.get("client_id", "")[:64], client_address(request), desk.limits.on,
        )  # fmt: skip
    except DeskError as error:
        if wants_json(request):
            raise
        fields = error.fields if isinstance(error, Invalid) else {"form": error.sentence}
        return await _shown(request, agent, form, fields, error.status)
    return done(request, f"/console/c/{public_id}", sentence=view.sentence, state=view.state)


async def _proof(request: Request, agent: Agent, form: dict[str, str]) -> StepUp:
    """A one-time code, or the password of whoever has no second factor.

    Tries are counted before anything is compared.
    """
    desk = desk_of(request)
    await desk.store.write(step_up.take_try, desk.keys, agent.id)
    if form.get("code"):
        return StepUp(code=form["code"].strip())
    staff = await desk.store.read(staff_by_id, agent.id)
    checked = await desk.passwords.verify(form.get("password", ""), staff.password_hash if staff else None)
    return StepUp(password_ok=checked.ok)


def _invite(
    tx: Tx, keys: Keys, agent: Agent, public_id: str, reason: str, email: str | None, proof: StepUp,
    request_key: str, ip: str, limited: bool,
) -> Any:  # fmt: skip
    view = password_reset.invite(
        tx, keys, agent, facts_of(tx, agent, public_id), reason, email, proof, request_key=request_key, ip=ip,
        limited=limited,
    )  # fmt: skip
    step_up.start_over(tx, keys, agent.id)
    if not view.is_repeat:
        conversation = conversation_for(tx, agent, public_id)
        say_system(tx, conversation.id or 0, LINE)
        work.log_event(tx, conversation.id or 0, agent.name, "Sent a password-reset invitation.")
    return view


def facts_of(tx: Tx, agent: Agent, public_id: str) -> ConversationFacts:
    """What the rule of accounts needs to know of a conversation."""
    conversation = conversation_for(tx, agent, public_id)
    verified = conversation.identity in ("signed_in", "jwt", "code")
    return ConversationFacts(
        public_id=conversation.public_id,
        internal_id=conversation.id or 0,
        assignee_id=conversation.assignee_id,
        is_open=conversation.handled_by != "closed",
        identity_level=conversation.identity,
        account_id=conversation.account_id if verified else None,
        claimed_email=conversation.verified_email or conversation.claimed_email or None,
        last_visitor_at=conversation.last_visitor_at,
        reference=work.whole(tx, conversation).reference or conversation.public_id[:8],
    )


async def _shown(
    request: Request, agent: Agent, typed: dict[str, str], errors: dict[str, str], status: int
) -> Response:
    desk = desk_of(request)
    conversation = await desk.store.read(conversation_for, agent, request.path_params["conversation"])
    if conversation.handled_by == "closed":
        return RedirectResponse(f"/console/c/{conversation.public_id}", 303)
    context = await desk.store.read(around, agent)
    return show(
        request, agent, "console/invite.html", status=status, c=conversation, typed=typed, errors=errors,
        second_factor=desk.settings.agent_second_factor,
        client_id=typed.get("client_id") or str(uuid.uuid4()), **context,
    )  # fmt: skip
