"""What every screen of the console shares.

Who is asking, where to send a stranger, and the frame around a page.
"""

import functools
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from sqlalchemy import Select, or_, select
from sqlmodel import col
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from helpdesk.accounts.proving import Done, with_proof
from helpdesk.accounts.step_up import StepUp
from helpdesk.actor import Agent
from helpdesk.chat import presence
from helpdesk.console.guard import browser_of, signed_in_agent
from helpdesk.console.wanted import to_sign_in
from helpdesk.console.words import clock_time, sign, since, until
from helpdesk.errors import NotFound, SignInNeeded
from helpdesk.store.session import Tx
from helpdesk.tickets import inbox, lifecycle, preferences
from helpdesk.tickets.models import SavedView
from helpdesk.web.problems import wants_json
from helpdesk.web.segments import segments
from helpdesk.web.templates import render
from helpdesk.wiring import Desk

Handler = Callable[[Request, Agent], Awaitable[Response]]
VIEW_NAMES = {
    "inbox": "For you",
    "mine": "Mine",
    "unassigned": "Unassigned",
    "mentions": "Mentions",
    "all": "All open",
    "bot": "With the assistant",
    "snoozed": "Snoozed",
    "resolved": "Resolved",
}
STATIC = Path(__file__).resolve().parent / "static"
MODULES = tuple(sorted(path.name for path in STATIC.glob("*.js") if path.name != "main.js"))


def staff_only(handler: Handler, *, any_role: bool = False) -> Callable[[Request], Awaitable[Response]]:
    """The endpoint for signed-in staff. Strangers go to the sign-in.

    Editors meet 404 where customers are shown.
    """

    @functools.wraps(handler)
    async def endpoint(request: Request) -> Response:
        try:
            agent = await signed_in_agent(request)
        except SignInNeeded:
            if request.method not in ("GET", "HEAD") or wants_json(request):
                raise
            return to_sign_in(request)
        request.state.agent = agent
        if not any_role and not agent.may_see_conversations:
            raise NotFound()
        return await handler(request, agent)

    return endpoint


def desk_of(request: Request) -> Desk:
    """The desk."""
    desk: Desk = request.app.state.desk
    return desk


def around(tx: Tx, agent: Agent) -> dict[str, Any]:
    """What the frame of every page shows: how many conversations wait where."""
    counts = inbox.counts(tx, agent) if agent.may_see_conversations else {}
    saved = saved_views_for(agent)
    return {
        "counts": counts,
        "saved_views": list(tx.session.execute(saved.order_by(col(SavedView.name))).scalars()),
        "presence_state": presence.state_of(tx, agent.id),
        "preferences": preferences.of(tx, agent.id),
    }


def show(request: Request, agent: Agent, name: str, *, status: int = 200, **context: Any) -> Response:
    """A page of the console. Every one knows the time, the views and how to say when something was."""
    desk = desk_of(request)
    everywhere = {
        "agent": agent,
        "now": desk.clock.now(),
        "views": VIEW_NAMES,
        "view": "",
        "counts": {},
        "saved_views": [],
        "presence_state": "online",
        "preferences": preferences.Preferences(),
        "current": "",
        "segments": segments,
        "sign": sign,
        "since": since,
        "until": until,
        "clock_time": clock_time,
        "status_words": lifecycle.WORDS,
        "priorities": lifecycle.PRIORITIES,
        "modules": MODULES,
    }
    return render(request, name, status=status, **{**everywhere, **context})


async def proved(
    request: Request, agent: Agent, form: dict[str, str], purpose: str, deed: Callable[[Tx, StepUp], Done]
) -> Done:
    """Do it with the `code` or the `password` of the form as proof. What is refused stands in the trail."""
    code, password, ip = form.get("code", ""), form.get("password", ""), browser_of(request).ip
    return await with_proof(desk_of(request), agent, purpose, deed, code=code, password=password, ip=ip)


def done(request: Request, to: str, **facts: Any) -> Response:
    """After a change: the page again for a form, the facts for a script."""
    if wants_json(request):
        return JSONResponse(facts)
    return RedirectResponse(to, 303)


def saved_views_for(agent: Agent) -> Select[Any]:
    """This person's own saved views, and those that are for everybody."""
    return select(SavedView).where(
        or_(col(SavedView.staff_id) == agent.id, col(SavedView.staff_id).is_(None))
    )
