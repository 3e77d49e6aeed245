"""What belongs to the desk as a whole: availability, macros, saved views, and acts on many conversations."""

from typing import Any
from urllib.parse import urlencode

from sqlmodel import col
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from helpdesk.actor import Agent
from helpdesk.chat import presence
from helpdesk.chat.access import conversation_for
from helpdesk.console.serving import VIEW_NAMES, around, desk_of, done, saved_views_for, show
from helpdesk.errors import Invalid, NotFound
from helpdesk.store.session import Tx
from helpdesk.tickets import bulk, inbox, macros, preferences
from helpdesk.tickets.models import SavedView
from helpdesk.web.forms import line_field, read_form, text_field

NARROWED = ("status", "priority", "tag")


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
        line = saved_views_for(agent).where(col(SavedView.public_id) == request.path_params["id"])
        found: SavedView | None = tx.session.execute(line).scalar()
        if found is None:
            raise NotFound()
        return found

    query = dict((await desk_of(request).store.read(look)).query)
    view = query.pop("view", "all")
    return RedirectResponse(f"/console/inbox/{view}?{urlencode(query)}", 303)


async def save_view(request: Request, agent: Agent) -> Response:
    """Keep a list with its narrowing under a name; leads may share it with everybody."""
    form = await read_form(request)
    name = line_field(form, "name", most=60)
    view = form.get("view", "all") if form.get("view") in VIEW_NAMES else "all"
    query = {key: form[key][:60] for key in (*NARROWED, "order") if form.get(key)}
    shared = form.get("shared") == "yes" and agent.is_lead

    def keep(tx: Tx) -> None:
        tx.session.add(
            SavedView(staff_id=None if shared else agent.id, name=name, query={**query, "view": view})
        )

    await desk_of(request).store.write(keep)
    return RedirectResponse(f"/console/inbox/{view}?{urlencode(query)}", 303)


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
