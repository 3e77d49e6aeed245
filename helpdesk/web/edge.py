"""The edge, outermost middleware: host, size, headers, nonce, request id, one log line a request.

Pure ASGI: three layers of the framework's base class would make a request eleven times slower.
"""

import secrets
import time
from typing import Any

import structlog
from starlette.datastructures import MutableHeaders
from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from helpdesk import traces
from helpdesk.logs import belongs_to, masked_path
from helpdesk.measures import HTTP_REQUESTS
from helpdesk.settings import Settings, is_loopback
from helpdesk.web.cookies import cookie_name
from helpdesk.web.csrf import COOKIE
from helpdesk.web.problems import SENTENCES, answer, wants_json

KIB = 1024
LEFT = 499
FILE_PATHS = ("/visitor/files", "/console/files", "/t/")
SMALL_PATHS = ("/login", "/logout", "/forgot-password", "/recover", "/security", "/console/login")
NO_HOST_NEEDED = {"/healthz", "/readyz", "/metrics"}
log = structlog.get_logger("http")


def most_bytes(path: str) -> int:
    """The largest body that a path takes, in bytes."""
    if path.startswith(FILE_PATHS):
        return 11 * KIB * KIB
    return (16 if path.startswith(SMALL_PATHS) else 300) * KIB


def page_policy(nonce: str) -> str:
    """The content security policy of every page that does not bring its own."""
    return (
        f"default-src 'none'; script-src 'nonce-{nonce}' 'strict-dynamic'; style-src 'self' 'nonce-{nonce}'; "
        "img-src 'self' blob: data:; font-src 'self'; connect-src 'self'; frame-src 'self'; form-action 'self'; "
        "base-uri 'none'; object-src 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; "
        "trusted-types 'none'"
    )


