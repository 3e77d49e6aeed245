"""`/console/account`: recovery codes and passkeys of the signed-in member of staff; and signing in with a passkey."""

from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from helpdesk.accounts import containment, passkeys, password_reset, recovery_codes, staff_sign_in, step_up
from helpdesk.accounts.passkeys import Site
from helpdesk.accounts.proving import refused, why_refused
from helpdesk.accounts.staff import staff_by_id
from helpdesk.accounts.step_up import StepUp
from helpdesk.actor import Agent
from helpdesk.console.guard import COOKIE, browser_of
from helpdesk.console.serving import around, desk_of, proved, show, staff_only
from helpdesk.errors import Conflict, DeskError, Refused, SignInNeeded, TooMany
from helpdesk.keys import Keys
from helpdesk.store.session import Tx
from helpdesk.tickets.reset_facts import facts_of
from helpdesk.web.cookies import read_cookie, set_cookie
from helpdesk.web.forms import email_address, read_form
from helpdesk.web.paths import ROW

PURPOSE = step_up.OWN_ACCOUNT
HERE = "/console/account"


async def account_page(request: Request, agent: Agent) -> Response:
    """What this person signs in with."""
    return await _page(request, agent)


async def renew_codes(request: Request, agent: Agent) -> Response:
    """Ten fresh recovery codes, shown this once, after a step-up."""
    form, keys = await read_form(request), desk_of(request).keys

    def renew(tx: Tx, proof: StepUp) -> list[str]:
        step_up.check(tx, keys, agent, PURPOSE, proof)
        return recovery_codes.renew(tx, keys, agent)

    try:
        codes = await proved(request, agent, form, PURPOSE, renew)
    except DeskError as error:
        return await _page(request, agent, error=error.sentence, status=error.status)
    return await _page(request, agent, codes=codes)


async def offer(request: Request, agent: Agent) -> Response:
    """The browser's instructions for a new passkey, after a step-up."""
    form, keys, site = await read_form(request), desk_of(request).keys, await site_of(request)

    def make(tx: Tx, proof: StepUp) -> dict[str, Any]:
        step_up.check(tx, keys, agent, PURPOSE, proof)
        return passkeys.offer(tx, agent, site)

    return JSONResponse(await proved(request, agent, form, PURPOSE, make))


async def add(request: Request, agent: Agent) -> Response:
    """Keep the passkey that the browser made."""
    form = await read_form(request)
    desk = desk_of(request)
    await desk.store.write(
        passkeys.add, desk.keys, agent, await site_of(request), form.get("answer", ""), form.get("name", "")
    )
    return JSONResponse({"to": HERE}, 201)


async def remove(request: Request, agent: Agent) -> Response:
    """Forget a passkey, after a step-up."""
    form, keys = await read_form(request), desk_of(request).keys

    def forget(tx: Tx, proof: StepUp) -> None:
        step_up.check(tx, keys, agent, PURPOSE, proof)
        passkeys.remove(tx, keys, agent, request.path_params["passkey"])

    try:
        await proved(request, agent, form, PURPOSE, forget)
    except DeskError as error:
        return await _page(request, agent, error=error.sentence, status=error.status)
    return RedirectResponse(HERE, 303)


async def ask_at_sign_in(request: Request) -> Response:
    """The browser's instructions to show a passkey as the second step."""
    await read_form(request)
    desk = desk_of(request)
    pending = await desk.store.read(staff_sign_in.pending_by_token, read_cookie(request, COOKIE))
    if pending is None:
        raise SignInNeeded()
    return JSONResponse(await desk.store.write(passkeys.ask, pending.session_id, await site_of(request)))


async def sign_in(request: Request) -> Response:
    """The passkey ends the sign-in."""
    form = await read_form(request)
    desk, token = desk_of(request), read_cookie(request, COOKIE)
    pending = await desk.store.read(staff_sign_in.pending_by_token, token)
    if pending is None:
        raise SignInNeeded()
    await desk.store.write(step_up.take_try, desk.keys, pending.staff_id)
    site, browser = await site_of(request), browser_of(request)
    try:
        fresh = await desk.store.write(
            _finish, desk.keys, token, pending, site, form.get("answer", ""), browser
        )
    except Refused:
        await desk.store.write(staff_sign_in.fail_second, desk.keys, pending, "wrong passkey", browser)
        raise
    response = JSONResponse({"to": "/console"})
    set_cookie(request, response, COOKIE, fresh)
    return response


