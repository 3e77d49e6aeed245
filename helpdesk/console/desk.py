"""What belongs to the desk as a whole.

Availability, macros, saved views, settings, and acts on many conversations.
"""

import re
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo, available_timezones

from sqlalchemy import or_, select
from sqlmodel import col
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from helpdesk.actor import Agent
from helpdesk.chat import presence
from helpdesk.chat.access import conversation_for
from helpdesk.console.serving import VIEW_NAMES, around, desk_of, done, show
from helpdesk.errors import Invalid, NotFound, Refused
from helpdesk.store.session import Tx
from helpdesk.tickets import bulk, inbox, macros, preferences, privacy, sla
from helpdesk.tickets.models import DeskFact, SavedView
from helpdesk.web.forms import line_field, read_form, text_field

DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
NARROWED = ("status", "priority", "tag")
LEADS = ("lead", "admin")
FACTS = ("office_hours", "assignment")


async def set_presence(request: Request, agent: Agent) -> Response:
    """Online, away or offline."""
    form = await read_form(request)
    if form.get("state") not in ("online", "away", "offline"):
        raise Invalid(state="Choose online, away or offline.")
    await desk_of(request).store.write(presence.beat, agent.id, form["state"])
    return done(request, "/console", state=form["state"])


async def set_quiet(request: Request, agent: Agent) -> Response:
    """Do not disturb: for a while, until it is turned off, or not any more."""
    form = await read_form(request)
    until = await desk_of(request).store.write(preferences.be_quiet, agent.id, form.get("wish", ""))
    return done(request, "/console", quiet_until=until)


async def act_on_many(request: Request, agent: Agent) -> Response:
    """The same thing to all ticked conversations."""
    form = await read_form(request)
    store, what, tag = desk_of(request).store, form.get("act", ""), form.get("tag", "")
    if form.get("view"):
        only = inbox.Filter(**{name: form.get(f"only_{name}", "")[:60] for name in NARROWED})
        ids = await store.read(inbox.ids, agent, form["view"], only, bulk.MOST_OF_A_VIEW)
    else:
        ids = [one for one in form.get("ids", "").split(",") if one]
        if len(ids) > bulk.MOST:
            raise Invalid(ids=f"Choose at most {bulk.MOST} conversations, or a whole view.")
    parts = [
        await store.write(bulk.act, agent, what, part, tag)
        for part in bulk.parts(ids)  # other writers come in between
    ]
    found = bulk.joined(parts)
    return done(request, "/console", done=found.done, sentence=found.sentence, undo=found.undo)


async def undo_many(request: Request, agent: Agent) -> Response:
    """Take the last one back."""
    form = await read_form(request)
    count = 0
    for one in form.get("undo", "").split(",")[: bulk.MOST]:
        count += await desk_of(request).store.write(bulk.undo, agent, one)
    return done(request, "/console", sentence=f"{count} put back.")


async def macros_page(request: Request, agent: Agent) -> Response:
    """All macros, and the form for one more."""
    return await _macros(request, agent, {}, {}, 200)


async def save_macro(request: Request, agent: Agent) -> Response:
    """Keep a macro, or delete one."""
    form = await read_form(request)
    store = desk_of(request).store
    if form.get("delete"):
        await store.write(macros.delete, form["delete"])
        return RedirectResponse("/console/macros", 303)
    try:
        name = line_field(form, "name", most=60)
        text = text_field(form, "text", most=4000)
    except Invalid as error:
        return await _macros(request, agent, form, error.fields, 422)
    await store.write(macros.save, name, text)
    return RedirectResponse("/console/macros", 303)


async def macros_for(request: Request, agent: Agent) -> Response:
    """The macros as they would be put into a conversation."""
    desk = desk_of(request)

    def look(tx: Tx) -> list[dict[str, Any]]:
        conversation = conversation_for(tx, agent, request.path_params["conversation"])
        return macros.for_conversation(tx, agent, conversation, desk.settings.base_url)

    return JSONResponse({"macros": await desk.store.read(look)})


async def saved_view(request: Request, agent: Agent) -> Response:
    """`/console/views/<id>` leads to the list that was saved."""

    def look(tx: Tx) -> SavedView:
        mine = or_(col(SavedView.staff_id) == agent.id, col(SavedView.staff_id).is_(None))
        line = select(SavedView).where(col(SavedView.public_id) == request.path_params["id"], mine)
        found: SavedView | None = tx.session.execute(line).scalar()
        if found is None:
            raise NotFound()
        return found

    query = (await desk_of(request).store.read(look)).query
    view = query.get("view", "all")
    return RedirectResponse(
        f"/console/inbox/{view}?{urlencode({k: v for k, v in query.items() if k != 'view'})}", 303
    )


