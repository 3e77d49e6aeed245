"""What is known of the browser that asks: where from, which one, and whether it was here before."""

import re
from dataclasses import dataclass
from ipaddress import ip_address, ip_network

from starlette.requests import HTTPConnection

from helpdesk.web.client_address import client_address, network_of
from helpdesk.web.cookies import read_cookie

UNKNOWN = "An unknown browser"
_BROWSERS = (
    ("Edg", "Edge"),
    ("OPR", "Opera"),
    ("Firefox", "Firefox"),
    ("Chrom", "Chrome"),
    ("Safari", "Safari"),
)
_SYSTEMS = (("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Windows", "Windows"), ("Mac OS", "macOS"), ("Linux", "Linux"))  # fmt: skip


@dataclass(frozen=True)
class Browser:
    """`network` is an IPv4 address or a /64, `wide_network` a /24 or /48; `device_token` is "" for a new browser."""

    ip: str = ""
    network: str = ""
    wide_network: str = ""
    device: str = ""
    device_token: str = ""


def browser_of(request: HTTPConnection, device_cookie: str) -> Browser:
    """The one that sent this request; its own mark is in this cookie."""
    address = client_address(request)
    return Browser(
        ip=address,
        network=network_of(address),
        wide_network=wide_network_of(address),
        device=describe(request.headers.get("user-agent", "")[:500]),
        device_token=read_cookie(request, device_cookie)[:100],
    )


def describe(user_agent: str) -> str:
    """`Firefox on Linux`: enough to recognise one's own browser, nothing that a stranger could make us say."""
    browser = next((name for mark, name in _BROWSERS if mark in user_agent), UNKNOWN)
    system = next((name for mark, name in _SYSTEMS if re.search(mark, user_agent)), "")
    return f"{browser} on {system}" if system else browser


def in_a_sentence(device: str) -> str:
    """A described browser in the midst of a sentence, after `with`."""
    return device[:1].lower() + device[1:] if device.startswith(UNKNOWN) else device


def wide_network_of(address: str) -> str:
    """The /24 of an IPv4 address, the /48 of an IPv6 address; the text itself where it is neither."""
    try:
        found = ip_address(address)
    except ValueError:
        return address
    mapped = getattr(found, "ipv4_mapped", None) or found
    return str(ip_network(f"{mapped}/{24 if mapped.version == 4 else 48}", strict=False))
