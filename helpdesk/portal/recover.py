"""`/recover/<token>`, the invitation's page, and `/not-me/<token>`, the page of a notice. GET shows, POST acts."""

from starlette.requests import Request
from starlette.responses import Response

from helpdesk.accounts import invitation_link, not_me
from helpdesk.errors import NotFound, TooMany
from helpdesk.portal.forgot_password import go_on
from helpdesk.portal.session import FLOW, browser_of, current_customer, is_limited
from helpdesk.web.cookies import read_cookie
from helpdesk.web.forms import read_form
from helpdesk.web.problems import retry_after
from helpdesk.web.templates import render


async def recover_page(request: Request) -> Response:
    """What the invitation is, and two buttons. Looking at it changes nothing."""
    await current_customer(request)
    try:
        shown = await request.app.state.desk.store.read(invitation_link.view, _token(request))
    except NotFound:
        return _over(request)
    return render(request, "portal/recover.html", shown=shown, error="")


async def recover(request: Request) -> Response:
    """[Send my code] starts the flow in this browser; [I did not ask for this] ends the invitation."""
    form = await read_form(request)
    desk, token, browser = request.app.state.desk, _token(request), browser_of(request)
    try:
        if "did_not_ask" in form:
            await desk.store.write(invitation_link.decline, desk.keys, token, browser.ip)
            return render(request, "portal/recover_declined.html", hours=invitation_link.FREEZE_HOURS)
        flow = await desk.store.write(
            invitation_link.accept,
            desk.keys,
            token,
            browser,
            read_cookie(request, FLOW),
            limited=is_limited(request),
        )
    except NotFound:
        return _over(request)
    except TooMany as error:
        shown = await desk.store.read(invitation_link.view, token)
        headers = retry_after(error.retry_after_s)
        return render(
            request, "portal/recover.html", status=429, headers=headers, shown=shown, error=error.sentence
        )
    return go_on(request, flow)


async def not_me_page(request: Request) -> Response:
    """What the link would do."""
    await current_customer(request)
    try:
        address = await request.app.state.desk.store.read(not_me.view, _token(request))
    except NotFound:
        return _over(request)
    return render(request, "portal/not_me.html", address=address, done=False)


async def not_me_act(request: Request) -> Response:
    """Shut everybody out of the account."""
    await read_form(request)
    desk = request.app.state.desk
    try:
        address = await desk.store.read(not_me.view, _token(request))
        await desk.store.write(not_me.act, desk.keys, _token(request), browser_of(request).ip)
    except NotFound:
        return _over(request)
    return render(request, "portal/not_me.html", address=address, done=True)


def _token(request: Request) -> str:
    return str(request.path_params["token"])[:200]


def _over(request: Request) -> Response:
    return render(request, "portal/link_over.html", status=404)
