"""Figures with charts that also read as tables, the same as CSV, the list of tickets, and the search."""

from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from sqlalchemy import select
from starlette.requests import Request
from starlette.responses import Response

from helpdesk.actor import Agent
from helpdesk.chat.post import conversations
from helpdesk.console.serving import around, desk_of, show
from helpdesk.errors import Invalid
from helpdesk.store.columns import MOST_DIGITS
from helpdesk.store.session import Tx
from helpdesk.tickets import figures, inbox, search, search_index
from helpdesk.tickets.rows import tickets
from helpdesk.web.forms import whole_number

MOST_DAYS = 366
TICKETS = 50
MOST_CATCH_UP = 10  # rounds of indexing that a search waits for; the worker does the rest
SPAN_NAMES = (("7", "7 days"), ("30", "30 days"), ("90", "90 days"))


async def figures_page(request: Request, agent: Agent) -> Response:
    """What the desk did, by day and by agent."""
    first, last = _days(request)

    def look(tx: Tx) -> dict[str, Any]:
        return {"report": figures.report(tx, first, last), **around(tx, agent)}

    found = await desk_of(request).store.read(look)
    most = max((line.conversations for line in found["report"].days), default=0) or 1
    bars = [(line, round(100 * line.conversations / most)) for line in found["report"].days]
    return show(
        request, agent, "console/figures.html", first=first, last=last, bars=bars, spans=SPAN_NAMES,
        length=length, **found,
    )  # fmt: skip


async def figures_csv(request: Request, agent: Agent) -> Response:
    """The same figures for a spreadsheet."""
    first, last = _days(request)
    found = await desk_of(request).store.read(figures.report, first, last)
    name = f"figures-{first}-{last}.csv"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(figures.as_csv(found), media_type="text/csv; charset=utf-8", headers=headers)


async def tickets_page(request: Request, agent: Agent) -> Response:
    """Every ticket, the newest first."""
    upto = whole_number(request.query_params.get("before", ""), MOST_DIGITS)

    def look(tx: Tx) -> dict[str, Any]:
        line = select(tickets.c.id, conversations.c.id).join(
            conversations, conversations.c.id == tickets.c.conversation_id
        )
        if upto is not None:
            line = line.where(tickets.c.id < upto)
        numbers = tx.connection.execute(line.order_by(tickets.c.id.desc()).limit(TICKETS)).all()
        found = [row for _, number in numbers if (row := inbox.row(tx, number))]
        return {"rows": found, "next": numbers[-1][0] if len(numbers) == TICKETS else 0, **around(tx, agent)}

    return show(request, agent, "console/tickets.html", **await desk_of(request).store.read(look))


async def search_page(request: Request, agent: Agent) -> Response:
    """Words among all messages and notes, page by page."""
    typed = request.query_params.get("q", "").strip()[:200]
    start = whole_number(request.query_params.get("skip", ""), 5) or 0

    def look(tx: Tx) -> dict[str, Any]:
        hits, more = search.find(tx, agent, typed, start)
        return {"hits": hits, "more": more, **around(tx, agent)}

    store = desk_of(request).store
    if typed:
        for _ in range(MOST_CATCH_UP):
            if await store.write(search_index.index_new) < search_index.AT_ONCE:
                break
    found = await store.read(look)
    following = urlencode({"q": typed, "skip": start + search.PAGE})
    return show(request, agent, "console/search.html", typed=typed, following=following, start=start, **found)


def length(seconds: float | None) -> str:
    """`4 min 5 s` or `2 h 10 min`; a dash where nothing was measured."""
    if seconds is None:
        return "–"
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60} s"
    return f"{whole // 3600} h {whole % 3600 // 60} min"


def _days(request: Request) -> tuple[date, date]:
    today = desk_of(request).clock.now().date()
    try:
        last = date.fromisoformat(request.query_params.get("to") or today.isoformat())
        span = int(request.query_params.get("days") or 7)
        first = date.fromisoformat(
            request.query_params.get("from") or (last - timedelta(days=span - 1)).isoformat()
        )
    except (ValueError, OverflowError):
        raise Invalid(days="Ask for days like ?from=2026-11-01&to=2026-11-30.") from None
    if not 0 <= (last - first).days < MOST_DAYS:
        raise Invalid(days=f"Ask for 1 to {MOST_DAYS} days.")
    return first, last
