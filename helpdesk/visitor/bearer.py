"""`Authorization: Visitor <token>`: how the panel's plain HTTP requests say who they are."""

from starlette.requests import HTTPConnection

from helpdesk.errors import SignInNeeded


def bearer_token(connection: HTTPConnection) -> str:
    """The token. SignInNeeded without one."""
    scheme, _, token = connection.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "visitor" or not token.strip():
        raise SignInNeeded("Say who you are: Authorization: Visitor <token>.")
    return token.strip()
