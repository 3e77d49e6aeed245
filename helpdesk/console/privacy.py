"""Retention, erasure and export, for leads: a preview first, then the act, then a receipt."""

import json
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from helpdesk.accounts.step_up import StepUp
from helpdesk.actor import Agent
from helpdesk.console.guard import browser_of
from helpdesk.console.serving import around, desk_of, proved, show
from helpdesk.errors import DeskError, Invalid, Refused
from helpdesk.store.session import Tx
from helpdesk.tickets import privacy
from helpdesk.web.forms import email_address, read_form


async def page(request: Request, agent: Agent) -> Response:
    """What retention would delete now, and the forms."""
    return await _shown(request, agent)


async def act(request: Request, agent: Agent) -> Response:
    """Look what there is under an address, export it, or erase it."""
    _must_lead(agent)
    form = await read_form(request)
    desk = desk_of(request)
    try:
        email = email_address(form.get("email"))
    except Invalid as error:
        return await _shown(request, agent, typed=form, errors=error.fields, status=422)
    if form.get("what") == "export":
        with_notes = form.get("notes") == "yes"
        found = await desk.store.write(privacy.export, desk.keys, agent, email, with_notes=with_notes)
        headers = {"Content-Disposition": 'attachment; filename="person.json"'}
        text = json.dumps(found, ensure_ascii=False, indent=2)
        return Response(text, media_type="application/json", headers=headers)
    if form.get("what") == "erase":
        return await _erase(request, agent, form, email)
    return await _shown(request, agent, typed=form, email=email)


async def _erase(request: Request, agent: Agent, form: dict[str, str], email: str) -> Response:
    """With the address typed again, and a step-up."""
    desk = desk_of(request)

    def erase(tx: Tx, proof: StepUp) -> privacy.Receipt:
        return privacy.erase(tx, desk.keys, agent, email, proof, ip=browser_of(request).ip)

    try:
        if form.get("sure", "").strip().casefold() != email.casefold():
            raise Invalid(sure="Type the address once more to erase everything under it.")
        receipt = await proved(request, agent, form, "erasure", erase)
    except DeskError as error:
        errors = error.fields if isinstance(error, Invalid) else {"proof": error.sentence}
        return await _shown(request, agent, typed=form, errors=errors, email=email, status=error.status)
    await privacy.remove_files(desk, receipt.file_ids)
    return await _shown(request, agent, receipt=receipt)


async def _shown(
    request: Request,
    agent: Agent,
    *,
    typed: dict[str, str] | None = None,
    errors: dict[str, str] | None = None,
    email: str = "",
    receipt: Any = None,
    status: int = 200,
) -> Response:
    _must_lead(agent)

    def look(tx: Tx) -> dict[str, Any]:
        days = privacy.retention_days(tx)
        old = privacy.preview_of_age(tx, days) if days else None
        found = privacy.preview(tx, privacy.of_address(tx, email)) if email else None
        return {"days": days, "old": old, "found": found, **around(tx, agent)}

    context = await desk_of(request).store.read(look)
    return show(
        request, agent, "console/privacy.html", status=status, typed=typed or {}, errors=errors or {},
        email=email, receipt=receipt, **context,
    )  # fmt: skip


def _must_lead(agent: Agent) -> None:
    if not agent.is_lead:
        raise Refused("Only leads and admins may do this.")
