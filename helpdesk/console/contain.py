"""`/console/contain/<conversation>`: a lead closes an account that somebody else seems to be in."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from helpdesk.accounts import containment
from helpdesk.accounts.reset_risk import MAY_APPROVE
from helpdesk.accounts.step_up import StepUp
from helpdesk.actor import Agent
from helpdesk.console.guard import browser_of
from helpdesk.console.serving import around, desk_of, proved, show, staff_only
from helpdesk.errors import DeskError, NotFound, Refused
from helpdesk.store.session import Tx
from helpdesk.tickets.reset_facts import facts_of
from helpdesk.web.forms import email_address, read_form

HERE = "/console/contain/{conversation}"


async def page(request: Request, agent: Agent) -> Response:
    """The form, for leads."""
    if agent.role not in MAY_APPROVE:
        raise Refused("Only leads and admins can close an account.")
    return await _page(request, agent, {})


async def act(request: Request, agent: Agent) -> Response:
    """Close it, with a step-up."""
    form = await read_form(request)
    desk, ip = desk_of(request), browser_of(request).ip

    def contain(tx: Tx, proof: StepUp) -> str:
        case = facts_of(tx, agent, request.path_params["conversation"])
        return containment.contain(tx, desk.keys, agent, case, form.get("reason", ""), email, proof, ip=ip)

    try:
        email = email_address(form["email"]) if form.get("email") else None
        done = await proved(request, agent, form, "containment", contain)
    except NotFound:
        raise
    except DeskError as error:
        return await _page(request, agent, form, error=error.sentence, status=error.status)
    return await _page(request, agent, {}, done=done)


async def _page(
    request: Request,
    agent: Agent,
    typed: dict[str, str],
    *,
    error: str = "",
    done: str = "",
    status: int = 200,
) -> Response:
    store, public_id = desk_of(request).store, request.path_params["conversation"]
    case = await store.read(facts_of, agent, public_id)
    return show(
        request, agent, "console/contain.html", status=status, case=case, typed=typed, error=error, done=done,
        days=containment.DAYS, **await store.read(around, agent),
    )  # fmt: skip


routes: list[BaseRoute] = [
    Route(HERE, staff_only(page), methods=["GET"]),
    Route(HERE, staff_only(act), methods=["POST"]),
]
