"""Cross-site request forgery: a token in every form, and the browser's own word on where the request comes from.

A token is a browser's mark and our signature below it. Two tabs that a new browser opens at once get two marks, and
the cookie keeps one: the other is good where the browser itself says that the form is ours.
"""

import hmac
import secrets

from starlette.requests import HTTPConnection, Request

from helpdesk.errors import Refused
from helpdesk.keys import Keys
from helpdesk.web.cookies import read_cookie

COOKIE = "csrf"
FIELD = "csrf_token"
HEADER = "x-csrf-token"
MARK_LETTERS = 32
STALE = "This form is out of date. Go back, reload the page and send it again."


def token_for(request: HTTPConnection) -> str:
    """The form token of this browser; the edge sets the cookie it belongs to."""
    seed = read_cookie(request, COOKIE) or getattr(request.state, "csrf_seed", "")
    if not seed:
        seed = request.state.csrf_seed = secrets.token_urlsafe(24)
    return _signed(request, _mark(request, seed))


def check_token(request: Request, typed: object) -> None:
    """Refused when the token is missing, none of ours, or another browser's."""
    seed = read_cookie(request, COOKIE)
    if not seed or not isinstance(typed, str):
        raise Refused(STALE)
    mark = _mark(request, seed)
    if request.headers.get("sec-fetch-site") == "same-origin":
        mark = typed[:MARK_LETTERS]
    if not hmac.compare_digest(typed.encode(), _signed(request, mark).encode()):
        raise Refused(STALE)


def check_same_site(request: HTTPConnection) -> None:
    """Refused when the browser says that another site sent this."""
    origin = request.headers.get("origin")
    site = request.headers.get("sec-fetch-site")
    # Under `Referrer-Policy: no-referrer` a browser names the origin of its own form "null"; Sec-Fetch-Site is plain.
    unnamed = origin == "null" and site == "same-origin"
    if origin is not None and not unnamed and origin.lower() != request.app.state.desk.settings.base_url:
        raise Refused("That request came from another site.")
    if site is not None and site not in {"same-origin", "none"}:
        raise Refused("That request came from another site.")


def _mark(request: HTTPConnection, seed: str) -> str:
    keys: Keys = request.app.state.desk.keys
    return keys.mac("csrf", seed).hex()[:MARK_LETTERS]


def _signed(request: HTTPConnection, mark: str) -> str:
    keys: Keys = request.app.state.desk.keys
    return mark + keys.mac("csrf token", mark).hex()[:MARK_LETTERS]
