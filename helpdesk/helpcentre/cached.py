"""Answers that may be kept: one policy without a nonce, an ETag, 304 for who has it already."""

import gzip
import hashlib
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from helpdesk.portal.session import SESSION, current_customer
from helpdesk.web.cookies import read_cookie
from helpdesk.web.encoding import takes_gzip
from helpdesk.web.templates import render

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; frame-src 'self'; form-action 'self'; base-uri 'none'; object-src 'none'; "
    "frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'"
)
"""A nonce would make every answer another one; our own files are named by their content instead."""


async def page(request: Request, template: str, **context: Any) -> Response:
    """A page that looks the same to every reader who is not signed in."""
    customer = await current_customer(request)
    answer = render(request, template, nonce="", base_url=request.app.state.desk.settings.base_url, **context)
    how = (
        "private, no-cache"
        if customer or read_cookie(request, SESSION)
        else "public, max-age=0, must-revalidate"
    )
    return _finish(request, answer, {"Cache-Control": how, "Vary": "Cookie"})


def document(request: Request, content: str, media_type: str, max_age_s: int = 300) -> Response:
    """Something for programs, the same for everybody."""
    answer = Response(content, media_type=media_type)
    return _finish(request, answer, {"Cache-Control": f"public, max-age={max_age_s}"})


def _finish(request: Request, answer: Response, headers: dict[str, str]) -> Response:
    tag = f'"{hashlib.sha256(bytes(answer.body)).hexdigest()[:24]}"'
    headers |= {"ETag": f"W/{tag}", "Content-Security-Policy": POLICY, "X-Frame-Options": "DENY"}
    known = {part.strip().removeprefix("W/") for part in request.headers.get("if-none-match", "").split(",")}
    if tag in known or "*" in known:
        return Response(status_code=304, headers=headers)
    if headers["Cache-Control"].startswith(
        "public"
    ):  # a private page holds a form token: it is never compressed
        headers["Vary"] = ", ".join(filter(None, (headers.get("Vary"), "Accept-Encoding")))
        if takes_gzip(request):
            packed = gzip.compress(bytes(answer.body), 6, mtime=0)
            return Response(
                packed,
                headers={**headers, "Content-Encoding": "gzip"},
                media_type=answer.headers["content-type"],
            )
    answer.headers.update(headers)
    return answer