async def ask_for_step_up(request: Request, agent: Agent) -> Response:
    """The browser's instructions to show a passkey for something powerful."""
    await read_form(request)
    return JSONResponse(await desk_of(request).store.write(_ask, agent, await site_of(request)))


async def confirm(request: Request, agent: Agent) -> Response:
    """Take a passkey as the proof for one purpose, which a field of the form names.

    `conversation`, with `email` where it has none: an invitation; `contain`, `approval`, `account` or `retention`.
    """
    form = await read_form(request)
    desk = desk_of(request)
    purpose = await desk.store.read(_purpose, desk.keys, agent, form)
    try:
        await desk.store.write(step_up.take_try, desk.keys, agent.id)
        await desk.store.write(_confirm, desk.keys, agent, await site_of(request), purpose, form)
    except (Refused, TooMany) as error:
        why = "wrong passkey" if isinstance(error, Refused) else why_refused(error)
        await desk.store.write(refused, desk, agent, purpose, why, browser_of(request).ip)
        raise
    return JSONResponse({"ok": True})


async def site_of(request: Request) -> Site:
    """Our own origin, as passkeys know it; from then on they can be used."""
    await passkeys.ready()
    settings = desk_of(request).settings
    return Site(settings.base_url, settings.site_name)


def _finish(tx: Tx, keys: Keys, token: str, pending: Any, site: Site, answer: str, browser: Any) -> str:
    passkeys.check(tx, pending.session_id, site, answer)
    step_up.start_over(tx, keys, pending.staff_id)
    return staff_sign_in.finish(tx, keys, token, "passkey", browser)


def _ask(tx: Tx, agent: Agent, site: Site) -> dict[str, Any]:
    if not step_up.has_passkey(tx, agent.id):
        raise Conflict("You have no passkey here yet. Add one under Your sign-in.")
    return passkeys.ask(tx, agent.session_id or 0, site)


def _purpose(tx: Tx, keys: Keys, agent: Agent, form: dict[str, str]) -> str:
    email = email_address(form["email"]) if form.get("email") else None
    if case := form.get("conversation"):
        return password_reset.purpose_for(tx, keys, facts_of(tx, agent, case), email)
    if case := form.get("contain"):
        return containment.purpose_for(tx, keys, facts_of(tx, agent, case), email)
    return step_up.purpose_of(keys, form)


def _confirm(tx: Tx, keys: Keys, agent: Agent, site: Site, purpose: str, form: dict[str, str]) -> None:
    passkeys.check(tx, agent.session_id or 0, site, form.get("answer", ""))
    step_up.start_over(tx, keys, agent.id)
    step_up.remember_passkey(tx, agent, purpose)


async def _page(
    request: Request, agent: Agent, *, codes: list[str] | None = None, error: str = "", status: int = 200
) -> Response:
    store = desk_of(request).store
    staff = await store.read(staff_by_id, agent.id)
    return show(
        request,
        agent,
        "console/account.html",
        status=status,
        codes=codes or [],
        codes_left=await store.read(recovery_codes.left, agent.id),
        passkeys=await store.read(passkeys.passkeys_of, agent.id),
        has_totp=bool(staff and staff.totp_sealed),
        error=error,
        **await store.read(around, agent),
    )


def _mine(path: str, handler: Any, method: str = "POST") -> Route:
    return Route(path, staff_only(handler, any_role=True), methods=[method])


routes: list[BaseRoute] = [
    Route("/console/login/passkey/ask", ask_at_sign_in, methods=["POST"]),
    Route("/console/login/passkey", sign_in, methods=["POST"]),
    _mine(HERE, account_page, "GET"),
    _mine(f"{HERE}/recovery-codes", renew_codes),
    _mine(f"{HERE}/passkeys/offer", offer),
    _mine(f"{HERE}/passkeys", add),
    _mine(f"{HERE}/passkeys/{{passkey:{ROW}}}/remove", remove),
    _mine("/console/confirm/ask", ask_for_step_up),
    _mine("/console/confirm", confirm),
]