async def save_view(request: Request, agent: Agent) -> Response:
    """Keep a list with its narrowing under a name; leads may share it with everybody."""
    form = await read_form(request)
    name = line_field(form, "name", most=60)
    view = form.get("view", "all") if form.get("view") in VIEW_NAMES else "all"
    query = {key: form[key][:60] for key in ("status", "priority", "tag", "order") if form.get(key)}
    shared = form.get("shared") == "yes" and agent.role in LEADS

    def keep(tx: Tx) -> None:
        tx.session.add(
            SavedView(staff_id=None if shared else agent.id, name=name, query={**query, "view": view})
        )

    await desk_of(request).store.write(keep)
    return RedirectResponse(f"/console/inbox/{view}?{urlencode(query)}", 303)


async def settings_page(request: Request, agent: Agent) -> Response:
    """One's own console, and for leads the desk's hours, assignment and retention."""
    return await _settings(request, agent, {}, {}, 200)


async def save_settings(request: Request, agent: Agent) -> Response:
    """Keep hours, assignment and retention; for leads and admins."""
    if agent.role not in LEADS:
        raise Refused("Only leads and admins change this.")
    form = await read_form(request)
    try:
        facts = _facts(form)
    except Invalid as error:
        return await _settings(request, agent, form, error.fields, 422)

    def keep(tx: Tx) -> None:
        for name, value in facts.items():
            tx.session.merge(DeskFact(name=name, value=value))

    await desk_of(request).store.write(keep)
    return RedirectResponse("/console/settings?saved=1", 303)


async def save_mine(request: Request, agent: Agent) -> Response:
    """One's own console: second thoughts, sounds, keys."""
    form = await read_form(request)

    def keep(tx: Tx) -> None:
        preferences.keep(tx, agent.id, preferences.checked(form, preferences.of(tx, agent.id)))

    try:
        await desk_of(request).store.write(keep)
    except Invalid as error:
        return await _settings(request, agent, {}, error.fields, 422)
    return RedirectResponse("/console/settings?saved=1", 303)


def _facts(form: dict[str, str]) -> dict[str, Any]:
    zone = form.get("zone", "UTC").strip() or "UTC"
    if zone not in available_timezones():
        raise Invalid(zone="Enter a time zone such as Europe/Berlin.")
    ZoneInfo(zone)
    week: dict[str, list[list[str]]] = {}
    for number, day in enumerate(DAYS):
        spans = re.findall(r"(\d\d:\d\d)\s*[-–]\s*(\d\d:\d\d)", form.get(f"day{number}", ""))
        if form.get(f"day{number}", "").strip() and not spans:
            raise Invalid(**{f"day{number}": f"Write the hours of {day} like 09:00-17:00."})
        if spans:
            week[str(number)] = [list(span) for span in spans]
    hours: dict[str, object] = {
        "zone": zone,
        "week": week,
        "holidays": form.get("holidays", "").replace(",", " ").split(),
    }
    try:
        sla.hours_from(hours)
    except ValueError:
        raise Invalid(holidays="Write hours like 09:00-17:00 and days like 2026-12-25.") from None
    numbers: dict[str, int] = {}
    for name, most in (("capacity", 50), ("retention_days", 3650)):
        typed = form.get(name, "").strip() or "0"
        if not typed.isdecimal() or int(typed) > most:
            raise Invalid(**{name: f"Enter a number up to {most}."})
        numbers[name] = int(typed)
    return {
        "office_hours": hours,
        "assignment": {"auto": form.get("auto") == "yes", "capacity": numbers["capacity"] or 4},
        "retention_days": numbers["retention_days"],
    }


async def _macros(
    request: Request, agent: Agent, typed: dict[str, str], errors: dict[str, str], status: int
) -> Response:
    def look(tx: Tx) -> dict[str, Any]:
        return {"macros": macros.all_macros(tx), **around(tx, agent)}

    found = await desk_of(request).store.read(look)
    return show(
        request, agent, "console/macros.html", status=status, typed=typed, errors=errors,
        variables=macros.VARIABLES, **found,
    )  # fmt: skip


async def _settings(
    request: Request, agent: Agent, typed: dict[str, str], errors: dict[str, str], status: int
) -> Response:
    def look(tx: Tx) -> dict[str, Any]:
        kept = {name: getattr(tx.session.get(DeskFact, name), "value", None) for name in FACTS}
        return {"kept": kept, "days_kept": privacy.retention_days(tx), **around(tx, agent)}

    found = await desk_of(request).store.read(look)
    kept = found["kept"]
    hours = kept["office_hours"] or {"zone": "UTC", "week": {}, "holidays": []}
    values = {
        "zone": hours["zone"], "holidays": ", ".join(hours["holidays"]),
        **{f"day{n}": ", ".join("-".join(span) for span in hours["week"].get(str(n), [])) for n in range(7)},
        "auto": "yes" if (kept["assignment"] or {}).get("auto") else "",
        "capacity": str((kept["assignment"] or {}).get("capacity", 4)),
        "retention_days": str(found["days_kept"]), **typed,
    }  # fmt: skip
    return show(
        request, agent, "console/settings.html", status=status, values=values, errors=errors, days=DAYS,
        is_lead=agent.role in LEADS, saved="saved" in request.query_params, undo_choices=preferences.UNDO,
        sounds=preferences.SOUNDS, kinds=preferences.KINDS, **found,
    )  # fmt: skip
