"""Style sheets and scripts of our pages: named by content, so a browser may keep them for ever."""

import gzip
import hashlib
from functools import cache
from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from helpdesk.errors import NotFound
from helpdesk.web.encoding import takes_gzip

ROOMS = Path(__file__).resolve().parent.parent
KINDS = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".png": "image/png",
}
FOREVER = "public, max-age=31536000, immutable"


@cache
def _shipped() -> dict[tuple[str, str], tuple[bytes, str]]:
    """Every file with its tag, read once: a name from outside never reaches the disk, nor is it kept."""
    files = (path for path in ROOMS.glob("*/static/*") if path.suffix in KINDS)
    loaded = {(path.parent.parent.name, path.name): path.read_bytes() for path in files}
    return {name: (content, hashlib.sha256(content).hexdigest()[:12]) for name, content in loaded.items()}


def asset_url(room: str, name: str) -> str:
    """`/static/console/inbox.js?v=<hash>`; a name that does not exist is an error at once."""
    found = _shipped().get((room, name))
    if found is None:
        raise FileNotFoundError(f"{room}/static/{name}")
    return f"/static/{room}/{name}?v={found[1]}"


async def serve_asset(request: Request) -> Response:
    """One file of a room's `static/`; gzip where the browser takes it."""
    room, name = request.path_params["room"], request.path_params["name"]
    found = _shipped().get((room, name))
    if found is None:
        raise NotFound()
    content, tag = found
    headers = {"Cache-Control": FOREVER, "ETag": f'"{tag}"', "Vary": "Accept-Encoding"}
    if request.headers.get("if-none-match") == f'"{tag}"':
        return Response(status_code=304, headers=headers)
    if takes_gzip(request):
        content = gzip.compress(content, 9, mtime=0)
        headers["Content-Encoding"] = "gzip"
    return Response(content, media_type=KINDS[Path(name).suffix], headers=headers)


routes = [Route("/static/{room}/{name}", serve_asset, methods=["GET"])]
