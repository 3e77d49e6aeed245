"""`/console/approvals`: invitations that need a second person, and that person's yes or no."""

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from helpdesk.accounts import reset_risk
from helpdesk.accounts.send_invitation import proof_of
from helpdesk.actor import Agent
from helpdesk.console.guard import browser_of
from helpdesk.console.serving import around, show, staff_only
from helpdesk.errors import DeskError, NotFound
from helpdesk.web.forms import read_form

HERE = "/console/approvals"


async def page(request: Request, agent: Agent) -> Response:
    """What waits for this lead."""
    return await _page(request, agent)


async def decide(request: Request, agent: Agent) -> Response:
    """Approve or refuse, with a step-up of one's own."""
    form = await read_form(request)
    desk = request.app.state.desk
    try:
        proof = await proof_of(desk, agent, form.get("code", ""), form.get("password", ""))
        await desk.store.write(
            reset_risk.decide, desk.keys, agent, request.path_params["invitation"], proof,
            approve=form.get("decision") == "approve", ip=browser_of(request).ip,
        )  # fmt: skip
    except NotFound:
        raise
    except DeskError as error:
        return await _page(request, agent, error=error.sentence, status=error.status)
    return RedirectResponse(HERE, 303)


async def _page(request: Request, agent: Agent, *, error: str = "", status: int = 200) -> Response:
    store = request.app.state.desk.store
    waiting = await store.read(reset_risk.waiting, agent)
    context = await store.read(around, agent)
    return show(
        request, agent, "console/approvals.html", status=status, waiting=waiting, error=error, **context
    )


routes: list[BaseRoute] = [
    Route(HERE, staff_only(page), methods=["GET"]),
    Route(HERE + "/{invitation}", staff_only(decide), methods=["POST"]),
]
