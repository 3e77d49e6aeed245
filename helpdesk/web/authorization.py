"""`Authorization: <scheme> <token>`: how a request without a cookie says whose it is."""

from starlette.requests import HTTPConnection


def token_behind(connection: HTTPConnection, scheme: str) -> str:
    """The token of this scheme, such as "bearer"; "" for another one, or none."""
    named, _, token = connection.headers.get("authorization", "").partition(" ")
    return token.strip() if named.lower() == scheme else ""
