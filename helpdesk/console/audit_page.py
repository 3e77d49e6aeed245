"""`/console/audit`: the trail for leads and admins, with a filter and an export."""

import csv
import io
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from helpdesk.actor import Agent
from helpdesk.audit import trail
from helpdesk.audit.models import AuditEntry
from helpdesk.clock import wire_time
from helpdesk.console.guard import browser_of
from helpdesk.console.serving import around, desk_of, show, staff_only
from helpdesk.errors import Refused
from helpdesk.keys import Keys
from helpdesk.store.session import Tx
from helpdesk.tickets.figures import safe_cell
from helpdesk.web.forms import whole_number

MAY_READ = ("lead", "admin")
PAGE, MOST_EXPORTED = 50, 10_000
COLUMNS = (
    "seq", "at", "actor", "actor_name", "action", "result", "account_id", "subject", "conversation", "reason",
    "identity_level", "step_up", "approver_id", "ip", "hash",
)  # fmt: skip


async def page(request: Request, agent: Agent) -> Response:
    """Fifty entries, newest first, and whether the chain holds where that was asked for."""
    _check(agent)
    desk, wanted = desk_of(request), _filter(request)
    rows = await desk.store.read(lambda tx: trail.search(tx, **wanted, limit=PAGE))
    broken, checked = None, "verify" in request.query_params
    if checked:
        broken = await desk.store.read(trail.verify, desk.keys)
    return show(
        request, agent, "console/audit.html", rows=rows, wanted=wanted, checked=checked, broken=broken,
        older=rows[-1].seq if len(rows) == PAGE else None, **await desk.store.read(around, agent),
    )  # fmt: skip


async def export(request: Request, agent: Agent) -> Response:
    """The filtered entries as CSV, the newest 10,000; that somebody took them is an entry, too."""
    _check(agent)
    desk, wanted = desk_of(request), _filter(request)
    rows = await desk.store.write(_take, desk.keys, agent, wanted, browser_of(request).ip)
    headers = {"Content-Disposition": 'attachment; filename="audit.csv"'}
    return Response(as_csv(rows), media_type="text/csv; charset=utf-8", headers=headers)


def as_csv(rows: list[AuditEntry]) -> str:
    """One line an entry. A cell that a spreadsheet would take for a formula begins with an apostrophe."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    for row in rows:
        writer.writerow([_cell(getattr(row, name)) for name in COLUMNS])
    return out.getvalue()


def _cell(value: Any) -> str:
    text = wire_time(value) if hasattr(value, "astimezone") else "" if value is None else str(value)
    return safe_cell(text)


def _take(tx: Tx, keys: Keys, agent: Agent, wanted: dict[str, Any], ip: str) -> list[AuditEntry]:
    rows = trail.search(tx, **wanted, limit=MOST_EXPORTED)
    trail.record(tx, keys, agent, "audit:exported", ip=ip, more={"entries": len(rows)})
    return rows


def _check(agent: Agent) -> None:
    if agent.role not in MAY_READ:
        raise Refused("Only leads and admins read the trail.")


def _filter(request: Request) -> dict[str, Any]:
    asked = request.query_params
    found: dict[str, Any] = {}
    for name in ("action", "actor", "conversation"):
        found[name] = "".join(c for c in asked.get(name, "").strip()[:80] if c.isprintable())
    found["before"] = whole_number(asked.get("before", ""), 17)
    return found


routes: list[BaseRoute] = [
    Route("/console/audit", staff_only(page), methods=["GET"]),
    Route("/console/audit.csv", staff_only(export), methods=["GET"]),
]
