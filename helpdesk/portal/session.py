"""Which customer's browser this is."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from urllib.parse import quote

from starlette.exceptions import HTTPException
from starlette.requests import HTTPConnection, Request

from helpdesk.accounts import sessions
from helpdesk.actor import Customer
from helpdesk.errors import SignInNeeded, Unavailable
from helpdesk.web import browser
from helpdesk.web.browser import Browser
from helpdesk.web.cookies import read_cookie
from helpdesk.web.problems import wants_json

SESSION, FLOW, DEVICE = "sid", "rec", "dev"
DEVICE_DAYS = 180
REVOKED, LOOK_AGAIN_S = 4401, 60.0
AFTER_SIGN_IN = "/security"
MAY_RETURN_TO = {"/security", "/security/change-password", "/my-tickets", "/tickets/new"}


async def current_customer(request: HTTPConnection) -> Customer | None:
    """The signed-in customer, or None; also kept as `request.state.customer` for the page's navigation."""
    desk = request.app.state.desk
    token = read_cookie(request, SESSION)
    customer: Customer | None = await desk.store.read(sessions.customer_by_token, token) if token else None
    request.state.customer = customer
    if customer is not None and await desk.store.read(sessions.is_stale, customer.session_id):
        with contextlib.suppress(Unavailable):  # a page may still be read while nothing can be saved
            await desk.store.write(sessions.touch, customer.session_id)
    return customer


async def require_customer(request: Request) -> Customer:
    """The signed-in customer; anybody else is sent to log in, and back here afterwards."""
    customer = await current_customer(request)
    if customer is not None:
        return customer
    if wants_json(request):
        raise SignInNeeded()
    path = request.url.path
    raise HTTPException(
        303, headers={"Location": f"/login?next={quote(path)}" if path in MAY_RETURN_TO else "/login"}
    )


async def end_with_session(connection: HTTPConnection, close: Callable[[int], Awaitable[None]]) -> None:
    """Close a socket with 4401 once its customer's session is over: at the bell, or within a minute without one."""
    customer: Customer | None = getattr(connection.state, "customer", None)
    if customer is None:
        return
    desk, token, wake = connection.app.state.desk, read_cookie(connection, SESSION), asyncio.Event()
    leave = desk.bus.listen(sessions.topic(customer.account_id), lambda fact: wake.set())
    try:
        while True:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(LOOK_AGAIN_S):
                    await wake.wait()
            wake.clear()
            with contextlib.suppress(Unavailable):
                if await desk.store.read(sessions.customer_by_token, token) is None:
                    await close(REVOKED)
                    return
    finally:
        leave()


def return_path(wanted: str) -> str:
    """Where to go after signing in: one of our own pages, whatever the address asked for."""
    return wanted if wanted in MAY_RETURN_TO else AFTER_SIGN_IN


def browser_of(request: HTTPConnection) -> Browser:
    """What is known of the browser that asks."""
    return browser.browser_of(request, DEVICE)


def is_limited(request: HTTPConnection) -> bool:
    """Whether the budgets of the limiter count; tries of a code, freezes and single use always do."""
    return bool(request.app.state.desk.settings.limits == "on")
