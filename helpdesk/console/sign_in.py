"""`/console/login`: email and password, then the second factor, on one address; `/console/logout`."""

import math
import secrets
from dataclasses import replace

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from helpdesk.accounts import staff_sign_in, step_up
from helpdesk.accounts.staff_sign_in import Pending
from helpdesk.accounts.step_up import StepUpNeeded
from helpdesk.console import approvals, audit_page, contain, enrolment, oidc, passkeys
from helpdesk.console.guard import COOKIE, DEVICE, DEVICE_DAYS, browser_of, signed_in_agent
from helpdesk.errors import SignInNeeded, TooMany
from helpdesk.web.cookies import drop_cookie, read_cookie, set_cookie
from helpdesk.web.forms import address_or_none, read_form
from helpdesk.web.templates import render

HERE, INBOX = "/console/login", "/console"
WRONG = "Email or password is incorrect."
WRONG_CODE = "That code is incorrect, or was used already. Enter the newest one."


async def login_page(request: Request) -> Response:
    """The step that this browser is at."""
    desk = request.app.state.desk
    try:
        await signed_in_agent(request)
        return RedirectResponse(INBOX, 303)
    except SignInNeeded:
        request.state.agent = None
    pending = await desk.store.read(staff_sign_in.pending_by_token, read_cookie(request, COOKIE))
    if pending is not None and "again" not in request.query_params:
        return await _second_page(request, pending)
    return _first_page(request)


async def login(request: Request) -> Response:
    """Whichever form was sent: the code where a code stands in it, else email and password."""
    form = await read_form(request)
    if "code" in form:
        return await _second(request, form["code"])
    return await _first(request, form)


async def logout(request: Request) -> Response:
    """End the session, on the server too."""
    await read_form(request)
    desk = request.app.state.desk
    await desk.store.write(
        staff_sign_in.sign_out, desk.keys, read_cookie(request, COOKIE), browser_of(request).ip
    )
    response = RedirectResponse(HERE, 303)
    drop_cookie(request, response, COOKIE)
    return response


async def _first(request: Request, form: dict[str, str]) -> Response:
    desk, typed = request.app.state.desk, form.get("email", "").strip()
    browser = browser_of(request)
    browser = browser if browser.device_token else replace(browser, device_token=secrets.token_urlsafe(24))
    try:
        attempt = await desk.store.write(
            staff_sign_in.begin, desk.keys, address_or_none(typed), browser, limited=desk.limits.on
        )
    except TooMany as error:
        return _first_page(request, typed, error.sentence, error.retry_after_s)
    checked = await desk.passwords.verify(form.get("password", ""), attempt.stored)
    if not checked.ok:
        await desk.store.write(staff_sign_in.fail, desk.keys, attempt, browser)
        return _first_page(request, typed, WRONG, attempt.wait_s)
    token, more = await desk.store.write(
        staff_sign_in.password_right, desk.keys, attempt, checked, browser, read_cookie(request, COOKIE),
        required=desk.settings.agent_second_factor == "required",
    )  # fmt: skip
    response = RedirectResponse(HERE if more else INBOX, 303)
    set_cookie(request, response, COOKIE, token)
    set_cookie(request, response, DEVICE, browser.device_token, max_age_s=DEVICE_DAYS * 86400)
    return response


async def _second(request: Request, typed: str) -> Response:
    desk, token = request.app.state.desk, read_cookie(request, COOKIE)
    pending = await desk.store.read(staff_sign_in.pending_by_token, token)
    if pending is None:
        return RedirectResponse(HERE, 303)
    try:
        await desk.store.write(step_up.take_try, desk.keys, pending.staff_id)
        if not pending.factors:
            await enrolment.confirm(request, pending, typed)
        fresh = await desk.store.write(staff_sign_in.enter_code, desk.keys, token, typed, browser_of(request))
    except TooMany as error:
        return await _second_page(request, pending, error.sentence, error.retry_after_s)
    except SignInNeeded as error:
        if isinstance(error, StepUpNeeded):
            await desk.store.write(
                staff_sign_in.fail_second, desk.keys, pending, error.why, browser_of(request)
            )
        return await _second_page(request, pending, WRONG_CODE)
    response = RedirectResponse(INBOX, 303)
    set_cookie(request, response, COOKIE, fresh)
    return response


def _first_page(request: Request, email: str = "", error: str = "", wait_s: float = 0.0) -> Response:
    status = 200 if not error else 429 if wait_s else 401
    company = bool(request.app.state.desk.settings.oidc_issuer)
    return render(
        request, "console/sign_in.html", status=status, headers=_wait(wait_s), email=email[:254],
        errors={"email": error} if error else {}, company=company,
    )  # fmt: skip


async def _second_page(request: Request, pending: Pending, error: str = "", wait_s: float = 0.0) -> Response:
    status = 200 if not error else 429 if wait_s else 401
    context = {"pending": pending, "errors": {"code": error} if error else {}}
    if not pending.factors:
        context |= await enrolment.offer(request, pending)
        return render(request, "console/sign_in_enrol.html", status=status, headers=_wait(wait_s), **context)
    return render(request, "console/sign_in_code.html", status=status, headers=_wait(wait_s), **context)


def _wait(wait_s: float) -> dict[str, str] | None:
    return {"Retry-After": str(math.ceil(wait_s))} if wait_s else None


routes = [
    Route("/console/login", login_page, methods=["GET"]),
    Route("/console/login", login, methods=["POST"]),
    Route("/console/logout", logout, methods=["POST"]),
    *oidc.routes,
    *passkeys.routes,
    *approvals.routes,
    *audit_page.routes,
    *contain.routes,
]
