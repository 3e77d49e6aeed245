"""`/console/approvals`: invitations that need a second person, and that person's yes or no."""

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from helpdesk.accounts import reset_risk, step_up
from helpdesk.accounts.step_up import StepUp
from helpdesk.actor import Agent
from helpdesk.console.guard import browser_of
from helpdesk.console.serving import around, desk_of, proved, show, staff_only
from helpdesk.errors import DeskError, NotFound
from helpdesk.store.session import Tx
from helpdesk.web.forms import read_form

HERE = "/console/approvals"
CHOICES = {"approve": True, "refuse": False}


async def page(request: Request, agent: Agent) -> Response:
    """What waits for this lead."""
    return await _page(request, agent)


async def decide(request: Request, agent: Agent) -> Response:
    """Approve or refuse, with a step-up of one's own."""
    form = await read_form(request)
    desk, invitation = desk_of(request), request.path_params["invitation"]

    def decide_it(tx: Tx, proof: StepUp) -> None:
        approve, ip = CHOICES.get(form.get("decision", "")), browser_of(request).ip
        reset_risk.decide(tx, desk.keys, agent, invitation, proof, approve=approve, ip=ip)

    try:
        await proved(request, agent, form, step_up.approval_purpose(invitation), decide_it)
    except NotFound:
        raise
    except DeskError as error:
        return await _page(request, agent, error=error.sentence, status=error.status)
    return RedirectResponse(HERE, 303)


async def _page(request: Request, agent: Agent, *, error: str = "", status: int = 200) -> Response:
    store = desk_of(request).store
    waiting = await store.read(reset_risk.waiting, agent)
    context = await store.read(around, agent)
    return show(
        request, agent, "console/approvals.html", status=status, waiting=waiting, error=error, **context
    )


routes: list[BaseRoute] = [
    Route(HERE, staff_only(page), methods=["GET"]),
    Route(HERE + "/{invitation}", staff_only(decide), methods=["POST"]),
]
