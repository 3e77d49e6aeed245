"""Sign-in of the staff at the company's OpenID provider: it stands in for the password, not for the second factor.

Authorization code with PKCE, state and nonce. Only a verified address of somebody who is on the staff already counts;
nobody is added by signing in.
"""

import asyncio
import json
import secrets
from collections.abc import Awaitable, Callable
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from hmac import compare_digest
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from itsdangerous import BadSignature, URLSafeSerializer

from helpdesk.accounts import staff_sign_in
from helpdesk.accounts.addresses import address_mac
from helpdesk.accounts.hashing import Checked
from helpdesk.accounts.staff import staff_by_address
from helpdesk.audit import trail
from helpdesk.errors import DeskError
from helpdesk.keys import Keys
from helpdesk.store.session import Tx
from helpdesk.web.browser import Browser

if TYPE_CHECKING:
    import httpx2

    from helpdesk.settings import Settings

MINUTES = 10
WITHIN_S, SKEW_S = 5.0, 60
ALGORITHMS = ["RS256", "PS256", "ES256", "RS384", "ES384", "RS512", "ES512", "EdDSA"]
METHOD = "openid"


class NotSignedIn(DeskError):
    """Logging in with your company account did not work. Please try again, or use email and password."""

    status = 401


@dataclass(frozen=True)
class Started:
    """What one browser keeps between the two halves, signed, in a cookie."""

    state: str
    nonce: str
    verifier: str
    until: float


async def start(settings: "Settings", keys: Keys, now: datetime, back: str) -> tuple[str, str]:
    """(where to send the browser, the cookie). `back` is our own address that the provider sends it to."""
    from authlib.oauth2.rfc7636 import create_s256_code_challenge  # type: ignore[import-untyped]

    found = await _ask(lambda client: _about(settings, client))
    until = (now + timedelta(minutes=MINUTES)).timestamp()
    begun = Started(secrets.token_urlsafe(32), secrets.token_urlsafe(32), secrets.token_urlsafe(48), until)
    asked = {
        "response_type": "code",
        "client_id": settings.oidc_client_id,
        "redirect_uri": back,
        "scope": "openid email profile",
        "state": begun.state,
        "nonce": begun.nonce,
        "code_challenge": create_s256_code_challenge(begun.verifier),
        "code_challenge_method": "S256",
    }
    where = str(found["authorization_endpoint"])
    return f"{where}{'&' if '?' in where else '?'}{urlencode(asked)}", _signer(keys).dumps(asdict(begun))


async def finish(
    settings: "Settings", keys: Keys, now: datetime, back: str, cookie: str, answer: dict[str, str]
) -> str:
    """The verified address that the provider vouches for. Raises NotSignedIn for anything else."""
    try:
        begun = Started(**_signer(keys).loads(cookie))
    except (BadSignature, TypeError):
        raise NotSignedIn() from None
    if begun.until < now.timestamp() or not compare_digest(begun.state, answer.get("state", "")):
        raise NotSignedIn()
    if "code" not in answer or answer.get("iss", settings.oidc_issuer).rstrip("/") != settings.oidc_issuer:
        raise NotSignedIn()
    claims = await _ask(lambda client: _redeem(settings, client, back, begun, answer["code"], now))
    email = claims.get("email")
    if not isinstance(email, str) or "@" not in email or claims.get("email_verified") is not True:
        raise NotSignedIn()
    return email


def sign_in(
    tx: Tx, keys: Keys, email: str, browser: Browser, former_token: str, *, required: bool
) -> tuple[str, bool] | None:
    """(session token, whether the second factor is still to come); None for somebody who is not on the staff."""
    staff = staff_by_address(tx, email)
    if staff is None or staff.disabled_at is not None:
        trail.record(
            tx, keys, staff_sign_in.ACTOR, "staff:sign_in", subject=address_mac(keys, email)[:16],
            step_up=METHOD, ip=browser.ip, result="refused",
        )  # fmt: skip
        return None
    attempt = staff_sign_in.Try("", "", address_mac(keys, email), staff.id, None)
    return staff_sign_in.password_right(
        tx, keys, attempt, Checked(True), browser, former_token, required=required, method=METHOD
    )


def _signer(keys: Keys) -> URLSafeSerializer:
    return URLSafeSerializer(keys.mac("openid sign-in"), salt="started")


async def _ask(work: "Callable[[httpx2.AsyncClient], Awaitable[dict[str, Any]]]") -> dict[str, Any]:
    """What `work` finds with a client of its own; whatever goes wrong out there is NotSignedIn."""
    import httpx2

    from helpdesk.accounts import outside

    try:
        async with (
            asyncio.timeout(3 * WITHIN_S),
            outside.client(WITHIN_S) as client,
        ):
            return await work(client)
    except (httpx2.HTTPError, OSError, TimeoutError, ValueError, KeyError, TypeError) as error:
        raise NotSignedIn() from error


async def _about(settings: "Settings", client: "httpx2.AsyncClient") -> dict[str, Any]:
    answer = await client.get(f"{settings.oidc_issuer}/.well-known/openid-configuration")
    found: dict[str, Any] = answer.raise_for_status().json()
    if str(found["issuer"]).rstrip("/") != settings.oidc_issuer:
        raise ValueError("the provider names another issuer")
    return found


async def _redeem(
    settings: "Settings", client: "httpx2.AsyncClient", back: str, begun: Started, code: str, now: datetime
) -> dict[str, Any]:
    """The claims of the ID token, every one that matters checked."""
    from authlib.oidc.core import CodeIDToken  # type: ignore[import-untyped]
    from joserfc import jwt
    from joserfc.errors import JoseError
    from joserfc.jwk import KeySet

    about = await _about(settings, client)
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": back,
        "code_verifier": begun.verifier,
    }
    secret = (settings.oidc_client_id, settings.oidc_client_secret)
    answer = await client.post(about["token_endpoint"], data=form, auth=secret)
    tokens = answer.raise_for_status().json()
    known = json.loads((await client.get(about["jwks_uri"])).raise_for_status().content)
    try:
        read = jwt.decode(tokens["id_token"], KeySet.import_key_set(known), algorithms=ALGORITHMS)
        claims = CodeIDToken(
            read.claims, read.header,
            options={
                "iss": {"essential": True, "value": about["issuer"]},
                "aud": {"essential": True, "value": settings.oidc_client_id},
            },
            params={
                "nonce": begun.nonce, "client_id": settings.oidc_client_id,
                "access_token": tokens.get("access_token", ""),
            },
        )  # fmt: skip
        claims.validate(int(now.timestamp()), SKEW_S)
    except JoseError as error:
        raise ValueError("the ID token is not good") from error
    return dict(claims)
