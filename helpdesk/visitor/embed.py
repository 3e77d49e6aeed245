"""What a site loads: the loader, the frame, and the panel as one file with its hash in its name.

The sources in `widget/` need no build. They are read once at start, stripped of comments and white space,
joined, compressed and hashed; after that every answer is a lookup.
"""

import base64
import hashlib
import json
import re
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from functools import cache
from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from helpdesk.visitor.join import imported_names, join_modules, modules_of
from helpdesk.visitor.shorten import shorten_names
from helpdesk.visitor.squeeze import squeeze_css, squeeze_js, zipped
from helpdesk.web.encoding import takes_gzip

LOADER_CACHE = "public, max-age=300, stale-while-revalidate=604800"
OFFLINE = (
    "dir", "Customer Support", "Try again", "Close chat",
    "Customer Support cannot be reached right now. Try again, or write to us by email.",
)  # fmt: skip
"""What the loader says before the panel could ever tell it the rest."""
IMMUTABLE = "public, max-age=31536000, immutable"


class StaticAnswer:
    """One body, ready in both encodings, with its headers."""

    def __init__(self, body: str, media_type: str, headers: Mapping[str, str]) -> None:
        self.plain = body.encode()
        self.packed = zipped(self.plain)
        self.digest = _digest(self.plain)
        self.headers = {
            "Content-Type": media_type,
            "Vary": "Accept-Encoding",
            "X-Content-Type-Options": "nosniff",
            "Referrer-Policy": "no-referrer",
            # Sites that isolate themselves (COEP) may load these too.
            "Cross-Origin-Resource-Policy": "cross-origin",
            **headers,
        }

    async def __call__(self, request: Request) -> Response:
        is_packed = takes_gzip(request)
        etag = f'"{self.digest}-gz"' if is_packed else f'"{self.digest}"'
        headers = {**self.headers, "ETag": etag}
        if etag in re.split(r"\s*,\s*(?:W/)?|^W/", request.headers.get("if-none-match", "")):
            return Response(status_code=304, headers=headers)
        if is_packed:
            return Response(self.packed, headers={**headers, "Content-Encoding": "gzip"})
        return Response(self.plain, headers=headers)


def embed_routes(
    *, base_url: str, site_origins: Sequence[str], mail_address: str, widget_dir: Path
) -> list[Route]:
    """The loader, the frame, the panel and one message file a language.

    Raises ValueError with a sentence when a source cannot be joined: a start-up fault, never a visitor's.
    """
    base = base_url.rstrip("/")
    languages = read_languages(widget_dir)
    scripts = read_scripts(widget_dir)
    routes = [
        Route("/widget.js", _loader(widget_dir, base, mail_address, languages), methods=["GET"]),
        _route("/widget/frame", _frame(widget_dir, base, site_origins, list(scripts))),
    ]
    for path, body in scripts.items():
        routes.append(
            _route(path, StaticAnswer(body, "text/javascript; charset=utf-8", {"Cache-Control": IMMUTABLE}))
        )
    for language, phrases in languages.items():
        answer = StaticAnswer(
            json.dumps({"lang": language, **phrases}, ensure_ascii=False, separators=(",", ":")),
            "application/json; charset=utf-8",
            {"Cache-Control": "public, max-age=300, stale-while-revalidate=604800"},
        )
        routes.append(_route(f"/widget/phrases/{language}.json", answer))
    return routes


@cache
def read_scripts(widget_dir: Path) -> dict[str, str]:
    """Path → body of the panel, and of what it loads once it is open, in this order."""
    first = modules_of(widget_dir, "main.js")
    later = [name for name in modules_of(widget_dir, "extras.js") if name not in first]
    shared = imported_names(widget_dir, later, first)
    panel = join_modules(widget_dir, first, exports=shared)
    panel_path = f"/widget/panel-{_digest(panel.encode())}.js"
    head = f'import{{{",".join(shared)}}}from"{panel_path}";'
    extras = join_modules(widget_dir, later, exports=[], head=head)
    return {panel_path: panel, f"/widget/extras-{_digest(extras.encode())}.js": extras}


@cache
def read_loader(widget_dir: Path) -> str:
    """The loader in short, with its facts not yet filled in."""
    source = squeeze_js((widget_dir / "loader.js").read_text("utf-8"))
    source = re.sub(r"(?<=replaceSync\(`).*?(?=`)", lambda css: squeeze_css(css.group()), source, flags=re.S)
    return shorten_names(source)[0]


