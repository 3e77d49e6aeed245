"""`/console/settings`: one's own console, and for leads the desk's hours, assignment and retention."""

import re
from datetime import date, time
from typing import Any
from zoneinfo import available_timezones

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from helpdesk.accounts import step_up
from helpdesk.accounts.step_up import StepUp, StepUpNeeded
from helpdesk.actor import Agent
from helpdesk.console.guard import browser_of
from helpdesk.console.serving import around, desk_of, proved, show
from helpdesk.errors import DeskError, Invalid, Refused, TooMany
from helpdesk.store.session import Tx
from helpdesk.tickets import preferences, privacy
from helpdesk.tickets.models import DeskFact
from helpdesk.web.forms import read_form, whole_number

HERE = "/console/settings"
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
FACTS = ("office_hours", "assignment")
FIELDS = ("zone", *(f"day{n}" for n in range(7)), "holidays", "auto", "capacity", "retention_days")
MINE = ("undo", "sound_", "key:")
MOST_CHATS, MOST_DAYS = 50, 3650
MIDNIGHT = "00:00"
_SPAN = re.compile(r"(\d\d:\d\d)\s*[-–]\s*(\d\d:\d\d)")


async def page(request: Request, agent: Agent) -> Response:
    """The forms, as things stand."""
    return await _page(request, agent)


async def save(request: Request, agent: Agent) -> Response:
    """Keep hours, assignment and retention; for leads and admins. A shorter retention is shown first, and proved."""
    if not agent.is_lead:
        raise Refused("Only leads and admins change this.")
    form, desk = await read_form(request), desk_of(request)
    if form.get("what") == "back":
        return await _page(request, agent, typed=form)
    try:
        facts = _facts(form)
    except Invalid as error:
        return await _page(request, agent, typed=form, errors=error.fields, status=422)
    days = facts.pop("retention_days")
    if form.get("previewed") != str(days) and await desk.store.read(privacy.shortens, days):
        return await _preview(request, agent, form, days)

    def keep(tx: Tx, proof: StepUp) -> None:
        privacy.set_retention(tx, desk.keys, agent, days, proof, ip=browser_of(request).ip)
        for name, value in facts.items():
            tx.session.merge(DeskFact(name=name, value=value))

    try:
        await proved(request, agent, form, step_up.retention_purpose(days), keep)
    except (StepUpNeeded, TooMany) as error:
        return await _preview(request, agent, form, days, error)
    return RedirectResponse(f"{HERE}?saved=1", 303)


async def _preview(
    request: Request, agent: Agent, form: dict[str, str], days: int, error: DeskError | None = None
) -> Response:
    """What a shorter retention would delete, with all that was typed, and the step-up."""

    def look(tx: Tx) -> dict[str, Any]:
        before = privacy.in_words(privacy.retention_days(tx))
        return {"before": before, "old": privacy.preview_of_age(tx, days), **around(tx, agent)}

    return show(
        request, agent, "console/settings_shorter.html", status=error.status if error else 200,
        days=days, after=privacy.in_words(days), error=error.sentence if error else "",
        typed={name: form[name] for name in FIELDS if name in form}, **await desk_of(request).store.read(look),
    )  # fmt: skip


async def save_mine(request: Request, agent: Agent) -> Response:
    """One's own console: second thoughts, sounds, keys."""
    form = await read_form(request)

    def keep(tx: Tx) -> None:
        preferences.keep(tx, agent.id, preferences.checked(form, preferences.of(tx, agent.id)))

    try:
        await desk_of(request).store.write(keep)
    except Invalid as error:
        mine = {name: value for name, value in form.items() if name.startswith(MINE)}
        return await _page(request, agent, mine=mine, errors=error.fields, status=422)
    return RedirectResponse(f"{HERE}?saved=1", 303)


