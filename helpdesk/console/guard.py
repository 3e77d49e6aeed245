"""Who of the staff is asking: by the console's cookie, or by the token of a program."""

import contextlib

from starlette.requests import HTTPConnection

from helpdesk.accounts import staff_sign_in, tokens
from helpdesk.actor import Agent
from helpdesk.errors import SignInNeeded, Unavailable
from helpdesk.web import browser
from helpdesk.web.authorization import token_behind
from helpdesk.web.browser import Browser
from helpdesk.web.cookies import read_cookie

COOKIE, DEVICE = "staff", "staffdev"
DEVICE_DAYS = 180


async def signed_in_agent(request: HTTPConnection) -> Agent:
    """The signed-in member of staff, also kept as `request.state.agent`. Raises SignInNeeded."""
    desk = request.app.state.desk
    token = read_cookie(request, COOKIE)
    agent: Agent | None = await desk.store.read(staff_sign_in.agent_by_session, token) if token else None
    if agent is None or agent.session_id is None:
        raise SignInNeeded()
    request.state.agent = agent
    if request.scope["type"] == "http" and await desk.store.read(staff_sign_in.is_stale, agent.session_id):
        with contextlib.suppress(Unavailable):  # a page may still be read while nothing can be saved
            await desk.store.write(staff_sign_in.touch, agent.session_id)
    return agent


async def agent_by_bearer(request: HTTPConnection) -> Agent:
    """Whoever the `Authorization: Bearer` token acts as. Raises SignInNeeded."""
    agent = await tokens.agent_of(request.app.state.desk.store, token_behind(request, "bearer"))
    if not agent.has_scope("conversations:read"):
        raise SignInNeeded("This API token has no scope conversations:read.")
    request.state.agent = agent
    return agent


def browser_of(request: HTTPConnection) -> Browser:
    """What is known of the browser that asks."""
    return browser.browser_of(request, DEVICE)
