"""The second factor by an authenticator app. Its secret is sealed under a key that is not in the database."""

import base64
from datetime import datetime
from typing import TYPE_CHECKING

import pyotp

from helpdesk.accounts.codes import same
from helpdesk.keys import Keys

if TYPE_CHECKING:
    from cryptography.fernet import Fernet

STEP_S = 30
DRIFT_STEPS = 1
DIGITS = 6


def new_secret() -> str:
    """160 random bits, as apps take them."""
    return pyotp.random_base32()


def address(secret: str, email: str, site_name: str) -> str:
    """The `otpauth://` address of a secret, for an app or its QR code."""
    return str(pyotp.TOTP(secret).provisioning_uri(name=email, issuer_name=site_name))


def seal(keys: Keys, secret: str) -> str:
    """What the database keeps."""
    return _box(keys).encrypt(secret.encode()).decode()


def unseal(keys: Keys, sealed: str) -> str:
    """The secret again."""
    return _box(keys).decrypt(sealed.encode()).decode()


def matching_step(secret: str, typed: str, now: datetime) -> int | None:
    """The time step that `typed` belongs to: this one, or one to either side for clocks that differ; else None."""
    digits = "".join(c for c in typed[:32] if c.isdecimal() and c.isascii())
    if len(digits) != DIGITS:
        return None
    here = int(now.timestamp()) // STEP_S
    found = None
    for step in range(here - DRIFT_STEPS, here + DRIFT_STEPS + 1):
        if same(pyotp.TOTP(secret).generate_otp(step), digits):
            found = step
    return found


def _box(keys: Keys) -> "Fernet":
    from cryptography.fernet import Fernet

    return Fernet(base64.urlsafe_b64encode(keys.derive("second factor")))
