"""`docs/embedding.md`, followed to the letter on sites of another origin: its snippets are run, not retold."""

import json
import re
import shutil
import subprocess
import time
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from playwright.async_api import Browser, expect

from helpdesk.accounts.identity import verify
from helpdesk.clock import Clock
from tests.browser.widget_visit import serving, visit
from tests.world import ROOT, World

MakeWorld = Callable[..., AbstractAsyncContextManager[World]]
DOC = (ROOT / "docs" / "embedding.md").read_text(encoding="utf-8")
DESK = "https://support.example.com"
SECRET = "a-secret-that-the-site-and-the-desk-share"
APP = """
const pages = { "#/": "Shop", "#/cart": "Cart" };
function draw() {
  const body = document.createElement("body");
  body.append(Object.assign(document.createElement("h1"), { textContent: pages[location.hash || "#/"] }));
  document.body.replaceWith(body);
}
addEventListener("hashchange", draw);
draw();
"""


def snippet(after: str, language: str) -> str:
    """The first block of this language below a heading; the desk's address is still the example's."""
    found = re.search(rf"```{language}\n(.*?)```", DOC[DOC.index(after) :], re.S)
    assert found, (after, language)
    return found[1]


@dataclass
class Site:
    """A web server of somebody else; `files` maps a path to its headers and its text."""

    url: str
    files: dict[str, tuple[str, str]] = field(default_factory=dict)

    def page(self, path: str, head: str, body: str = "", more: str = "") -> str:
        """Put a page there; its address."""
        start = f'<!doctype html><html lang="en"><head><title>Shop</title>{head}</head>'
        self.files[path] = (
            f"Content-Type: text/html; charset=utf-8\r\n{more}",
            f"{start}<body><main><h1>Shop</h1>{body}</main></body></html>",
        )
        return self.url + path


@pytest.fixture
async def site() -> AsyncIterator[Site]:
    found = Site("")

    async with serving(lambda path: found.files.get(path, ("Content-Type: text/plain\r\n", ""))) as found.url:
        yield found


async def test_a_plain_page_a_strict_page_and_a_small_app(
    browser: Browser, make_world: MakeWorld, site: Site
) -> None:
    async with make_world(site_origins=(site.url,)) as world:
        tag = snippet("# Embedding the widget", "html").replace(DESK, world.url)
        links = snippet("A link of your own", "html").replace(DESK, world.url)
        policy = " ".join(snippet("## A strict page", "").replace(DESK, world.url).split())
        strict = f"default-src 'none'; base-uri 'none'; {policy} require-trusted-types-for 'script'; trusted-types 'none'"
        own = strict.replace("script-src", "script-src 'self'")
        site.files["/app.js"] = ("Content-Type: text/javascript\r\n", APP)
        addresses = [
            site.page("/plain", tag, links),
            site.page("/strict", tag, more=f"Content-Security-Policy: {strict}\r\n"),
            site.page(
                "/app",
                tag + '<script src="/app.js" defer></script>',
                more=f"Content-Security-Policy: {own}\r\n",
            ),
        ]
        for address in addresses:
            seen = await visit(browser, address)
            await seen.open()
            await seen.say("hello from the shop")
            await expect(seen.lines("You: hello from the shop")).to_contain_text("Sent")
            await expect(seen.lines("Assistant:")).to_have_count(1)
            if address.endswith("/app"):
                await seen.page.evaluate("location.hash = '#/cart'")
                await expect(seen.page.get_by_role("heading", name="Cart")).to_be_visible()
                await expect(seen.lines("You: hello from the shop")).to_have_count(1)
                await seen.page.evaluate("Helpdesk.logout()")
                await expect(seen.dialog).to_be_hidden()
                assert await seen.frame.evaluate("localStorage.length") == 0
            else:
                await seen.box.press("Escape")
                await expect(seen.dialog).to_be_hidden()
            if address.endswith("/plain"):
                await seen.page.get_by_role("link", name="Submit a Ticket").click()
                await expect(seen.panel.get_by_role("form", name="Submit a Ticket")).to_be_visible()
            assert seen.faults == [], address
            await seen.page.context.close()


async def test_the_calls_of_the_page_do_what_it_says(
    browser: Browser, make_world: MakeWorld, site: Site
) -> None:
    async with make_world(site_origins=(site.url,)) as world:
        tag = snippet("# Embedding the widget", "html").replace(DESK, world.url)
        early = snippet("queue calls", "js")
        seen = await visit(browser, site.page("/early", f"<script>{early}</script>{tag}"))
        await expect(seen.panel.get_by_role("form", name="Submit a Ticket")).to_be_visible()
        calls = snippet("## Calls", "js").replace("{ … }", "{ window.told = count; }")
        await seen.page.evaluate(f"() => {{ const token = ''; {calls} }}")
        await expect(seen.dialog).to_be_hidden()
        await expect(seen.panel.locator(":root")).to_have_attribute("data-scheme", "dark")
        assert await seen.page.evaluate("[Helpdesk.isOpen, Helpdesk.unread]") == [False, 0]
        assert seen.faults == []
        await seen.page.context.close()


def _by_python(user: dict[str, Any], desk: str, _: Path) -> str:
    names: dict[str, Any] = {}
    exec(snippet("<summary>Python", "python"), names)
    made: str = names["support_token"](SimpleNamespace(**user), SECRET, desk)
    return made


def _by_node(user: dict[str, Any], desk: str, folder: Path) -> str:
    code = snippet("<summary>Node.js", "js")
    call = (
        f"process.stdout.write(supportToken({json.dumps(user)}, {json.dumps(SECRET)}, {json.dumps(desk)}));"
    )
    (folder / "token.mjs").write_text(f"{code}\n{call}\n", encoding="utf-8")
    return _run("node", folder / "token.mjs")


def _by_php(user: dict[str, Any], desk: str, folder: Path) -> str:
    code = snippet("<summary>PHP", "php")
    person = f"(object) json_decode({json.dumps(json.dumps(user))})"
    call = f"echo support_token({person}, {json.dumps(SECRET)}, {json.dumps(desk)});"
    (folder / "token.php").write_text(f"<?php\n{code}\n{call}\n", encoding="utf-8")
    return _run("php", folder / "token.php")


def _run(program: str, file: Path) -> str:
    if shutil.which(program) is None:
        pytest.skip(f"no {program} here")
    return subprocess.run([program, file], capture_output=True, text=True, check=True, timeout=20).stdout


@pytest.mark.parametrize("make", [_by_python, _by_node, _by_php])
def test_the_token_of_each_language_is_believed(make: Callable[..., str], tmp_path: Path) -> None:
    user = {"id": 7, "email": "grace@example.com", "name": "Grace Hopper-Ünlü"}
    known = verify(make(user, DESK, tmp_path), SECRET, Clock(), DESK)
    assert known is not None
    assert (known.subject, known.email, known.name) == ("7", user["email"], user["name"])
    assert 0 < known.ends_at.timestamp() - time.time() <= 600
    assert verify(make(user, "https://other.example", tmp_path), SECRET, Clock(), DESK) is None
