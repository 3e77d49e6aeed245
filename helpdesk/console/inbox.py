"""The list of conversations: one page per view, and its rows alone for the script that keeps them live."""

from typing import Any
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from helpdesk.actor import Agent
from helpdesk.console import editor
from helpdesk.console.serving import VIEW_NAMES, around, desk_of, show
from helpdesk.console.wanted import back_to_it
from helpdesk.errors import NotFound
from helpdesk.store.session import Tx
from helpdesk.tickets import inbox
from helpdesk.tickets.inbox import Filter
from helpdesk.web.forms import whole_number

PAGE = 50


async def front(request: Request, agent: Agent) -> Response:
    """`/console`: what is for this person. Editors have no conversations and go to the articles."""
    if (wanted := back_to_it(request, agent)) is not None:
        return wanted
    if not agent.may_see_conversations:
        return await editor.front(request, agent)
    return await _list(request, agent, "inbox")


async def view(request: Request, agent: Agent) -> Response:
    """`/console/inbox/<view>`."""
    name = request.path_params["view"]
    if name not in VIEW_NAMES:
        raise NotFound()
    return await _list(request, agent, name)


async def rows(request: Request, agent: Agent) -> Response:
    """The rows of a view and nothing around them; with `conversation` only that one, if it is in the view."""
    name = request.path_params["view"]
    if name not in VIEW_NAMES:
        raise NotFound()
    found = await desk_of(request).store.read(only_rows, agent, name, asked(request))
    current = request.query_params.get("current", "")[:64]
    return show(request, agent, "console/_rows.html", **{**found, "view": name, "current": current})


async def go(request: Request, agent: Agent) -> Response:
    """Where a typed reference or word leads: `T-1042` to its ticket, anything else to the search."""
    typed = request.query_params.get("q", "").strip()[:200]
    if typed.upper().removeprefix("T-").isdecimal():
        return RedirectResponse(f"/console/tickets/{quote(typed.upper())}", 303)
    return RedirectResponse(f"/console/search?q={quote(typed)}", 303)


def asked(request: Request) -> Filter:
    """The narrowing in the address."""
    known = {name: request.query_params.get(name, "")[:60] for name in Filter.__dataclass_fields__}
    return Filter(
        **{**known, "order": known["order"] if known["order"] in ("waiting", "newest") else "waiting"}
    )


def look(tx: Tx, agent: Agent, name: str, only: Filter, skip: int) -> dict[str, Any]:
    """A view with everything that its list shows."""
    found, is_more = _page(tx, agent, name, only, skip)
    return {**found, "more": skip + PAGE if is_more else 0, "only": only, **around(tx, agent)}


def only_rows(tx: Tx, agent: Agent, name: str, only: Filter) -> dict[str, Any]:
    """What the script puts into the list that it has."""
    found, _ = _page(tx, agent, name, only, 0)
    return {**found, "counts": {} if only.conversation else inbox.counts(tx, agent)}


def _page(tx: Tx, agent: Agent, name: str, only: Filter, skip: int) -> tuple[dict[str, Any], bool]:
    """A page of a view with the size of the whole, and whether more rows follow."""
    found = inbox.snapshot(tx, agent, name, PAGE + 1, only, skip)
    is_more = len(found) > PAGE
    size = inbox.size(tx, agent, name, only) if is_more else len(found)
    return {"rows": found[:PAGE], "size": size}, is_more


async def _list(request: Request, agent: Agent, name: str) -> Response:
    start = whole_number(request.query_params.get("skip", ""), 6) or 0
    found = await desk_of(request).store.read(look, agent, name, asked(request), start)
    return show(request, agent, "console/inbox.html", **{**found, "view": name})
