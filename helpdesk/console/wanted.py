"""The page that a stranger asked for is shown once they have signed in: a cookie keeps its address meanwhile."""

from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from helpdesk.actor import Agent
from helpdesk.web.cookies import drop_cookie, read_cookie, set_cookie

FRONT, FOR_EDITORS = "/console", "/console/articles"
COOKIE, KEPT_S, LONGEST = "wanted", 30 * 60, 300


def to_sign_in(request: Request) -> Response:
    """Off to the sign-in; a page that a person opened, not a script, is remembered."""
    response = RedirectResponse("/console/login", 303)
    address = quote(f"{request.url.path}?{request.url.query}".rstrip("?"), safe="/?&=%")
    if _is_page(request) and request.method == "GET" and address != FRONT and len(address) <= LONGEST:
        set_cookie(request, response, COOKIE, address, max_age_s=KEPT_S)
    return response


def back_to_it(request: Request, agent: Agent) -> Response | None:
    """From the front page to the page that was asked for, once; None when there is none that this person may see."""
    address = read_cookie(request, COOKIE)
    if not address or not _is_page(request):
        return None
    if not address.startswith(f"{FRONT}/" if agent.may_see_conversations else FOR_EDITORS):
        return None
    response = RedirectResponse(address, 303)
    drop_cookie(request, response, COOKIE)
    return response


def _is_page(request: Request) -> bool:
    return request.headers.get("sec-fetch-dest", "document") == "document"
