"""The one way out to a company's directory or provider: no redirects, no proxies, certificates checked."""

import ssl
from functools import cache

import httpx2


def client(within_s: float = 5.0) -> httpx2.AsyncClient:
    """A client for one exchange, each step of it within `within_s`. It shares nothing but the authorities."""
    return httpx2.AsyncClient(verify=authorities(), timeout=within_s, follow_redirects=False, trust_env=False)


@cache
def authorities() -> ssl.SSLContext:
    """Whose certificates count: the system's list, read once, because reading it takes longer than most answers."""
    return httpx2.create_ssl_context(trust_env=False)
