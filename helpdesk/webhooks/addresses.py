"""Pure: where a webhook may go: public addresses over https, others only in networks the operator names."""

from collections.abc import Sequence
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from urllib.parse import urlsplit

from helpdesk.errors import Invalid

Address = IPv4Address | IPv6Address
MAX_URL_CHARS = 500
_NAT64 = ip_network("64:ff9b::/96")
_6TO4 = ip_network("2002::/16")
_SHARED = ip_network("100.64.0.0/10")


def plain(address: Address) -> Address:
    """The IPv4 address inside a mapped, NAT64 or 6to4 one; else the address itself."""
    if isinstance(address, IPv6Address):
        if address.ipv4_mapped is not None:
            return address.ipv4_mapped
        if address in _NAT64:
            return IPv4Address(int(address) & 0xFFFFFFFF)
        if address in _6TO4:
            return IPv4Address((int(address) >> 80) & 0xFFFFFFFF)
    return address


def may_go_to(text: str, allowed: Sequence[str] = ()) -> bool:
    """Whether this address is public, or in a network that is allowed. Never raises."""
    try:
        address = plain(ip_address(text.partition("%")[0]))
    except ValueError:
        return False
    if in_allowed(address, allowed):
        return True
    return (
        address.is_global and not address.is_multicast and not address.is_reserved and address not in _SHARED
    )


def in_allowed(address: Address, allowed: Sequence[str]) -> bool:
    """Whether the operator named a network that holds it."""
    networks = [ip_network(item, strict=False) for item in allowed]
    return any(address in network for network in networks if network.version == address.version)


def check_url(url: str, allowed: Sequence[str] = ()) -> str:
    """The URL. Invalid, naming `url`: not https on port 443, with credentials, or at a private address.

    Where networks are allowed, http and other ports are as well; what is connected to is checked again then.
    """
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        raise Invalid(url="This is not a URL.") from None
    if len(url) > MAX_URL_CHARS or any(c.isspace() or not c.isprintable() for c in url) or not url.isascii():
        raise Invalid(url="Use a plain URL of at most 500 characters.")
    if parts.username is not None or parts.password is not None or parts.fragment:
        raise Invalid(url="Leave out user name, password and fragment.")
    if not host:
        raise Invalid(url="Use a URL such as https://example.com/hooks.")
    if not allowed and (parts.scheme != "https" or port not in (None, 443)):
        raise Invalid(url="Use https:// on port 443.")
    if parts.scheme not in ("https", "http"):
        raise Invalid(url="Use https://.")
    if _is_literal(host) and not may_go_to(host, allowed):
        raise Invalid(url="This address is not public.")
    if not allowed and (host == "localhost" or host.endswith((".localhost", ".local", ".internal"))):
        raise Invalid(url="This address is not public.")
    return url


def _is_literal(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        # "2130706433", "0x7f.1" and "127.1" are addresses to a resolver, and never names.
        return host.replace(".", "").isdecimal() or host.lower().startswith("0x")
    return True
