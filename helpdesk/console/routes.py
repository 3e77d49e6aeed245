"""Every address of the console."""

from typing import Any

from starlette.routing import BaseRoute, Route, WebSocketRoute

from helpdesk.console import acts, conversation, inbox, invite, sign_in
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
    _get("/console/tickets/{reference}", conversation.ticket),
    _get(C, conversation.page),
    _get(C + "/invite", invite.page),
    _post(C + "/invite", invite.send),
    _post(C + "/{act}", acts.act),
    WebSocketRoute("/ws/staff", staff_socket),
]
