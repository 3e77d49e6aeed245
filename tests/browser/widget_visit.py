"""A visitor at the green button: where everything of it is found, and pages of sites that embed it."""

import asyncio
import contextlib
import re
from collections.abc import AsyncIterator, Callable
from typing import Any

from playwright.async_api import Browser, BrowserContext, Frame, Locator, Page, Route, expect

from tests.browser.axe import violations
from tests.programs import new_id, program
from tests.world import World

TITLE = 'iframe[title="Customer Support"]'


class Visit:
    """One tab of a visitor."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.faults: list[str] = []
        page.on("console", lambda line: self.faults.append(line.text) if line.type == "error" else None)
        page.on("pageerror", lambda error: self.faults.append(str(error)))
        self.panel = page.frame_locator(TITLE)
        self.launcher = page.get_by_role("button", name=re.compile("^(Open|Close) Customer Support chat"))
        self.dialog = page.get_by_role("dialog", name="Customer Support")
        self.box = self.panel.get_by_role("textbox", name="Message")
        self.log = self.panel.get_by_role("log", name="Conversation")

    async def open(self) -> None:
        """Press the button; the panel is there and has the focus."""
        await self.page.get_by_role("button", name="Open Customer Support chat").click()
        await expect(self.box).to_be_focused()

    async def prebuilt(self) -> None:
        """The hidden panel is complete."""
        await expect(self.page.locator(TITLE)).to_be_attached()
        await self.panel.locator("textarea").wait_for(state="attached")

    async def say(self, text: str) -> None:
        await self.box.fill(text)
        await self.box.press("Enter")

    def button(self, name: str) -> Locator:
        return self.panel.get_by_role("button", name=name, exact=True)

    def lines(self, start: str) -> Locator:
        """The messages of the log that begin so."""
        return self.log.locator(":scope > div").filter(has_text=re.compile("^" + re.escape(start)))

    @property
    def frame(self) -> Frame:
        return next(frame for frame in self.page.frames if "/widget/frame" in frame.url)

    async def violations(self) -> list[str]:
        """What axe finds on the page and in the panel."""
        places = (self.page, self.frame)
        return [fault for place in places for fault in await violations(place, iframes=False)]


async def visit(browser: Browser | BrowserContext, url: str, **options: Any) -> Visit:
    """A new tab at `url`; given a browser, as a new visitor."""
    context = browser if isinstance(browser, BrowserContext) else await browser.new_context(**options)
    page = await context.new_page()
    found = Visit(page)
    await page.goto(url)
    await expect(found.launcher).to_be_visible()
    return found


async def talking(browser: Browser | BrowserContext, url: str) -> Visit:
    """A new visitor who has opened the chat and been greeted."""
    seen = await visit(browser, url)
    await seen.open()
    await seen.say("hello")
    await expect(seen.lines("Assistant:")).to_have_count(1)
    return seen


@contextlib.asynccontextmanager
async def serving(answer: Callable[[str], tuple[str, str]]) -> AsyncIterator[str]:
    """A site that gives `answer(path)`, (head lines, body), at the address that is yielded."""

    async def respond(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head, text = answer((await reader.readuntil(b"\r\n\r\n")).decode().split(" ")[1])
        body = text.encode()
        length = f"Content-Length: {len(body)}\r\nConnection: close\r\n\r\n"
        writer.write(f"HTTP/1.1 200 OK\r\n{head}{length}".encode() + body)
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(respond, "127.0.0.1", 0)
    yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    server.close()


async def host_page(
    browser: Browser, world: World, head: str = "", body: str = "", *, policy: str = "", script: str = "",
    html: str = "",
    **options: Any,
) -> Visit:  # fmt: skip
    """A page of a site with this head, body and Content-Security-Policy, and the one script tag."""
    context = await browser.new_context(**options)
    page = await context.new_page()
    headers = {"Content-Type": "text/html", **({"Content-Security-Policy": policy} if policy else {})}
    tag = f'<script async src="{world.url}/widget.js" {script}></script>'
    start = f'<!doctype html><html lang="en" {html}><head><title>Shop</title>{head}</head>'
    text = f"{start}<body>{body}{tag}</body></html>"

    async def answer(route: Route) -> None:
        await route.fulfill(body=text, headers=headers)

    await page.route(f"{world.url}/shop", answer)
    found = Visit(page)
    await page.goto(f"{world.url}/shop")
    return found


class Agent:
    """Ben, by the API."""

    def __init__(self, api: Any, conversation: str) -> None:
        self.api, self.conversation = api, conversation

    async def say(self, text: str) -> None:
        sent = await self.api.post(
            f"/conversations/{self.conversation}/messages", json={"client_id": new_id(), "text": text}
        )
        assert sent.status_code == 201, sent.text

    async def resolve(self) -> None:
        assert (await self.api.post(f"/conversations/{self.conversation}/resolve")).status_code == 200


@contextlib.asynccontextmanager
async def claimed(world: World, seen: Visit) -> AsyncIterator[Agent]:
    """The visitor asks for a person, and Ben comes."""
    await seen.button("Talk to a person").click()
    await expect(seen.log).to_contain_text("You asked for a person.")
    async with await program(world) as api:
        listed = (await api.get("/conversations", params={"handled_by": "queue"})).json()["items"]
        agent = Agent(api, listed[0]["id"])
        assert (await api.post(f"/conversations/{agent.conversation}/claim")).status_code == 200
        await expect(seen.panel.get_by_text("You are talking with Ben")).to_be_visible()
        yield agent
