"""`/security` and `/security/change-password`."""

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from helpdesk.accounts import password_change, sessions, sign_in
from helpdesk.accounts.passwords import policy_named
from helpdesk.accounts.people import account_by_id
from helpdesk.actor import Customer
from helpdesk.errors import Conflict
from helpdesk.portal.new_password import faults
from helpdesk.portal.session import SESSION, browser_of, is_limited, require_customer
from helpdesk.web.cookies import drop_cookie, set_cookie
from helpdesk.web.forms import read_form
from helpdesk.web.templates import render

WRONG_CURRENT = "Current Password is incorrect."
FLASHES = {
    "changed": "Your login password has been changed.",
    "ended": "All your other browsers and devices are logged out.",
}


async def security_page(request: Request) -> Response:
    """When the password was changed, and which browsers are signed in."""
    customer = await require_customer(request)
    store = request.app.state.desk.store
    account = await store.read(account_by_id, customer.account_id)
    living = await store.read(sessions.sessions_of, customer.account_id)
    flash = next((text for key, text in FLASHES.items() if key in request.query_params), None)
    return render(
        request, "portal/security.html", flash=flash, sessions=living, own_session=customer.session_id,
        changed_at=account.password_changed_at, held_until=account.held_until if _held(request, account) else None,
    )  # fmt: skip


async def end_others(request: Request) -> Response:
    """Sign every other browser out."""
    customer = await require_customer(request)
    await read_form(request)
    desk = request.app.state.desk
    await desk.store.write(sign_in.sign_out_others, desk.keys, customer, browser_of(request).ip)
    return RedirectResponse("/security?ended=1", 303)


async def change_page(request: Request) -> Response:
    """The form: current, new, confirm, and no code."""
    return _form(request, await require_customer(request))


async def change(request: Request) -> Response:
    """Check the current password, then the new one; then it is set and other sessions are over."""
    customer = await require_customer(request)
    form = await read_form(request)
    desk, browser = request.app.state.desk, browser_of(request)
    if not await desk.store.write(password_change.take_try, desk.keys, customer, limited=is_limited(request)):
        return _signed_out(request)
    stored = await desk.store.read(sign_in.stored_password, customer.account_id) or ""
    errors = {}
    if (await desk.passwords.verify(form.get("current_password", ""), stored)).ok:
        await desk.store.write(password_change.right, desk.keys, customer)
    else:
        errors["current_password"] = WRONG_CURRENT
        await desk.store.write(password_change.refused, desk.keys, customer, browser.ip)
    # Only who knows the password may learn that the new one is the same: else one try would be two guesses.
    errors |= await faults(desk, form, customer.email, "" if errors else stored)
    if errors:
        return _form(request, customer, errors, status=422)
    new_hash = await desk.passwords.hash(form["new_password"])
    try:
        token = await desk.store.write(password_change.change, desk.keys, customer, stored, new_hash, browser)
    except Conflict as error:
        return _form(request, customer, {"current_password": error.sentence}, status=409)
    response = RedirectResponse("/security?changed=1", 303)
    set_cookie(request, response, SESSION, token)
    return response


async def well_known(request: Request) -> Response:
    """Where password managers look for the page that changes a password."""
    return RedirectResponse("/security/change-password", 302)


def _signed_out(request: Request) -> Response:
    request.state.customer = None
    sentence = (
        "Too many attempts. Please log in again; if you forgot your password, use Forgot Password? there."
    )
    response = render(
        request,
        "web/problem.html",
        status=429,
        headers={"Retry-After": "900"},
        title="Too many attempts",
        sentence=sentence,
    )
    drop_cookie(request, response, SESSION)
    return response


def _held(request: Request, account: object) -> bool:
    until = getattr(account, "held_until", None)
    return until is not None and until > request.app.state.desk.clock.now()


def _form(
    request: Request, customer: Customer, errors: dict[str, str] | None = None, status: int = 200
) -> Response:
    policy = policy_named(request.app.state.desk.settings.password_policy)
    return render(
        request,
        "portal/change_password.html",
        status=status,
        errors=errors or {},
        policy=policy,
        email=customer.email,
    )
