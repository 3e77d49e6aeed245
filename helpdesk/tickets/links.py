"""Private links and reply addresses.

Derived from the conversation's public id, so they can always be shown again.
"""

import base64
import hmac
import re

from helpdesk.keys import Keys

TOKEN_BYTES = 24
MAC_CHARS = 20
_REPLY = re.compile(r"^r-([0-9a-f]{8,})-([a-z2-7]{20})$")


def token_for(keys: Keys, public_id: str) -> str:
    """192 bits that nobody can guess without the key, URL-safe."""
    return base64.urlsafe_b64encode(keys.mac("ticket", public_id)[:TOKEN_BYTES]).decode()


def path_for(keys: Keys, public_id: str) -> str:
    """`/t/<token>`."""
    return f"/t/{token_for(keys, public_id)}"


def reply_address(keys: Keys, mail_from: str, ticket_id: int) -> str:
    """`support+r-<number>-<mac>@host`: an answer to it belongs to this ticket, whoever sends it."""
    local, _, host = mail_from.partition("@")
    number = f"{ticket_id:08x}"
    return f"{local}+r-{number}-{_mac(keys, number)}@{host}"


def ticket_behind(keys: Keys, address: str) -> int | None:
    """The ticket's number that a reply address stands for; None for any other address or a forged one."""
    tag = address.lower().partition("@")[0].partition("+")[2]
    found = _REPLY.match(tag)
    if found is None or not hmac.compare_digest(found[2].encode(), _mac(keys, found[1]).encode()):
        return None
    return int(found[1], 16)


def _mac(keys: Keys, number: str) -> str:
    return base64.b32encode(keys.mac("ticket reply address", number)).decode().lower()[:MAC_CHARS]
