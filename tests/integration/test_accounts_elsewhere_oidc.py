"""The staff log in with their company account: against a provider that runs in a process of its own."""

import contextlib
import socket
import subprocess
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx2
import pytest

from helpdesk.settings import Settings, SettingsError
from tests.elsewhere import trail_of
from tests.integration.test_sign_in_staff import now_code, with_second_factor
from tests.listening import free_ports
from tests.world import BEN, ROOT, World, submit, until

Make = Callable[..., AbstractAsyncContextManager[World]]
START, BACK = "/console/login/oidc", "/console/login/oidc/back"


@dataclass
class Provider:
    """Where it listens."""

    url: str

    async def be(self, email: str, verified: str = "yes") -> None:
        """Whom it signs in."""
        await self._ask("/be", email=email, verified=verified)

    async def spoil(self, what: str) -> None:
        """What it gets wrong from now on."""
        await self._ask("/spoil", what=what)

    def settings(self, **changes: Any) -> dict[str, Any]:
        """The settings of a desk that uses it."""
        return {
            "oidc_issuer": self.url, "oidc_client_id": "desk", "oidc_client_secret": "the client's own secret",
            **changes,
        }  # fmt: skip

    async def authorize(self, where: str) -> str:
        """What the provider's page leads back to."""
        async with httpx2.AsyncClient() as client:
            answer = await client.get(where)
        assert answer.status_code == 302, answer.text
        return answer.headers["location"]

    async def _ask(self, path: str, **fields: str) -> None:
        async with httpx2.AsyncClient() as client:
            assert (await client.get(self.url + path, params=fields)).status_code == 200


@pytest.fixture
async def provider() -> AsyncIterator[Provider]:
    (port,) = free_ports(1)
    command = [sys.executable, str(ROOT / "tests" / "oidc_provider.py"), str(port)]
    process = subprocess.Popen(command, stderr=subprocess.DEVNULL)  # noqa: ASYNC220 — starting takes no time

    def listens() -> bool:
        with contextlib.suppress(OSError):
            socket.create_connection(("127.0.0.1", port), 1).close()
            return True
        return False

    await until(listens, 30)
    yield Provider(f"http://127.0.0.1:{port}")
    process.kill()
    process.wait(10)


async def there_and_back(
    world: World, provider: Provider, client: httpx2.AsyncClient | None = None
) -> httpx2.Response:
    """Press the button, be signed in there, come back."""
    client = client or world.browser()
    where = (await client.get(START)).headers["location"]
    return await client.get(await provider.authorize(where))


async def test_the_button_leads_through_the_provider_into_the_console(
    make_world: Make, provider: Provider
) -> None:
    async with make_world(**provider.settings()) as world:
        client = world.browser()
        page = (await client.get("/console/login")).text
        assert f'href="{START}">Log in with your company account' in page
        asked = parse_qs(urlsplit((await client.get(START)).headers["location"]).query)
        assert asked["code_challenge_method"] == ["S256"]
        assert {"state", "nonce", "code_challenge"} <= set(asked)
        answer = await there_and_back(world, provider, client)
        assert (answer.status_code, answer.headers["location"]) == (303, "/console")
        assert (await client.get("/console")).status_code == 200
        entry = (await trail_of(world, "staff:sign_in"))[0]
        assert (entry.step_up, entry.result) == ("openid", "ok")


async def test_the_second_factor_is_still_asked_for(make_world: Make, provider: Provider) -> None:
    async with make_world(**provider.settings()) as world:
        secret = await with_second_factor(world, BEN)
        client = world.browser()
        answer = await there_and_back(world, provider, client)
        assert answer.headers["location"] == "/console/login"
        assert (await client.get("/console")).headers["location"] == "/console/login"
        done = await submit(client, "/console/login", code=now_code(world, secret))
        assert done.headers["location"] == "/console"


async def test_strangers_and_unverified_addresses_stay_outside(make_world: Make, provider: Provider) -> None:
    async with make_world(**provider.settings()) as world:
        await provider.be("mallory@example.com")
        answer = await there_and_back(world, provider)
        assert answer.status_code == 401
        assert "nobody on this desk has its email address" in answer.text
        assert (await trail_of(world, "staff:sign_in"))[0].result == "refused"
        await provider.be(BEN, verified="no")
        assert (await there_and_back(world, provider)).status_code == 401


@pytest.mark.parametrize("what", ["key", "time", "issuer", "audience", "nonce"])
async def test_a_token_that_is_not_meant_for_us_lets_nobody_in(
    make_world: Make, provider: Provider, what: str
) -> None:
    async with make_world(**provider.settings()) as world:
        await provider.spoil(what)
        client = world.browser()
        assert (await there_and_back(world, provider, client)).status_code == 401
        assert (await client.get("/console")).status_code == 303


async def test_an_answer_counts_in_the_browser_that_asked_and_once(
    make_world: Make, provider: Provider
) -> None:
    async with make_world(**provider.settings()) as world:
        victim, mallory = world.browser(), world.browser()
        location = await provider.authorize((await mallory.get(START)).headers["location"])
        assert (await victim.get(location)).status_code == 401, "no cookie: a link of somebody else"
        await victim.get(START)
        assert (await victim.get(location)).status_code == 401, "a cookie of another sign-in"
        assert (await mallory.get(location)).status_code == 303
        assert (await mallory.get(location)).status_code == 401, "the code is used up"
        late = world.browser()
        location = await provider.authorize((await late.get(START)).headers["location"])
        world.clock.wind(minutes=11)
        assert (await late.get(location)).status_code == 401


async def test_a_provider_that_is_away_or_says_no_is_a_sentence(make_world: Make, provider: Provider) -> None:
    async with make_world(**provider.settings(oidc_issuer="http://127.0.0.1:9")) as world:
        answer = await world.browser().get(START)
        assert answer.status_code == 401
        assert "did not work" in answer.text
    async with make_world(**provider.settings()) as world:
        client = world.browser()
        state = parse_qs(urlsplit((await client.get(START)).headers["location"]).query)["state"][0]
        answer = await client.get(BACK, params={"error": "access_denied", "state": state})
        assert answer.status_code == 401


async def test_without_the_setting_there_is_no_such_page(world: World) -> None:
    client = world.browser()
    assert (await client.get(START)).status_code == 404
    assert "company account" not in (await client.get("/console/login")).text


def test_half_a_setting_stops_the_start() -> None:
    with pytest.raises(SettingsError, match="OIDC_CLIENT_ID"):
        Settings.from_env(faq_dir=ROOT / "faq", oidc_issuer="https://sso.example.com")
