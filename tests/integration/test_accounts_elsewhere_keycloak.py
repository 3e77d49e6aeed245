"""Accounts in Keycloak, against a small server that speaks the documented requests: no Keycloak could be run here.

The requests and answers are those of the Admin REST API of Keycloak 26 (`GET /users`, `PUT …/execute-actions-email`,
`POST …/logout`) and of its token endpoint.
"""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlsplit

from helpdesk.accounts.directory import FoundAccount
from tests.elsewhere import ADA, HERE, ask, jobs_done, said_to_agent, submit, trail_of, try_again, until
from tests.integration.test_reset_invitation import invite, link_of, settled
from tests.world import World

Make = Callable[..., AbstractAsyncContextManager[World]]
ID = "8f2c5b1e-7a55-4a0e-9a53-0c2f5e0c9d11"
USERS = "/admin/realms/shop/users"
TOKEN = "/realms/shop/protocol/openid-connect/token"


def user(**changes: Any) -> dict[str, Any]:
    """A UserRepresentation, as far as it matters."""
    return {
        "id": ID, "username": "ada", "email": ADA, "firstName": "Ada", "lastName": "Lovelace", "enabled": True,
        "emailVerified": True, "requiredActions": [], **changes,
    }  # fmt: skip


@dataclass
class Realm:
    """What it was asked, and how it answers."""

    url: str = ""
    users: list[dict[str, Any]] = field(default_factory=lambda: [user()])
    asked: list[tuple[str, str, dict[str, list[str]], str, str]] = field(default_factory=list)
    mail_status: int = 204

    def answer(self, method: str, target: str, headers: dict[str, str], body: str) -> tuple[int, Any]:
        """The documented answers."""
        parts = urlsplit(target)
        query, bearer = parse_qs(parts.query), headers.get("authorization", "")
        self.asked.append((method, parts.path, query, bearer, body))
        if (method, parts.path) == ("POST", TOKEN):
            known = parse_qs(body).get("client_secret") == ["the client's secret"]
            return (200, {"access_token": "tok", "expires_in": 300}) if known else (401, {"error": "x"})
        if bearer != "Bearer tok":
            return 401, {"error": "HTTP 401 Unauthorized"}
        if (method, parts.path) == ("GET", USERS):
            return 200, [one for one in self.users if one["email"] == query["email"][0]]
        if (method, parts.path) == ("PUT", f"{USERS}/{ID}/execute-actions-email"):
            return self.mail_status, None
        return (204, None) if (method, parts.path) == ("POST", f"{USERS}/{ID}/logout") else (404, {})

    def settings(self, **changes: Any) -> dict[str, Any]:
        """The settings of a desk that uses it."""
        return {
            "accounts": "keycloak", "keycloak_url": f"{self.url}/realms/shop", "keycloak_client_id": "desk",
            "keycloak_client_secret": "the client's secret", "accounts_seconds": 2, **changes,
        }  # fmt: skip


@contextlib.asynccontextmanager
async def keycloak(**changes: Any) -> AsyncIterator[Realm]:
    """A realm on a free port."""
    realm = Realm(**changes)

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(asyncio.IncompleteReadError, OSError):
            while True:
                lines = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
                method, target, _ = lines[0].split(" ")
                headers = {k.lower(): v for k, _, v in (line.partition(": ") for line in lines[1:])}
                body = await reader.readexactly(int(headers.get("content-length") or 0))
                status, said = realm.answer(method, target, headers, body.decode())
                text = b"" if said is None else json.dumps(said).encode()
                writer.write(f"HTTP/1.1 {status} X\r\ncontent-length: {len(text)}\r\n\r\n".encode() + text)
                await writer.drain()
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    realm.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    try:
        yield realm
    finally:
        server.close()


def mails_asked_for(realm: Realm) -> list[tuple[dict[str, list[str]], str]]:
    return [
        (query, body)
        for method, path, query, _, body in realm.asked
        if path.endswith("execute-actions-email")
    ]


async def test_keycloak_mails_its_own_link(make_world: Make) -> None:
    async with keycloak() as realm, make_world(**realm.settings()) as world:
        for email in (ADA, "eve@example.com"):
            client = world.browser()
            await ask(client, email)
            assert "a mail with a link" in (await client.get(HERE)).text
        await until(lambda: trail_of(world, "directory:mail_started"))
        await jobs_done(world)
        assert mails_asked_for(realm) == [({"lifespan": ["14400"]}, '["UPDATE_PASSWORD"]')]
        assert await world.mails() == []


async def test_disabled_unverified_and_other_users_get_nothing(make_world: Make) -> None:
    users = [user(enabled=False), user(id="2", emailVerified=False)]
    async with keycloak(users=users) as realm, make_world(**realm.settings()) as world:
        await ask(world.browser())
        await until(lambda: any(path == USERS for _, path, *_ in realm.asked))
        await jobs_done(world)
        assert mails_asked_for(realm) == []


async def test_an_invitation_is_handed_over(make_world: Make) -> None:
    async with keycloak() as realm, make_world(**realm.settings()) as world:
        await invite(world)
        await submit(world.browser(), await link_of(world))
        await until(lambda: mails_asked_for(realm))
        await until(lambda: _are(world, ["mailed"]))


async def test_a_keycloak_whose_mail_server_is_down_is_asked_again(make_world: Make) -> None:
    async with keycloak(mail_status=500) as realm, make_world(**realm.settings()) as world:
        await ask(world.browser())
        await until(lambda: trail_of(world, "directory:password_asked"))
        realm.mail_status = 204
        await try_again(world, seconds=20)
        assert len(await trail_of(world, "directory:mail_started")) == 1


async def test_a_client_that_keycloak_does_not_know_is_a_clear_refusal(make_world: Make) -> None:
    async with keycloak() as realm, make_world(**realm.settings(keycloak_client_secret="wrong")) as world:
        await invite(world)
        await until(lambda: trail_of(world, "directory:find"))
        assert await said_to_agent(world) == "not sent yet: the directory refused"
        assert await settled_now(world) == ["asked"]


async def test_sessions_are_ended_by_the_admin_api(make_world: Make) -> None:
    async with keycloak() as realm, make_world(**realm.settings()) as world:
        assert world.desk.directory is not None
        await world.desk.directory.end_sessions(FoundAccount(ID, ADA))
        assert realm.asked[-1][:2] == ("POST", f"{USERS}/{ID}/logout")


async def settled_now(world: World) -> list[str]:
    from tests.integration.test_reset_invitation import states

    return await states(world)


async def _are(world: World, wanted: list[str]) -> bool:
    return await settled(world) == wanted
