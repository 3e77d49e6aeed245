"""`/login` and `/logout`."""

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from helpdesk.accounts import sign_in
from helpdesk.errors import TooMany
from helpdesk.portal.session import (
    DEVICE,
    DEVICE_DAYS,
    SESSION,
    browser_of,
    current_customer,
    is_limited,
    return_path,
)
from helpdesk.web.cookies import drop_cookie, read_cookie, set_cookie
from helpdesk.web.forms import address_or_none, read_form
from helpdesk.web.problems import retry_after
from helpdesk.web.templates import render

WRONG = "Email or password is incorrect."
ELSEWHERE_RESET = "Your login password has been changed."
FLASHES = {
    "reset": "Your login password has been changed. Log in with your new password.",
    "out": "You are logged out.",
    "again": "Too many attempts. Please log in again.",
}


async def login_page(request: Request) -> Response:
    """The form; who is signed in already goes on."""
    wanted = request.query_params.get("next", "")
    if await current_customer(request) is not None:
        return RedirectResponse(return_path(wanted), 303)
    flash = next((text for key, text in FLASHES.items() if key in request.query_params), None)
    if (desk := request.app.state.desk).directory is not None:
        done = ELSEWHERE_RESET if "reset" in request.query_params else None
        url = desk.settings.accounts_login_url
        return render(request, "portal/login_elsewhere.html", url=url, flash=done, errors={})
    return _page(request, wanted=wanted, flash=flash)


async def login(request: Request) -> Response:
    """Check, and make a session. One text for a wrong password, an unknown address and a wait."""
    form = await read_form(request)
    desk, browser = request.app.state.desk, browser_of(request)
    if desk.directory is not None:
        return RedirectResponse("/login", 303)
    typed, password = form.get("email", "").strip(), form.get("password", "")
    try:
        attempt = await desk.store.write(
            sign_in.begin, desk.keys, address_or_none(typed), browser, limited=is_limited(request)
        )
    except TooMany as error:
        return _page(
            request, typed, {"email": error.sentence}, form.get("next", ""), wait_s=error.retry_after_s
        )
    checked = await desk.passwords.verify(password, attempt.stored)
    if not checked.ok:
        await desk.store.write(sign_in.fail, desk.keys, attempt, browser)
        return _page(request, typed, {"email": WRONG}, form.get("next", ""), wait_s=attempt.wait_s)
    token, device = await desk.store.write(
        sign_in.succeed, desk.keys, attempt, checked, browser, read_cookie(request, SESSION)
    )
    response = RedirectResponse(return_path(form.get("next", "")), 303)
    set_cookie(request, response, SESSION, token)
    set_cookie(request, response, DEVICE, device, max_age_s=DEVICE_DAYS * 86400)
    return response


async def logout_page(request: Request) -> Response:
    """Nobody is logged out by a link: the page with the button, or the form to log in."""
    return RedirectResponse("/security" if await current_customer(request) else "/login", 303)


async def logout(request: Request) -> Response:
    """End the session, on the server too; everything that this browser kept of it is cleared."""
    await read_form(request)
    desk = request.app.state.desk
    customer = await current_customer(request)
    if customer is not None:
        token = read_cookie(request, SESSION)
        await desk.store.write(sign_in.sign_out, desk.keys, customer, token, browser_of(request).ip)
    response = RedirectResponse("/login?out=1", 303)
    drop_cookie(request, response, SESSION)
    return response


def _page(
    request: Request,
    email: str = "",
    errors: dict[str, str] | None = None,
    wanted: str = "",
    *,
    flash: str | None = None,
    wait_s: float = 0.0,
) -> Response:
    status = 200 if not errors else 429 if wait_s else 401
    headers = retry_after(wait_s or None)
    return render(
        request, "portal/login.html", status=status, headers=headers,
        email=email[:254], errors=errors or {}, wanted=wanted if wanted == return_path(wanted) else "", flash=flash,
    )  # fmt: skip