def _facts(form: dict[str, str]) -> dict[str, Any]:
    """What a lead typed, as it is kept. Invalid, naming every field that is wrong."""
    errors: dict[str, str] = {}
    zone = form.get("zone", "").strip() or "UTC"
    if zone not in available_timezones():
        errors["zone"] = "Enter a time zone such as Europe/Berlin."
    week = _week(form, errors)
    holidays = form.get("holidays", "").replace(",", " ").split()
    if not all(_reads(date, day) for day in holidays):
        errors["holidays"] = "Write holidays like 2026-12-25, 2026-12-26."
    capacity = whole_number(form.get("capacity", "").strip(), 4) or 0
    if not 1 <= capacity <= MOST_CHATS:
        errors["capacity"] = f"Enter how many chats one person gets, from 1 to {MOST_CHATS}."
    days = whole_number(form.get("retention_days", "").strip(), 4)
    if days is None or days > MOST_DAYS:
        errors["retention_days"] = f"Type a number of days up to {MOST_DAYS}, or 0 to keep everything."
    if errors:
        raise Invalid(**errors)
    return {
        "office_hours": {"zone": zone, "week": week, "holidays": holidays},
        "assignment": {"auto": form.get("auto") == "yes", "capacity": capacity},
        "retention_days": days,
    }


def _week(form: dict[str, str], errors: dict[str, str]) -> dict[str, list[list[str]]]:
    """Weekday → its spans, where an end of 00:00 is midnight; days without any are left out."""
    week: dict[str, list[list[str]]] = {}
    for number, day in enumerate(DAYS):
        typed = form.get(f"day{number}", "")
        spans = [[begin, MIDNIGHT if end == "24:00" else end] for begin, end in _SPAN.findall(typed)]
        if _SPAN.sub("", typed).strip(" ,;") or not all(_reads(time, at) for span in spans for at in span):
            errors[f"day{number}"] = f"Write the hours of {day} like 09:00-17:00."
        elif any(begin >= end != MIDNIGHT for begin, end in spans):
            errors[f"day{number}"] = (
                f"On {day}, end after the beginning. A night is two parts: 22:00-24:00, then 00:00-06:00 on the next day."
            )
        elif spans:
            week[str(number)] = spans
    return week


def _typed(spans: list[list[str]]) -> str:
    return ", ".join(f"{begin}-{'24:00' if end == MIDNIGHT else end}" for begin, end in spans)


def _reads(kind: type[date] | type[time], typed: str) -> bool:
    try:
        kind.fromisoformat(typed)
    except ValueError:
        return False
    return True


async def _page(
    request: Request,
    agent: Agent,
    *,
    typed: dict[str, str] | None = None,
    mine: dict[str, str] | None = None,
    errors: dict[str, str] | None = None,
    status: int = 200,
) -> Response:
    def look(tx: Tx) -> dict[str, Any]:
        kept = {name: getattr(tx.session.get(DeskFact, name), "value", None) for name in FACTS}
        return {"values": _as_typed(kept, privacy.retention_days(tx)), **around(tx, agent)}

    found = await desk_of(request).store.read(look)
    if typed:  # a box without its tick is not sent
        found["values"] |= {"auto": "", **typed}
    return show(
        request, agent, "console/settings.html", status=status, errors=errors or {}, days=DAYS,
        is_lead=agent.is_lead, saved="saved" in request.query_params, undo_choices=preferences.UNDO,
        sounds=preferences.SOUNDS, kinds=preferences.KINDS, mine=mine or {}, **found,
    )  # fmt: skip


def _as_typed(kept: dict[str, Any], days_kept: int) -> dict[str, str]:
    hours = kept["office_hours"] or {"zone": "UTC", "week": {}, "holidays": []}
    assignment = kept["assignment"] or {}
    return {
        "zone": hours["zone"], "holidays": ", ".join(hours["holidays"]),
        **{f"day{n}": _typed(hours["week"].get(str(n), [])) for n in range(7)},
        "auto": "yes" if assignment.get("auto") else "",
        "capacity": str(assignment.get("capacity", 4)),
        "retention_days": str(days_kept),
    }  # fmt: skip
