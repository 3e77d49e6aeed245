"""Which address a request comes from; forwarded headers count only from the proxies that the operator names."""

from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

from starlette.requests import HTTPConnection

Address = IPv4Address | IPv6Address


def client_address(request: HTTPConnection) -> str:
    """The nearest address that is not a trusted proxy, as text; "unknown" where there is none."""
    settings = request.app.state.desk.settings
    peer = request.client.host if request.client else ""
    networks = [ip_network(item, strict=False) for item in settings.trusted_proxies]

    def trusted(text: str) -> bool:
        found = _parse(text)
        return found is not None and any(found in network for network in networks)

    if not networks or not trusted(peer):
        return peer or "unknown"
    chain = [part.strip() for part in request.headers.get("x-forwarded-for", "").split(",") if part.strip()]
    for hop in reversed(chain):
        if _parse(hop) is None:
            return peer
        if not trusted(hop):
            return hop
    return peer


def network_of(address: str) -> str:
    """What limits count by: an IPv4 address, or the /64 of an IPv6 address."""
    found = _parse(address)
    if isinstance(found, IPv6Address):
        if found.ipv4_mapped:
            return str(found.ipv4_mapped)
        return str(ip_network(f"{found}/64", strict=False))
    return address


def _parse(text: str) -> Address | None:
    try:
        return ip_address(text.strip("[]"))
    except ValueError:
        return None
