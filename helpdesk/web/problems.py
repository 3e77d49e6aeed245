"""Errors → a page for people, problem+json for programs. The only place where a DeskError becomes HTTP."""

import math
from typing import Any

import structlog
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Match, Route

from helpdesk.errors import DeskError, Invalid
from helpdesk.web.encoding import prefers_json
from helpdesk.web.templates import render

log = structlog.get_logger()
TITLES = {
    400: "Bad request", 401: "Sign in first", 403: "Not allowed", 404: "Not found", 405: "Not that way",
    409: "Somebody was first", 413: "Too large", 415: "Not that kind of file", 422: "Please check this",
    429: "Too often", 431: "Too many headers", 500: "Something went wrong", 503: "Back in a moment",
}  # fmt: skip
CODES = {
    400: "bad_request", 401: "unauthorized", 403: "refused", 404: "not_found", 405: "method_not_allowed",
    409: "conflict", 413: "too_large", 415: "unsupported_media_type", 422: "invalid", 429: "too_fast",
    431: "too_large", 500: "internal_error", 503: "unavailable",
}  # fmt: skip
"""The word for programs, where no rule has said its own."""
SENTENCES = {
    404: "There is nothing at this address, or it is not yours to see.",
    405: "This address does not take that kind of request.",
    413: "That is larger than what we take here.",
    500: "We made a mistake. It is in our log; nothing of yours was changed by it. Please try again.",
}
LOGGED_OUT = (
    "Log in first",
    "You are not logged in any more, and nothing was changed. Log in and do it again.",
)
"""What a page says: its title and its sentence."""


def wants_json(request: Request) -> bool:
    """Programs get problem+json, people get a page."""
    path = request.url.path
    return path.startswith(("/api/", "/visitor/")) or prefers_json(request)


def retry_after(wait_s: float | None) -> dict[str, str]:
    """The header that says when to come back: whole seconds, never too early; none where there is no wait."""
    return {"Retry-After": str(max(1, math.ceil(wait_s)))} if wait_s is not None else {}


async def on_desk_error(request: Request, error: Exception) -> Response:
    """A rule said no."""
    assert isinstance(error, DeskError)
    headers = retry_after(getattr(error, "retry_after_s", None))
    fields = error.fields if isinstance(error, Invalid) else None
    return answer(request, error.status, error.sentence, code=error.code, fields=fields, headers=headers)


async def on_http_error(request: Request, error: Exception) -> Response:
    """The framework said no: unknown address, wrong method, a body that cannot be read."""
    assert isinstance(error, HTTPException)
    headers = dict(error.headers or {})
    if error.status_code == 405:
        headers["Allow"] = ", ".join(sorted(_methods(request))) or headers.get("Allow", "")
    return answer(
        request, error.status_code, SENTENCES.get(error.status_code, str(error.detail)), headers=headers
    )


def _methods(request: Request) -> set[str]:
    """What this address takes. A page and its form are routes of their own, each with its methods."""
    routes = (route for route in request.app.routes if isinstance(route, Route))
    return {
        method
        for route in routes
        if route.matches(request.scope)[0] is not Match.NONE
        for method in route.methods or ()
    }


async def on_crash(request: Request, error: Exception) -> Response:
    """Our own mistake: one line in the log, no traceback to anybody."""
    return answer(request, 500, SENTENCES[500])


def answer(
    request: Request,
    status: int,
    sentence: str,
    *,
    code: str = "",
    fields: dict[str, str] | None = None,
    headers: dict[str, str] | None = None,
) -> Response:
    """One error, in the form that the asker understands."""
    title = TITLES.get(status, "Please check this")
    if wants_json(request):
        body: dict[str, Any] = {"type": "about:blank", "title": title, "status": status, "detail": sentence}
        body["code"] = code or CODES.get(status, "bad_request")
        if fields:
            body["fields"] = fields
        return JSONResponse(body, status, headers=headers, media_type="application/problem+json")
    if status == 401:
        title, sentence = LOGGED_OUT
    return render(request, "web/problem.html", status=status, headers=headers, title=title, sentence=sentence)


HANDLERS: Any = {DeskError: on_desk_error, HTTPException: on_http_error, Exception: on_crash}
