"""The addresses of the API, its document and the page to try it."""

from starlette.routing import Route

from helpdesk.api import articles, conversations, openapi, tickets, webhooks
from helpdesk.api.serving import routes_for

CALLS = (*conversations.CALLS, *tickets.CALLS, *articles.CALLS, *webhooks.CALLS)
routes = [
    Route("/api/v1/openapi.json", openapi.show_document, methods=["GET"]),
    Route("/api/v1/docs", openapi.show_page, methods=["GET"]),
    *routes_for(CALLS),
]
