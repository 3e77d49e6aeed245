"""A small OpenID provider, built with authlib's server side, in a process of its own: `python oidc_provider.py PORT`.

Whoever comes is signed in at once as the person of `/be?email=…&verified=…`; `/spoil?what=…` makes it lie.
"""

import json
import os
import sys
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

os.environ["AUTHLIB_INSECURE_TRANSPORT"] = "1"  # plain http, on this machine only

from authlib.oauth2.rfc6749 import AuthorizationServer, ClientMixin, OAuth2Request
from authlib.oauth2.rfc6749.grants import AuthorizationCodeGrant
from authlib.oauth2.rfc6749.requests import BasicOAuth2Payload
from authlib.oauth2.rfc6750 import BearerTokenGenerator
from authlib.oauth2.rfc7636 import CodeChallenge
from authlib.oidc.core import UserInfo
from authlib.oidc.core.grants import OpenIDCode
from joserfc.jwk import RSAKey

CLIENT, SECRET = "desk", "the client's own secret"
KEY, OTHER_KEY = (RSAKey.generate_key(2048, {"kid": "1"}) for _ in range(2))
PORT = int(sys.argv[1]) if len(sys.argv) > 1 else 0
ISSUER = f"http://127.0.0.1:{PORT}"
person: dict[str, Any] = {"sub": "7", "email": "ben@example.com", "email_verified": True}
spoilt: set[str] = set()
codes: dict[str, Any] = {}


class Client(ClientMixin):
    """The desk."""

    def get_client_id(self) -> str:
        return CLIENT

    def get_allowed_scope(self, scope: str) -> str:
        return scope

    def check_redirect_uri(self, redirect_uri: str) -> bool:
        return urlsplit(redirect_uri).path == "/console/login/oidc/back"

    def check_client_secret(self, client_secret: str) -> bool:
        return client_secret == SECRET

    def check_endpoint_auth_method(self, method: str, endpoint: str) -> bool:
        return method == "client_secret_basic"

    def check_response_type(self, response_type: str) -> bool:
        return response_type == "code"

    def check_grant_type(self, grant_type: str) -> bool:
        return grant_type == "authorization_code"


class Code(dict[str, Any]):
    """One code, with all that came with its request."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("get_"):
            return lambda: self.get(name.removeprefix("get_"))
        return self.get(name)


class Grant(AuthorizationCodeGrant):
    """Codes in memory, good once."""

    TOKEN_ENDPOINT_AUTH_METHODS = ("client_secret_basic",)

    def save_authorization_code(self, code: str, request: Any) -> None:
        assert request.payload.data["code_challenge_method"] == "S256"
        codes[code] = Code(request.payload.data)

    def query_authorization_code(self, code: str, client: Any) -> Any:
        return codes.get(code)

    def delete_authorization_code(self, authorization_code: Any) -> None:
        codes.clear()

    def authenticate_user(self, authorization_code: Any) -> Any:
        return person


class Identity(OpenIDCode):
    """What stands in the ID token."""

    def exists_nonce(self, nonce: str, request: Any) -> bool:
        return False

    def resolve_client_private_key(self, client: Any) -> Any:
        return OTHER_KEY if "key" in spoilt else KEY

    def get_encode_header(self, client: Any) -> dict[str, str]:
        return {"alg": "RS256", "kid": "1"}

    def get_client_claims(self, client: Any) -> dict[str, Any]:
        now = int(time.time()) - (7200 if "time" in spoilt else 0)
        issuer = "http://elsewhere.example" if "issuer" in spoilt else ISSUER
        audience = "somebody-else" if "audience" in spoilt else CLIENT
        return {"iss": issuer, "aud": [audience], "iat": now, "exp": now + 300}

    def get_authorization_code_claims(self, authorization_code: Any) -> dict[str, Any]:
        return {"nonce": "another" if "nonce" in spoilt else authorization_code.get("nonce")}

    def generate_user_info(self, user: Any, scope: str) -> UserInfo:
        return UserInfo(**user)


class Server(AuthorizationServer):
    """authlib's server on top of the standard library's."""

    def query_client(self, client_id: str) -> Client | None:
        return Client() if client_id == CLIENT else None

    def save_token(self, token: Any, request: Any) -> None:
        """Nobody uses it."""

    def send_signal(self, name: str, *args: Any, **kwargs: Any) -> None:
        """Nobody listens."""

    def create_oauth2_request(self, request: Any) -> OAuth2Request:
        return request if isinstance(request, Asked) else Asked(*request)

    def handle_response(self, status: int, body: Any, headers: Any) -> Any:
        return status, body, headers


class Asked(OAuth2Request):
    """A request of authlib's from a method, an address, fields and headers."""

    def __init__(self, method: str, uri: str, fields: dict[str, str], headers: dict[str, str]) -> None:
        super().__init__(method, uri, headers=headers)
        self.payload = BasicOAuth2Payload(fields)
        self._fields = fields

    @property
    def form(self) -> dict[str, str]:
        return self._fields

    @property
    def args(self) -> dict[str, str]:
        return self._fields


server = Server()
server.register_grant(Grant, [CodeChallenge(required=True), Identity(require_nonce=True)])
server.register_token_generator("default", BearerTokenGenerator(lambda **_: os.urandom(16).hex()))


class Pages(BaseHTTPRequestHandler):
    """The endpoints."""

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        fields = dict(parse_qsl(parts.query))
        if parts.path == "/be":
            person.update(email=fields["email"], email_verified=fields["verified"] == "yes")
            self._say(200, {}, [])
        elif parts.path == "/spoil":
            spoilt.clear()
            spoilt.add(fields["what"])
            self._say(200, {}, [])
        elif parts.path == "/authorize":
            request = Asked("GET", ISSUER + self.path, fields, dict(self.headers))
            grant = server.get_consent_grant(request, end_user=person)
            self._say(*server.create_authorization_response(request, grant_user=person, grant=grant))
        elif parts.path == "/jwks":
            self._say(200, {"keys": [KEY.as_dict(private=False) | {"kid": "1"}]}, [])
        else:
            found = {"issuer": ISSUER, "authorization_endpoint": ISSUER + "/authorize"}
            self._say(200, found | {"token_endpoint": ISSUER + "/token", "jwks_uri": ISSUER + "/jwks"}, [])

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"] or 0)).decode()
        request = ("POST", ISSUER + self.path, dict(parse_qsl(body)), dict(self.headers.items()))
        request[3]["Authorization"] = self.headers["authorization"]
        self._say(*server.create_token_response(request))

    def log_message(self, *args: Any) -> None:
        """Quiet."""

    def _say(self, status: int, body: Any, headers: Any) -> None:
        text = json.dumps(body).encode() if isinstance(body, dict) else str(body or "").encode()
        self.send_response(status)
        for name, value in headers or []:
            if name.lower() != "content-length":
                self.send_header(name, value)
        self.send_header("content-length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)


if __name__ == "__main__":
    ThreadingHTTPServer(("127.0.0.1", PORT), Pages).serve_forever()
