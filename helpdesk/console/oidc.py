"""`/console/login/oidc`: to the company's provider and back."""

import secrets
from dataclasses import replace

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from helpdesk.accounts import staff_oidc
from helpdesk.accounts.staff_oidc import NotSignedIn
from helpdesk.console.guard import COOKIE, DEVICE, DEVICE_DAYS, browser_of
from helpdesk.errors import NotFound
from helpdesk.web.cookies import drop_cookie, read_cookie, set_cookie
from helpdesk.web.templates import render
from helpdesk.wiring import Desk

STARTED = "oidc"
HERE, BACK = "/console/login/oidc", "/console/login/oidc/back"
NOT_STAFF = "Your company account was accepted, but nobody on this desk has its email address."


async def start(request: Request) -> Response:
    """Off to the provider; a link and not a form, because our pages' forms may lead to ourselves only."""
    desk = _desk(request)
    try:
        where, cookie = await staff_oidc.start(desk.settings, desk.keys, desk.clock.now(), _back(desk))
    except NotSignedIn as error:
        return _refused(request, error.sentence)
    response = RedirectResponse(where, 303)
    set_cookie(request, response, STARTED, cookie, max_age_s=staff_oidc.MINUTES * 60)
    return response


async def back(request: Request) -> Response:
    """Whom the provider vouches for is signed in, or goes on to the second factor."""
    desk, browser = _desk(request), browser_of(request)
    answer = {name: value[:2000] for name, value in request.query_params.items()}
    cookie = read_cookie(request, STARTED)
    try:
        email = await staff_oidc.finish(
            desk.settings, desk.keys, desk.clock.now(), _back(desk), cookie, answer
        )
    except NotSignedIn as error:
        return _refused(request, error.sentence)
    browser = browser if browser.device_token else replace(browser, device_token=secrets.token_urlsafe(24))
    found = await desk.store.write(
        staff_oidc.sign_in, desk.keys, email, browser, read_cookie(request, COOKIE),
        required=desk.settings.agent_second_factor == "required",
    )  # fmt: skip
    if found is None:
        return _refused(request, NOT_STAFF)
    response = RedirectResponse("/console/login" if found[1] else "/console", 303)
    set_cookie(request, response, COOKIE, found[0])
    set_cookie(request, response, DEVICE, browser.device_token, max_age_s=DEVICE_DAYS * 86400)
    drop_cookie(request, response, STARTED)
    return response


def _desk(request: Request) -> Desk:
    desk: Desk = request.app.state.desk
    if not desk.settings.oidc_issuer:
        raise NotFound()
    return desk


def _back(desk: Desk) -> str:
    return f"{desk.settings.base_url}{BACK}"


def _refused(request: Request, sentence: str) -> Response:
    response = render(
        request, "console/sign_in.html", status=401, email="", errors={"email": sentence}, company=True
    )
    drop_cookie(request, response, STARTED)
    return response


routes = [Route(HERE, start, methods=["GET"]), Route(BACK, back, methods=["GET"])]
