"""Accounts behind the company's own signed endpoint: the one of the documents runs as a process and answers."""

import asyncio
import base64
import contextlib
import os
import socket
import subprocess
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager
from typing import Any

import httpx2
import pytest

from helpdesk.accounts import not_me
from helpdesk.accounts.directory import DirectoryRefused, FoundAccount
from helpdesk.settings import Settings
from tests.elsewhere import (
    ADA,
    HERE,
    NEW_PASSWORD,
    account,
    ask,
    at_new_password,
    jobs_done,
    set_password,
    submit,
    trail_of,
    try_again,
    until,
)
from tests.integration.test_reset_invitation import invite, link_of, settled
from tests.listening import free_ports
from tests.world import ROOT, SECRET, World, link_in

Make = Callable[..., AbstractAsyncContextManager[World]]
OLD = "Forgotten-Long-Ago!"
SHARED = "whsec_" + base64.b64encode(b"0123456789abcdefghijklmnopqrstuv").decode()


class Endpoint:
    """`docs/account_endpoint.py` on a free port."""

    def __init__(self, secret: str = SHARED) -> None:
        (self.port,) = free_ports(1)
        self.url, self.secret = f"http://127.0.0.1:{self.port}/accounts", secret
        self.process: subprocess.Popen[bytes] | None = None

    async def start(self) -> None:
        """As an operator would."""
        self.process = subprocess.Popen(  # noqa: ASYNC220 — starting takes no time
            [sys.executable, str(ROOT / "docs" / "account_endpoint.py"), str(self.port)],
            env=os.environ | {"ACCOUNT_SECRET": self.secret}, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        await until(self._listens, 20)

    def stop(self) -> None:
        """Away."""
        if self.process is not None:
            self.process.kill()
            self.process.wait(10)
            self.process = None

    def settings(self, **changes: Any) -> dict[str, Any]:
        """The settings of a desk that uses it."""
        return {
            "accounts": "http", "account_endpoint": self.url, "account_endpoint_secret": SHARED,
            "accounts_seconds": 2, "accounts_login_url": "https://www.example.com/login", **changes,
        }  # fmt: skip

    def _listens(self) -> bool:
        with contextlib.suppress(OSError):
            socket.create_connection(("127.0.0.1", self.port), 1).close()
            return True
        return False


@pytest.fixture
async def endpoint() -> AsyncIterator[Endpoint]:
    place = Endpoint()
    await place.start()
    yield place
    place.stop()


async def test_a_new_password_goes_to_the_company(make_world: Make, endpoint: Endpoint) -> None:
    async with make_world(**endpoint.settings()) as world:
        client = await at_new_password(world)
        answer = await set_password(client, OLD)
        assert answer.status_code == 422
        assert "You have used this password before." in answer.text, "the company's own sentence"
        assert (await set_password(client, NEW_PASSWORD)).headers["location"] == "/login?reset=1"
        shown = (await client.get("/login")).text
        assert 'href="https://www.example.com/login"' in shown
        assert world.desk.directory is not None
        with pytest.raises(DirectoryRefused, match="used this password before"):
            await world.desk.directory.start_reset(FoundAccount("42", ADA), NEW_PASSWORD)
        kept = await account(world)
        assert kept is not None
        assert kept.elsewhere == "42"
        await until(lambda: trail_of(world, "directory:sessions_ended"))


async def test_nobody_gets_a_mail_for_an_unknown_address(make_world: Make, endpoint: Endpoint) -> None:
    async with make_world(**endpoint.settings()) as world:
        assert (await ask(world.browser(), "eve@example.com")).status_code == 303
        await jobs_done(world)
        assert await world.mails() == []


async def test_a_company_that_sends_its_own_mails(make_world: Make, endpoint: Endpoint) -> None:
    async with make_world(**endpoint.settings(account_endpoint_reset="mail")) as world:
        pages = []
        for email in (ADA, "eve@example.com"):
            client = world.browser()
            await ask(client, email)
            pages.append((await client.get(HERE)).text)
        assert all("a mail with a link to a new password is on its way" in page for page in pages)
        await until(lambda: trail_of(world, "directory:mail_started"))
        await jobs_done(world)
        assert len(await trail_of(world, "directory:mail_started")) == 1
        assert await world.mails() == [], "the desk sends no code"


async def test_an_invitation_leads_to_the_companys_own_mail(make_world: Make, endpoint: Endpoint) -> None:
    async with make_world(**endpoint.settings(account_endpoint_reset="mail")) as world:
        await invite(world)
        client, path = world.browser(), await link_of(world)
        assert (await submit(client, path)).headers["location"] == HERE

        async def is_mailed() -> bool:
            return await settled(world) == ["mailed"]

        await until(is_mailed)


async def test_not_me_ends_the_sessions_at_the_company_even_if_it_was_away(
    make_world: Make, endpoint: Endpoint
) -> None:
    async with make_world(**endpoint.settings()) as world:
        client = await at_new_password(world)
        await set_password(client, NEW_PASSWORD)
        notice = await world.mail(ADA, "/not-me/")
        await until(lambda: trail_of(world, "directory:sessions_ended"))
        endpoint.stop()
        token = link_in(notice, "/not-me/").rpartition("/")[2]
        await world.desk.store.write(not_me.act, world.desk.keys, token, "")

        async def results() -> list[str]:
            return [entry.result for entry in await trail_of(world, "directory:sessions_ended")]

        await until(lambda: _says(results, "the directory did not answer"))
        await endpoint.start()
        await try_again(world)
        await until(lambda: _says(results, "ok", first=True))


async def test_an_endpoint_that_hangs_is_given_up_in_time(make_world: Make) -> None:
    async def hang(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError):
            await reader.read()
        writer.close()

    server = await asyncio.start_server(hang, "127.0.0.1", 0)
    url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/"
    place = Endpoint()
    async with make_world(**place.settings(account_endpoint=url, accounts_seconds=1)) as world:
        assert (await ask(world.browser())).status_code == 303
        await until(lambda: trail_of(world, "directory:find"))
        assert (await trail_of(world, "directory:find"))[0].result == "the directory did not answer"
    server.close()


async def test_the_endpoint_refuses_whoever_does_not_know_the_secret(
    make_world: Make, endpoint: Endpoint
) -> None:
    other = "whsec_" + base64.b64encode(b"another secret, as long as ours").decode()
    async with make_world(**endpoint.settings(account_endpoint_secret=other)) as world:
        await ask(world.browser())
        await until(lambda: trail_of(world, "directory:find"))
        assert await world.mails() == []
    async with httpx2.AsyncClient() as client:
        answer = await client.post(endpoint.url, json={"type": "account.find", "data": {"address": ADA}})
        assert answer.status_code == 401


def test_the_reference_is_short() -> None:
    assert len((ROOT / "docs" / "account_endpoint.py").read_text().splitlines()) <= 60


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"accounts": "ldap"}, "needs HELPDESK_LDAP_URL"),
        ({"accounts": "http", "account_endpoint": "http://accounts.example.com"}, "must begin with https://"),
        ({"accounts": "http", "account_endpoint": "https://a.example"}, "HELPDESK_ACCOUNT_ENDPOINT_SECRET"),
        ({"account_endpoint_secret": "short"}, "whsec_"),
        ({"keycloak_url": "https://sso.example.com"}, "must name the realm"),
        ({"ldap_url": "http://ldap.example.com"}, "ldaps://"),
        ({"ldap_filter": "(mail=ada)"}, "{address}"),
    ],
)
def test_a_setting_that_cannot_work_stops_the_start(given: dict[str, str], said: str) -> None:
    from helpdesk.settings import SettingsError

    with pytest.raises(SettingsError) as stopped:
        Settings.from_env(faq_dir=ROOT / "faq", secret_key=SECRET, **given)
    assert said in str(stopped.value)


async def _says(results: Callable[[], Any], word: str, *, first: bool = False) -> bool:
    found = await results()
    return bool(found) and (found[0] == word if first else word in found)
