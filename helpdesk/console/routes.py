"""Every address of the console."""

from typing import Any

from starlette.routing import BaseRoute, Route, WebSocketRoute

from helpdesk.console import (
    acts,
    attach,
    conversation,
    desk,
    editor,
    inbox,
    invite,
    privacy,
    reports,
    settings,
    sign_in,
)
from helpdesk.console.serving import staff_only
from helpdesk.console.socket import staff_socket

C = "/console/c/{conversation}"


def _get(path: str, handler: Any, *, any_role: bool = False) -> Route:
    return Route(path, staff_only(handler, any_role=any_role), methods=["GET"])


def _post(path: str, handler: Any, *, any_role: bool = False) -> Route:
    return Route(path, staff_only(handler, any_role=any_role), methods=["POST"])


routes: list[BaseRoute] = [
    *sign_in.routes,
    _get("/console", inbox.front, any_role=True),
    _get("/console/inbox/{view}", inbox.view),
    _get("/console/inbox/{view}/rows", inbox.rows),
    _get("/console/go", inbox.go),
    _post("/console/files/{conversation}", attach.upload),
    _get("/console/views/{id}", desk.saved_view),
    _post("/console/views", desk.save_view),
    _post("/console/presence", desk.set_presence),
    _post("/console/quiet", desk.set_quiet),
    _post("/console/bulk", desk.act_on_many),
    _post("/console/bulk/undo", desk.undo_many),
    _get("/console/macros", desk.macros_page),
    _post("/console/macros", desk.save_macro),
    _get("/console/articles", editor.front, any_role=True),
    _get("/console/articles/gaps", editor.gaps_page, any_role=True),
    _post("/console/articles/gaps", editor.handle_gap, any_role=True),
    _get("/console/articles/figures", editor.figures_page, any_role=True),
    _get("/console/settings", settings.page, any_role=True),
    _post("/console/settings", settings.save, any_role=True),
    _post("/console/settings/mine", settings.save_mine, any_role=True),
    _get("/console/figures", reports.figures_page),
    _get("/console/figures.csv", reports.figures_csv),
    _get("/console/search", reports.search_page),
    _get("/console/privacy", privacy.page),
    _post("/console/privacy", privacy.act),
    _get("/console/tickets", reports.tickets_page),
    _get("/console/tickets/{reference}", conversation.ticket),
    _get(C, conversation.page),
    _get(C + "/macros", desk.macros_for),
    _get(C + "/invite", invite.page),
    _post(C + "/invite", invite.send),
    _post(C + "/{act}", acts.act),
    WebSocketRoute("/ws/staff", staff_socket),
]
