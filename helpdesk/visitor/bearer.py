"""`Authorization: Visitor <token>`: how the panel's plain HTTP requests say who they are."""

from starlette.requests import HTTPConnection

from helpdesk.errors import SignInNeeded
from helpdesk.web.authorization import token_behind


def bearer_token(connection: HTTPConnection) -> str:
    """The token. SignInNeeded without one."""
    if token := token_behind(connection, "visitor"):
        return token
    raise SignInNeeded("Say who you are: Authorization: Visitor <token>.")
