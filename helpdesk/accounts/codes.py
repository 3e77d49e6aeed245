"""Pure: the verification code. Derived from the flow when it is needed, never stored.

Eight consonants (34.6 bits): no vowels, so no words; no letters that look like digits.
"""

import hmac
import secrets
import unicodedata

from helpdesk.keys import Keys

ALPHABET = "BCDFGHJKLMNPQRSTVWXZ"
LENGTH = 8
MINUTES = 10
TRIES = 5
RESEND_S = 60
MAX_SENDS = 5
FLOW_MINUTES = 30
MAX_TYPED = 64
_FAIR = 256 - 256 % len(ALPHABET)


def facts() -> dict[str, int]:
    """What articles may say about codes."""
    return {
        "resend_seconds": RESEND_S,
        "code_minutes": MINUTES,
        "code_tries": TRIES,
        "code_length": LENGTH,
        "max_sends": MAX_SENDS,
    }


def derive(keys: Keys, flow_id: int, sending: int, nonce: str) -> str:
    """The code of one sending of one flow. Bytes that would favour some letters are passed over."""
    letters: list[str] = []
    block = 0
    while len(letters) < LENGTH:
        stream = keys.mac("recovery code", str(flow_id), str(sending), nonce, str(block))
        letters += [ALPHABET[byte % len(ALPHABET)] for byte in stream if byte < _FAIR]
        block += 1
    return "".join(letters[:LENGTH])


def shown(code: str) -> str:
    """`XXXX-XXXX`."""
    return f"{code[:4]}-{code[4:]}"


def typed(text: str) -> str:
    """What was meant: full-width letters, case, spaces and separators do not count. "" for what cannot be a code."""
    if len(text) > MAX_TYPED:
        return ""
    plain = unicodedata.normalize("NFKC", text).upper()
    return "".join(c for c in plain if c.isalnum())


def same(one: str, other: str) -> bool:
    """Compared in constant time."""
    return hmac.compare_digest(one.encode("utf-8", "replace"), other.encode("utf-8", "replace"))


def reference() -> str:
    """Four letters that stand on the page and in the mail, to find the newest one. No secret."""
    return "".join(secrets.choice(ALPHABET) for _ in range(4))
