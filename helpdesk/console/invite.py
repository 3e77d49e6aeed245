"""The password-reset invitation.

A reason, a fresh proof of the agent, and nothing that an agent could misuse.
"""

import uuid

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from helpdesk.accounts.send_invitation import send_invitation
from helpdesk.actor import Agent
from helpdesk.audit import trail
from helpdesk.chat.access import conversation_for
from helpdesk.console.serving import around, desk_of, done, show
from helpdesk.errors import DeskError, Invalid
from helpdesk.tickets.reset_facts import facts_of, say_sent
from helpdesk.web.client_address import client_address
from helpdesk.web.forms import email_address, read_form
from helpdesk.web.problems import wants_json

FIELDS = {"csrf_token", "client_id", "email", "reason", "code", "password"}


async def page(request: Request, agent: Agent) -> Response:
    """The form on a page of its own, for browsers without scripts."""
    return await _shown(request, agent, {}, {}, 200)


async def send(request: Request, agent: Agent) -> Response:
    """Start the invitation. The answer is the same whether there is an account or not."""
    public_id = request.path_params["conversation"]
    form = await read_form(request)
    try:
        await _check_fields(request, agent, public_id, form)
        view = await send_invitation(
            desk_of(request),
            agent,
            lambda tx: facts_of(tx, agent, public_id),
            reason=form.get("reason", ""),
            email=email_address(form["email"]) if form.get("email") else None,
            code=form.get("code", "").strip(),
            password=form.get("password", ""),
            request_key=form.get("client_id", "")[:64],
            ip=client_address(request),
            afterwards=lambda tx, view: say_sent(tx, agent, public_id),
        )
    except DeskError as error:
        if wants_json(request):
            raise
        fields = error.fields if isinstance(error, Invalid) else {"form": error.sentence}
        return await _shown(request, agent, form, fields, error.status)
    return done(request, f"/console/c/{public_id}", sentence=view.sentence, state=view.state)


async def _check_fields(request: Request, agent: Agent, public_id: str, form: dict[str, str]) -> None:
    """A field that this form does not have is somebody's experiment: refused, and put into the trail as an alarm."""
    unknown = sorted(set(form) - FIELDS)
    if not unknown:
        return
    desk = desk_of(request)
    conversation = await desk.store.read(conversation_for, agent, public_id)
    await desk.store.write(
        trail.record, desk.keys, agent, "reset:refused", conversation=conversation.public_id, result="alarm",
        reason="the form held fields that it does not have", ip=client_address(request),
    )  # fmt: skip
    raise Invalid("This form has no such field.")


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
