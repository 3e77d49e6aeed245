"""A site vouches for its visitor by a JWT; anything less is nobody."""

import base64
import json
import time
from collections.abc import Callable
from typing import Any

import jwt
import pytest

from helpdesk.accounts.identity import verify
from helpdesk.clock import WoundClock

SECRET, BASE = (
    "a shared secret that is long enough for every algorithm of the family, too",
    "https://help.example.com",
)


def now() -> int:
    return int(time.time())


def claims(**changes: Any) -> dict[str, Any]:
    whole = {
        "iss": "shop",
        "aud": BASE,
        "sub": "42",
        "email": "ada@example.com",
        "name": "Ada",
        "iat": now(),
        "exp": now() + 300,
        "jti": "1",
    }
    return {key: value for key, value in {**whole, **changes}.items() if value is not None}


def token(
    secret: str = SECRET, algorithm: str = "HS256", headers: dict[str, Any] | None = None, **changes: Any
) -> str:
    return jwt.encode(claims(**changes), secret, algorithm=algorithm, headers=headers)


def test_a_good_token_is_an_identity() -> None:
    found = verify(token(), SECRET, WoundClock(), BASE)
    assert found is not None
    assert (found.subject, found.email, found.name) == ("42", "ada@example.com", "Ada")


def test_an_address_is_kept_in_its_canonical_form_and_a_name_on_one_line() -> None:
    found = verify(token(email=" Ada@EXAMPLE.com ", name="Ada\n\u202eLovelace"), SECRET, WoundClock(), BASE)
    assert found is not None
    assert (found.email, found.name) == ("Ada@example.com", "Ada Lovelace")


def unsigned() -> str:
    def part(value: dict[str, Any]) -> str:
        return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")

    return f"{part({'alg': 'none', 'typ': 'JWT'})}.{part(claims())}."


DAY = 86400
BAD: dict[str, Callable[[], str]] = {
    "an address that is none": lambda: token(email="Ada of the shop"),
    "two addresses": lambda: token(email="a@example.com, b@example.com"),
    "nothing": lambda: "",
    "noise": lambda: "abc.def.ghi",
    "alg none": unsigned,
    "another algorithm": lambda: token(algorithm="HS512"),
    "another site's key": lambda: token(secret="another secret of 32 chars or more!"),
    "altered": lambda: token().rpartition(".")[0] + "." + token(sub="43").rpartition(".")[2],
    "another audience": lambda: token(aud="https://evil.example"),
    "no audience": lambda: token(aud=None),
    "no subject": lambda: token(sub=None),
    "no email": lambda: token(email=None),
    "no end": lambda: token(exp=None),
    "an end in a text": lambda: token(exp=str(now() + 300)),
    "a beginning that is true": lambda: token(iat=True, exp=now() + 300),
    "no beginning": lambda: token(iat=None),
    "ten years": lambda: token(exp=now() + 10 * 365 * 86400),
    "eleven minutes": lambda: token(exp=now() + 660),
    "expired": lambda: token(iat=now() - 600, exp=now() - 1),
    "not yet": lambda: token(nbf=now() + DAY, iat=now() + DAY, exp=now() + DAY + 300),
    "from the future": lambda: token(iat=now() + DAY, exp=now() + DAY + 300),
    "email that is no text": lambda: token(email=["ada@example.com"]),
    "endless": lambda: token(name="x" * 9000),
}
"""Made when they are tried: what is bad in each must not be that it is over by then."""


@pytest.mark.parametrize("name", BAD)
def test_anything_less_is_nobody(name: str) -> None:
    assert verify(BAD[name](), SECRET, WoundClock(), BASE) is None


def test_without_a_secret_nobody_can_be_vouched_for() -> None:
    assert verify(jwt.encode(claims(), "k" * 32, algorithm="HS256"), "", WoundClock(), BASE) is None


def test_headers_of_the_token_choose_no_key() -> None:
    assert (
        verify(token(headers={"jku": "https://evil.example", "kid": "../../x"}), SECRET, WoundClock(), BASE)
        is not None
    )
    forged = token(secret="another secret of 32 chars or more!", headers={"jwk": {"kty": "oct", "k": "x"}})
    assert verify(forged, SECRET, WoundClock(), BASE) is None


def test_a_token_ends_when_it_says() -> None:
    clock, good = WoundClock(), token()
    assert verify(good, SECRET, clock, BASE) is not None
    clock.wind(seconds=301)
    assert verify(good, SECRET, clock, BASE) is None
