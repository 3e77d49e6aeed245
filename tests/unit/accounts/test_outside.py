"""The way out to directories and providers: whom to trust is read once, and asked each time."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Iterator

import pytest
import trustme

from helpdesk.accounts import outside
from helpdesk.accounts.directory import DirectoryFailed
from helpdesk.accounts.directory_http import HttpDirectory
from helpdesk.accounts.directory_keycloak import KeycloakDirectory
from helpdesk.accounts.staff_oidc import NotSignedIn, start
from helpdesk.clock import Clock
from helpdesk.keys import Keys
from helpdesk.settings import Settings

NOBODY = "nobody@example.com"
WORD = "a word that both sides know, thirty-two letters"
SIGNED = "whsec_MDEyMzQ1Njc4OWFiY2RlZmdoaWprbG1ub3BxcnN0dXY="


@pytest.fixture
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
async def company(authority: trustme.CA) -> AsyncIterator[str]:
    """A company whose certificate `authority` gave; it has nobody, in the words of either directory."""
    theirs = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("localhost").configure_cert(theirs)
    place = ""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        asked = await reader.readuntil(b"\r\n\r\n")
        said = "{}"
        if b"/protocol/" in asked:
            said = '{"access_token": "one"}'
        elif b"/admin/" in asked:
            said = "[]"
        elif b"/.well-known/" in asked:
            said = f'{{"issuer": "{place}", "authorization_endpoint": "{place}/here"}}'
        head = f"HTTP/1.1 200 OK\r\ncontent-length: {len(said)}\r\nconnection: close\r\n\r\n"
        writer.write((head + said).encode())
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0, ssl=theirs)
    place = f"https://localhost:{server.sockets[0].getsockname()[1]}"
    yield place
    server.close()


@pytest.fixture(autouse=True)
def fresh_list() -> Iterator[None]:
    outside.authorities.cache_clear()
    yield
    outside.authorities.cache_clear()


def _desk(place: str) -> Settings:
    return Settings(
        account_endpoint=place, account_endpoint_secret=SIGNED,
        oidc_issuer=place, oidc_client_id="desk", oidc_client_secret="theirs",
        keycloak_url=f"{place}/realms/shop", keycloak_client_id="desk", keycloak_client_secret="theirs",
    )  # fmt: skip


async def _start(settings: Settings) -> str:
    where, _cookie = await start(settings, Keys(WORD), Clock().now(), "https://desk.example.com/back")
    return where


async def test_whom_to_trust_is_read_once_and_serves_everybody_who_asks(
    company: str, authority: trustme.CA
) -> None:
    authority.configure_trust(outside.authorities())  # said once, to the list that is kept
    settings = _desk(company)
    for directory in (HttpDirectory(settings), KeycloakDirectory(settings)):
        for _again in range(2):
            assert await directory.find(NOBODY) is None, "an answer, by a connection that could be trusted"
    assert (await _start(settings)).startswith(f"{company}/here?")


async def test_a_certificate_of_a_stranger_is_no_answer(company: str) -> None:
    settings = _desk(company)
    for directory in (HttpDirectory(settings), KeycloakDirectory(settings)):
        with pytest.raises(DirectoryFailed):
            await directory.find(NOBODY)
    with pytest.raises(NotSignedIn):
        await _start(settings)
