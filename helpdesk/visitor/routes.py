"""The addresses behind the widget."""

from starlette.routing import BaseRoute, Route, WebSocketRoute

from helpdesk.visitor.files import download, upload
from helpdesk.visitor.outlook import outlook
from helpdesk.visitor.pages import told
from helpdesk.visitor.poll import poll
from helpdesk.visitor.socket import visitor_socket

routes: list[BaseRoute] = [
    WebSocketRoute("/ws/visitor", visitor_socket),
    Route("/visitor/poll", poll, methods=["POST"]),
    Route("/visitor/outlook", outlook, methods=["GET"]),
    Route("/visitor/files", upload, methods=["POST"]),
    Route("/visitor/pages", told, methods=["POST"]),
    Route("/files/{file_id}", download, methods=["GET"]),
]
