"""Whose token this is."""

from starlette.requests import Request

from helpdesk.accounts.tokens import agent_by_token
from helpdesk.actor import Agent
from helpdesk.errors import SignInNeeded
from helpdesk.web.authorization import token_behind
from helpdesk.wiring import Desk


async def agent_of(desk: Desk, request: Request) -> Agent:
    """The agent that the `Authorization: Bearer` token acts as. Raises SignInNeeded."""
    token = token_behind(request, "bearer")
    if not token:
        raise SignInNeeded("Send an API token: Authorization: Bearer <token>.")
    agent = await desk.store.read(agent_by_token, token)
    if agent is None:
        raise SignInNeeded("This API token is not known, or not any more.")
    return agent
