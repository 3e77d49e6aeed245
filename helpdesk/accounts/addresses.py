"""Pure: one form of an address to look up and to count by, and a shape of it that may be shown."""

import contextlib
import unicodedata

import idna

from helpdesk.keys import Keys

SHOWN = "•••"


def email_key(address: str) -> str:
    """The canonical form: NFKC, everything in lower case, the host as the DNS spells it.

    Two spellings that look alike (a dotless i, say) stay two: nothing here maps one letter to another.
    """
    local, _, host = unicodedata.normalize("NFKC", address.strip()).rpartition("@")
    host = host.lower().rstrip(".")
    with contextlib.suppress(idna.IDNAError):
        host = host if host.isascii() else idna.encode(host, uts46=True).decode("ascii")
    return f"{local.casefold()}@{host}"


def address_mac(keys: Keys, address: str) -> str:
    """What limits are counted by, whether or not anybody has this address."""
    return keys.mac("address", email_key(address)).hex()[:40]


def masked(address: str) -> str:
    """`b•••@e•••.com`: enough for its owner to recognise it."""
    local, _, host = address.rpartition("@")
    name, dot, end = host.rpartition(".")
    return f"{local[:1]}{SHOWN}@{(name or end)[:1]}{SHOWN}{dot}{end if name else ''}"


def is_own_address(address: str, mail_from: str) -> bool:
    """Whether the desk itself reads this address, with or without a `+tag`: no code may ever go there."""

    def bare(key: str) -> str:
        local, _, host = key.rpartition("@")
        return f"{local.partition('+')[0]}@{host}"

    return bare(email_key(address)) == bare(email_key(mail_from))
