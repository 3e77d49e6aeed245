"""`/forgot-password`: address, code, new password, step by step on one address; the cookie knows the step.

The handler never looks an account up: for every address it does the same work and shows the same page.
"""

from typing import Any

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from helpdesk.accounts import codes, elsewhere, recovery, recovery_grant
from helpdesk.accounts.directory import DirectoryFailed
from helpdesk.accounts.passwords import policy_named
from helpdesk.accounts.recovery_grant import Step
from helpdesk.errors import Conflict, Invalid, SignInNeeded, TooMany
from helpdesk.portal.new_password import faults
from helpdesk.portal.session import FLOW, SESSION, browser_of, current_customer, is_limited
from helpdesk.web.cookies import drop_cookie, read_cookie, set_cookie
from helpdesk.web.forms import email_address, read_form
from helpdesk.web.problems import retry_after
from helpdesk.web.templates import render

HERE = "/forgot-password"
FLOW_S = 45 * 60
WRONG = "That code is incorrect. Check the newest email and try again."
EXPIRED = "That code has expired. Click Resend code."
USED_UP = "That code is incorrect. After five wrong tries no code is taken: click Resend code."
MISSING = "Enter the code from the email."


async def page(request: Request) -> Response:
    """The step that this browser is at; `?again` shows the first one without ending anything."""
    await current_customer(request)
    step = await _step(request)
    if "again" in request.query_params and step.name == "code":
        step = Step("email")
    return _show(request, step)


async def submit(request: Request) -> Response:
    """Whichever step's form was sent."""
    form = await read_form(request)
    if "new_password" in form or "confirm_password" in form:
        return await _new_password(request, form)
    if "resend" in form:
        return await _resend(request)
    if "code" in form:
        return await _code(request, form["code"])
    return await _email(request, form.get("email", ""))


async def _email(request: Request, typed: str) -> Response:
    desk = request.app.state.desk
    try:
        address = email_address(typed)
        token = await desk.store.write(
            recovery.start,
            desk.keys,
            address,
            browser_of(request),
            read_cookie(request, FLOW),
            limited=is_limited(request),
        )
    except Invalid as error:
        return _show(request, Step("email"), error.fields, email=typed, status=422)
    except TooMany as error:
        return _show(
            request, Step("email"), {"email": error.sentence}, email=typed, wait_s=error.retry_after_s
        )
    return go_on(request, token)


async def _resend(request: Request) -> Response:
    desk, token = request.app.state.desk, read_cookie(request, FLOW)
    try:
        await desk.store.write(
            recovery.resend, desk.keys, token, browser_of(request), limited=is_limited(request)
        )
    except TooMany as error:
        return _show(request, await _step(request), {"resend": error.sentence}, wait_s=error.retry_after_s)
    return RedirectResponse(HERE, 303)


async def _code(request: Request, typed: str) -> Response:
    desk, token = request.app.state.desk, read_cookie(request, FLOW)
    step = await _step(request)
    if step.name == "code" and len(typed) <= codes.MAX_TYPED and not codes.typed(typed):
        return _show(request, step, {"code": MISSING}, status=422)
    try:
        entered = await desk.store.write(
            recovery.enter_code, desk.keys, token, typed, browser_of(request), limited=is_limited(request)
        )
    except TooMany as error:
        return _show(request, await _step(request), {"code": error.sentence}, wait_s=error.retry_after_s)
    if entered.verdict == "right":
        return go_on(request, entered.token)
    if entered.verdict == "no flow":
        return RedirectResponse(HERE, 303)
    sentence = {"expired": EXPIRED, "used up": USED_UP}.get(entered.verdict, WRONG)
    return _show(request, await _step(request), {"code": sentence})


async def _new_password(request: Request, form: dict[str, str]) -> Response:
    desk, token, browser = request.app.state.desk, read_cookie(request, FLOW), browser_of(request)
    grant = await desk.store.read(recovery_grant.grant_of, token)
    if grant is None:
        return RedirectResponse(HERE, 303)
    errors = await faults(desk, form, grant.email, grant.stored)
    if errors:
        return _show(request, await _step(request), errors, status=422)
    try:
        if desk.directory is not None:
            await elsewhere.set_password(desk, desk.directory, token, grant, form["new_password"], browser)
        else:
            new_hash = await desk.passwords.hash(form["new_password"])
            await desk.store.write(
                recovery_grant.redeem, desk.keys, token, grant, new_hash,
                ip=browser.ip, network=browser.wide_network, device=browser.device,
            )  # fmt: skip
    except DirectoryFailed as error:
        return _show(request, await _step(request), {"new_password": error.sentence}, status=error.status)
    except (SignInNeeded, Conflict):
        return RedirectResponse(HERE, 303)
    response = RedirectResponse("/login?reset=1", 303)
    drop_cookie(request, response, FLOW)
    drop_cookie(request, response, SESSION)
    return response


def go_on(request: Request, token: str) -> Response:
    """To the next step, with the cookie that knows which one this browser is at."""
    response = RedirectResponse(HERE, 303)
    set_cookie(request, response, FLOW, token, max_age_s=FLOW_S, same_site="strict")
    return response


async def _step(request: Request) -> Step:
    step: Step = await request.app.state.desk.store.read(recovery_grant.step_of, read_cookie(request, FLOW))
    return step


def _show(
    request: Request,
    step: Step,
    errors: dict[str, str] | None = None,
    *,
    email: str = "",
    status: int = 200,
    wait_s: float = 0.0,
) -> Response:
    context: dict[str, Any] = {"step": step, "errors": errors or {}, "email": email[:254]}
    if step.name == "password":
        context["policy"] = policy_named(request.app.state.desk.settings.password_policy)
    headers = retry_after(wait_s or None)
    directory = request.app.state.desk.directory
    mailed = step.name == "code" and directory is not None and not directory.takes_password
    name = f"portal/forgot_{'mailed' if mailed else step.name}.html"
    return render(request, name, status=429 if wait_s else status, headers=headers, **context)
