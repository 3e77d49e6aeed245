"""Cookies by one rule: under https `__Host-…; Secure`, under loopback http the same without both."""

from typing import Literal

from starlette.requests import HTTPConnection
from starlette.responses import Response


def cookie_name(name: str, https: bool) -> str:
    """`__Host-sid` or `sid`."""
    return f"__Host-{name}" if https else name


def read_cookie(request: HTTPConnection, name: str) -> str:
    """The cookie's value, or an empty text."""
    https = request.app.state.desk.settings.is_https
    return request.cookies.get(cookie_name(name, https), "")


def set_cookie(
    request: HTTPConnection,
    response: Response,
    name: str,
    value: str,
    *,
    max_age_s: int | None = None,
    same_site: Literal["lax", "strict"] = "lax",
) -> None:
    """Set it: HttpOnly, Path=/, for the browser's session unless `max_age_s` is given."""
    https = request.app.state.desk.settings.is_https
    response.set_cookie(
        cookie_name(name, https),
        value,
        max_age=max_age_s,
        path="/",
        secure=https,
        httponly=True,
        samesite=same_site,
    )


def drop_cookie(request: HTTPConnection, response: Response, name: str) -> None:
    """Make the browser forget it."""
    https = request.app.state.desk.settings.is_https
    response.delete_cookie(cookie_name(name, https), path="/", secure=https, httponly=True, samesite="lax")