def _digest(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()[:16]


def read_languages(widget_dir: Path) -> dict[str, dict[str, str]]:
    """Every `phrases/<language>.json`: English phrase → the same in that language."""
    files = sorted((widget_dir / "phrases").glob("*.json"))
    return {file.stem: json.loads(file.read_text("utf-8")) for file in files}


def _loader(
    widget_dir: Path, base: str, mail_address: str, languages: Mapping[str, Mapping[str, str]]
) -> Callable[[Request], Awaitable[Response]]:
    """One loader a language, which differ in what they say where the desk cannot be reached; the browser's is given."""
    spoken = {language: {"lang": language} | _offline(phrases) for language, phrases in languages.items()}
    answers = {
        language: _loader_in(widget_dir, base, mail_address, words)
        for language, words in {"en": {}, **spoken}.items()
    }

    async def endpoint(request: Request) -> Response:
        return await answers[preferred_language(request.headers.get("accept-language", ""), answers)](request)

    return endpoint


def preferred_language(header: str, known: Collection[str]) -> str:
    """The first of `Accept-Language` that is known; browsers name the dearest first."""
    asked = (part.partition(";")[0].strip().lower().partition("-")[0] for part in header.split(","))
    return next((language for language in asked if language in known), "en")


def _offline(phrases: Mapping[str, str]) -> dict[str, str]:
    return {phrase: phrases[phrase] for phrase in OFFLINE}


def _loader_in(widget_dir: Path, base: str, mail_address: str, words: Mapping[str, str]) -> StaticAnswer:
    facts = {"origin": base, "mail": mail_address, "words": words}
    baked = json.dumps(facts, ensure_ascii=False, separators=(",", ":"))
    source = read_loader(widget_dir)
    filled, places = re.subn(r'\{origin:"",mail:"",words:\{\}\}', lambda _: baked, source, count=1)
    if places != 1:
        raise ValueError('widget/loader.js has no `{ origin: "", mail: "", words: {} }` to fill in.')
    return StaticAnswer(
        filled,
        "text/javascript; charset=utf-8",
        {
            "Cache-Control": LOADER_CACHE,
            "Access-Control-Allow-Origin": "*",
            "Vary": "Accept-Encoding, Accept-Language",
        },
    )


def _frame(widget_dir: Path, base: str, site_origins: Sequence[str], scripts: Sequence[str]) -> StaticAnswer:
    style = squeeze_css((widget_dir / "widget.css").read_text("utf-8"))
    page = (widget_dir / "frame.html").read_text("utf-8")
    page = re.sub(r"<!--.*?-->|(?<=>)\s+(?=<)|^\s+|\s+$", "", page, flags=re.S)
    origins = list(dict.fromkeys([base, *(origin.rstrip("/") for origin in site_origins)]))
    page = page.replace('<link rel="stylesheet" href="widget.css">', f"<style>{style}</style>")
    page = page.replace('src="main.js"', f'src="{scripts[0]}"').replace(
        'data-extras="./extras.js"', f'data-extras="{scripts[1]}"'
    )
    page = page.replace('data-origins=""', f'data-origins="{" ".join(origins)}"')
    return StaticAnswer(
        page,
        "text/html; charset=utf-8",
        {
            "Cache-Control": "no-cache",
            "X-Robots-Tag": "noindex",
            "Content-Security-Policy": frame_policy(base, origins, scripts, style),
            "Cross-Origin-Embedder-Policy": "require-corp",
            "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=()",
        },
    )


def frame_policy(base: str, origins: Sequence[str], scripts: Sequence[str], style: str) -> str:
    """Only these very scripts, only this very style, only our own server; nothing may turn text into HTML."""
    style_hash = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    socket = re.sub(r"^http", "ws", base) + "/ws/visitor"
    return "; ".join(
        [
            "default-src 'none'",
            f"script-src {' '.join(base + path for path in scripts)}",
            f"style-src 'sha256-{style_hash}'",
            f"connect-src 'self' {socket}",
            "img-src 'self' blob:",
            "base-uri 'none'",
            "form-action 'none'",
            f"frame-ancestors 'self' {' '.join(origins)}",
            "require-trusted-types-for 'script'",
            "trusted-types 'none'",
        ]
    )


def _route(path: str, answer: StaticAnswer) -> Route:
    async def endpoint(request: Request) -> Response:
        return await answer(request)

    return Route(path, endpoint, methods=["GET"])
