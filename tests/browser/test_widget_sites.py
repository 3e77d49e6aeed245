"""A site of another origin, who it vouches for, and what an answer of the server does to a message."""

import json
import re
import time
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import jwt
import pytest
from playwright.async_api import Browser, WebSocketRoute, expect

from helpdesk.accounts.identity import verify
from tests.browser.widget_visit import Visit, serving, visit
from tests.programs import program
from tests.world import ROOT, World

SECRET = "a-secret-that-the-site-and-the-desk-share"
MakeWorld = Callable[..., AbstractAsyncContextManager[World]]


@dataclass
class Site:
    """Where it is, and the desk it embeds."""

    url: str = ""
    desk_url: str = ""


@pytest.fixture
async def site() -> AsyncIterator[Site]:
    """A site with one page, which embeds the desk of `site.desk_url`."""
    found = Site()

    def page(_path: str) -> tuple[str, str]:
        script = f'<script async src="{found.desk_url}/widget.js"></script>'
        return "Content-Type: text/html\r\n", f"<!doctype html><title>Shop</title><h1>Shop</h1>{script}"

    async with serving(page) as found.url:
        yield found


async def _visit(browser: Browser, site: Site, world: World) -> Visit:
    site.desk_url = world.url
    return await visit(browser, f"{site.url}/")


async def test_a_site_of_another_origin_embeds_it(
    browser: Browser, make_world: MakeWorld, site: Site
) -> None:
    async with make_world(site_origins=(site.url,)) as world:
        seen = await _visit(browser, site, world)
        await seen.open()
        await seen.say("hello from the shop")
        await expect(seen.lines("You: hello from the shop")).to_contain_text("Sent")
        await seen.box.press("Escape")
        await expect(seen.dialog).to_be_hidden()
        assert await seen.page.evaluate("localStorage.length + document.cookie.length") == 0
        await seen.page.context.close()


async def test_a_site_whose_frames_are_denied_their_storage_and_locks_chats_from_memory(
    browser: Browser, make_world: MakeWorld, site: Site
) -> None:
    """As another host, and so another site than the desk's: what Chromium calls a third party."""
    site.url = site.url.replace("127.0.0.1", "localhost")
    async with make_world(site_origins=(site.url,)) as world:
        seen = await _visit(browser, site, world)
        await seen.open()
        await seen.say("i forgt my pasword")
        await expect(seen.lines("You: i forgt my pasword")).to_contain_text("Sent")
        await expect(seen.panel.get_by_role("group", name="Did this answer your question?")).to_be_visible()
        await seen.page.context.close()


async def test_a_site_that_is_not_ours_gets_the_button_and_no_frame(
    browser: Browser, desk: World, site: Site
) -> None:
    seen = await _visit(browser, site, desk)
    await seen.launcher.click()
    await expect(seen.dialog.get_by_text("cannot be reached")).to_be_visible(timeout=8000)
    await seen.page.context.close()


def _example() -> Callable[..., str]:
    """The one of `docs/embedding.md`."""
    text = (ROOT / "docs" / "embedding.md").read_text(encoding="utf-8")
    code = re.search(r"```python\n(.*?)```", text, re.S)
    assert code
    names: dict[str, Any] = {}
    exec(code[1], names)
    made: Callable[..., str] = names["support_token"]
    return made


async def test_the_documented_token_is_believed_and_starts_a_chat_of_its_own(
    browser: Browser, make_world: MakeWorld, site: Site
) -> None:
    async with make_world(identity_secret=SECRET, site_origins=(site.url,)) as world:
        grace = SimpleNamespace(id=7, email="grace@example.com", name="Grace")
        token = _example()(grace, SECRET, world.url)
        ahead = world.clock.now().timestamp() - time.time()
        if abs(ahead) > 30:
            pytest.skip("the desk's clock is not the site's")
        assert verify(token, SECRET, world.clock, world.url)
        seen = await _visit(browser, site, world)
        await seen.open()
        await seen.say("before I logged in")
        await expect(seen.lines("You: before I logged in")).to_contain_text("Sent")
        await seen.page.evaluate("token => Helpdesk.identify({ token })", token)
        await expect(seen.lines("You:")).to_have_count(0)
        await seen.say("now I am Grace")
        await expect(seen.lines("You: now I am Grace")).to_contain_text("Sent")
        async with await program(world) as api:
            listed = (await api.get("/conversations")).json()["items"]
        assert "jwt" in json.dumps(listed)
        await seen.page.context.close()


async def test_a_token_that_has_ended_is_asked_for_anew_and_nobody_becomes_a_stranger_in_silence(
    browser: Browser, make_world: MakeWorld, site: Site, tmp_path: Path
) -> None:
    async with make_world(identity_secret=SECRET, site_origins=(site.url,)) as world:
        now = int(time.time())
        claims = {"sub": "7", "email": "grace@example.com", "name": "Grace", "aud": world.url}
        old = jwt.encode({**claims, "iat": now - 600, "exp": now - 60}, SECRET, algorithm="HS256")
        fresh = _example()(SimpleNamespace(id=7, email="grace@example.com", name="Grace"), SECRET, world.url)
        seen = await _visit(browser, site, world)
        await seen.page.evaluate(
            """([old, token]) => {
              Helpdesk.on("identity", () => Helpdesk.identify({ token }));
              Helpdesk.identify({ token: old });
            }""",
            [old, fresh],
        )
        await seen.open()
        await seen.say("I am still Grace")
        await expect(seen.lines("You: I am still Grace")).to_contain_text("Sent")
        report = tmp_path / "report.txt"
        report.write_text("what I saw")
        await seen.panel.locator("footer input[type=file]").set_input_files(report)
        await expect(seen.button("Remove report.txt")).to_be_visible()
        await expect(seen.panel.get_by_role("progressbar")).to_have_count(0)
        await seen.say("with a file")
        await expect(seen.lines("You: with a file").get_by_role("link")).to_be_visible()
        async with await program(world) as api:
            listed = (await api.get("/conversations")).json()["items"]
        assert [one["identity"] for one in listed] == ["jwt"]
        other = await _visit(browser, site, world)
        await other.page.evaluate("token => Helpdesk.identify({ token })", old)
        await other.open()
        await expect(other.panel.get_by_text("Your login could not be verified")).to_be_visible(
            timeout=12_000
        )
        await seen.page.context.close()
        await other.page.context.close()


async def test_a_message_that_is_refused_can_be_tried_again_or_deleted(browser: Browser, desk: World) -> None:
    context = await browser.new_context()
    refusals = 1

    def between(route: WebSocketRoute) -> None:
        server = route.connect_to_server()

        def from_panel(text: str | bytes) -> None:
            nonlocal refusals
            frame = json.loads(text)
            if frame["type"] == "say" and refusals:
                refusals -= 1
                error = {
                    "type": "error",
                    "code": "invalid",
                    "detail": "text: Not like this.",
                    "retry_after_ms": None,
                }
                route.send(json.dumps({**error, "client_id": frame["client_id"]}))
            else:
                server.send(text)

        route.on_message(from_panel)

    await context.route_web_socket(re.compile("/ws/visitor"), between)
    seen = await visit(context, desk.url)
    await seen.open()
    await seen.say("first")
    await expect(seen.lines("You: first")).to_contain_text("Not sent. Not like this.")
    await seen.button("Try again").click()
    await expect(seen.lines("You: first")).to_contain_text("Sent")
    refusals = 1
    await seen.say("second")
    await seen.button("Delete message").click()
    await expect(seen.lines("You: second")).to_have_count(0)
    await context.close()