class Edge:
    """Wraps the application."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self.app = app
        self.settings = settings

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Check, pass on, decorate."""
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
            return
        state = scope.setdefault("state", {})
        state["nonce"] = secrets.token_urlsafe(16)
        state["request_id"] = secrets.token_hex(8)
        belongs_to(state["request_id"])
        if scope["type"] == "websocket":
            await self._socket(scope, receive, _named(send, state["request_id"]))
            return
        with traces.step("request", request=state["request_id"]) as under_way:
            await self._page(scope, receive, send, under_way)

    async def _socket(self, scope: Scope, receive: Receive, send: Send) -> None:
        path, request_id = masked_path(scope["path"]), scope["state"]["request_id"]
        with traces.step(f"open {path}", {traces.REQUEST: request_id}, request=request_id):
            frames = traces.frames(receive, path, request_id)
        try:
            await self.app(scope, frames or receive, send)
        finally:
            if frames:
                frames.end()

    async def _page(self, scope: Scope, receive: Receive, send: Send, under_way: traces.Step) -> None:
        state = scope["state"]
        started = time.perf_counter()
        status = 500

        async def decorated(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                self._decorate(MutableHeaders(scope=message), state)
            await send(message)

        try:
            if refusal := self._refusal(scope):
                await _refuse(scope, receive, decorated, *refusal)
            else:
                await self.app(scope, _bounded(receive, decorated, most_bytes(scope["path"])), decorated)
        except _TooLarge:
            if status == 500:
                await _refuse(scope, receive, decorated, 413, SENTENCES[413], {})
        except ClientDisconnect:  # in the midst of its own request: nobody is there to be answered
            status = LEFT
        finally:
            took_ms = round((time.perf_counter() - started) * 1000, 1)
            HTTP_REQUESTS.labels(method=_known_method(scope["method"]), status=str(status)).inc()
            _tell(under_way, scope, status)
            log.info(
                "request", method=scope["method"], path=masked_path(scope["path"]), status=status, ms=took_ms
            )
            belongs_to("")

    def _refusal(self, scope: Scope) -> tuple[int, str, dict[str, str]] | None:
        headers = dict(scope["headers"])
        host = headers.get(b"host", b"").decode("latin-1").lower()
        path = scope["path"]
        length = headers.get(b"content-length", b"0")
        if length.isdigit() and int(length) > most_bytes(path):
            # Who waits to be asked for the body is not asked. Others are sending it: a connection closed in the midst
            # of it takes the answer along, so the server reads the rest and throws it away.
            return 413, SENTENCES[413], {"Connection": "close"} if b"expect" in headers else {}
        if "\0" in path or b"%00" in scope["query_string"]:  # PostgreSQL takes none in a text
            return 400, "An address cannot hold that character.", {}
        if path in NO_HOST_NEEDED or host == self.settings.own_host:
            return None
        if self.settings.base_is_loopback and scope["method"] in {"GET", "HEAD"} and self._alias(host):
            target = self.settings.base_url + scope.get("raw_path", path.encode()).decode("latin-1")
            query = scope["query_string"].decode("latin-1")
            return 307, "", {"Location": target + (f"?{query}" if query else "")}
        return 400, "This server does not answer for that host name.", {}

    def _alias(self, host: str) -> bool:
        """`localhost:8000` for `127.0.0.1:8000`: another name of the same place."""
        name, _, port = host.rpartition(":")
        return is_loopback(name) and port == self.settings.own_host.rpartition(":")[2]

    def _decorate(self, headers: MutableHeaders, state: dict[str, Any]) -> None:
        headers.setdefault("X-Content-Type-Options", "nosniff")
        headers.setdefault("Referrer-Policy", "no-referrer")
        headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
        headers.setdefault("Permissions-Policy", "camera=(), microphone=(), geolocation=()")
        headers["X-Request-Id"] = state["request_id"]
        if "content-security-policy" not in headers:
            headers["Content-Security-Policy"] = page_policy(state["nonce"])
            headers.setdefault("X-Frame-Options", "DENY")
        headers.setdefault("Cache-Control", "no-store")
        if self.settings.is_https:
            headers.setdefault("Strict-Transport-Security", "max-age=31536000")
        if seed := state.get("csrf_seed"):
            secure = "; Secure" if self.settings.is_https else ""
            name = cookie_name(COOKIE, self.settings.is_https)
            headers.append("Set-Cookie", f"{name}={seed}; Path=/; HttpOnly; SameSite=Lax{secure}")


def _named(send: Send, request_id: str) -> Send:
    """A socket says its number when it opens, as a page does."""

    async def named(message: Message) -> None:
        if message["type"] == "websocket.accept":
            message = {
                **message,
                "headers": [*message.get("headers", ()), (b"x-request-id", request_id.encode())],
            }
        await send(message)

    return named


def _tell(under_way: traces.Step, scope: Scope, status: int) -> None:
    """The route and not the path: a trace is found by what was asked, not by who asked."""
    route, method = getattr(scope.get("route"), "path", "unknown"), _known_method(scope["method"])
    about = {
        "http.request.method": method, "http.route": route, "url.path": masked_path(scope["path"]),
        "http.response.status_code": status, traces.REQUEST: scope["state"]["request_id"],
    }  # fmt: skip
    under_way.say(about, f"{method} {route}")
    if status >= 500:
        under_way.fail(str(status))


def _known_method(method: str) -> str:
    """A label that strangers cannot multiply."""
    return method if method in {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"} else "other"


class _TooLarge(Exception):
    pass


def _bounded(receive: Receive, send: Send, most: int) -> Receive:
    seen = 0

    async def counted() -> Message:
        nonlocal seen
        message = await receive()
        if message["type"] == "http.request":
            seen += len(message.get("body", b""))
            if seen > most:
                raise _TooLarge
        return message

    return counted


async def _refuse(
    scope: Scope, receive: Receive, send: Send, status: int, sentence: str, headers: dict[str, str]
) -> None:
    request = Request(scope)
    if status >= 400 and wants_json(request):
        response = answer(request, status, sentence, headers=headers)
    else:
        response = PlainTextResponse(sentence, status, headers)
    await response(scope, receive, send)
