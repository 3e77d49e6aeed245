"""How fast the console is in a browser: `python -m tests.browser.measure_console [CONVERSATIONS]`.

No test: it prints medians and the worst of ten. A frame of the socket until it stands in the page, a key until the next
conversation is painted; and the first screen on a processor that is slowed down four times, with nothing in the browser's
cache: from going there until the largest part is painted, and until the page is live.
"""

import asyncio
import contextlib
import json
import os
import statistics
import sys
import tempfile
import uuid
from pathlib import Path
from typing import Any

import pyotp
from playwright.async_api import Page, async_playwright
from websockets.asyncio.client import connect

from helpdesk.demo.people import PEOPLE, second_factor
from helpdesk.keys import Keys
from helpdesk.settings import Settings
from tests.benchmarks.server_process import started

ROUNDS = 10
SECRET = "measuring-only-0123456789-abcdef"
BEN = next(person for person in PEOPLE if person.email.startswith("ben"))
WATCH = """
const Plain = WebSocket;
window.frames_at = {};
window.shown_at = {};
window.WebSocket = class extends Plain {
  constructor(...all) {
    super(...all);
    super.addEventListener("message", (event) => {
      const frame = JSON.parse(event.data);
      const mark = /mark-\\d+-/.exec(frame.text || frame.row?.last_text || "");
      if (mark) window.frames_at[`${frame.type} ${mark[0]}`] ??= performance.timeOrigin + performance.now();
    });
  }
};
document.addEventListener("DOMContentLoaded", () => new MutationObserver(() => {
  const now = performance.timeOrigin + performance.now();
  for (const [kind, place] of [["message", "#log"], ["inbox", "#rows"]]) {
    for (const mark of document.querySelector(place)?.textContent.match(/mark-\\d+-/g) || []) window.shown_at[`${kind} ${mark}`] ??= now;
  }
}).observe(document.body, { childList: true, subtree: true, characterData: true }));
"""
SLOWED = 4
LIVE = """
document.addEventListener("DOMContentLoaded", () => new MutationObserver((_, watcher) => {
  if (document.querySelector("#live")?.textContent !== "Live") return;
  window.live_at = performance.now();
  watcher.disconnect();
}).observe(document.body, { childList: true, subtree: true, characterData: true }));
"""
PAINTED = """() => new Promise((resolve) => new PerformanceObserver(
  (list) => resolve(list.getEntries().at(-1).startTime)).observe({ type: "largest-contentful-paint", buffered: true }))"""
NEXT = """(act) => new Promise((resolve) => {
  const before = document.querySelector("main").dataset.conversation;
  const begun = performance.now();
  const look = () => {
    const now = document.querySelector("main").dataset.conversation;
    if (now && now !== before) requestAnimationFrame(() => setTimeout(() => resolve(performance.now() - begun)));
    else setTimeout(look, 1);
  };
  if (act === "key") document.body.dispatchEvent(new KeyboardEvent("keydown", { key: "ArrowDown", altKey: true, bubbles: true }));
  else [...document.querySelectorAll("li.row a")].at(act).click();
  look();
})"""


class Visitor:
    """Somebody in line."""

    def __init__(self, socket: Any) -> None:
        self.socket = socket

    async def wait(self, kind: str, **wanted: object) -> dict[str, Any]:
        """The next frame like this."""
        while True:
            frame: dict[str, Any] = json.loads(await self.socket.recv())
            if frame["type"] == kind and all(frame.get(key) == value for key, value in wanted.items()):
                return frame

    async def say(self, text: str) -> None:
        """Say it and wait until it is kept."""
        ident = str(uuid.uuid4())
        await self.socket.send(json.dumps({"type": "say", "client_id": ident, "text": text}))
        await self.wait("message", client_id=ident)


async def in_line(url: str, text: str) -> tuple[Visitor, str]:
    """(a visitor in the queue, the conversation)."""
    visitor = Visitor(await connect(url.replace("http", "ws") + "/ws/visitor", origin=url))  # type: ignore[arg-type]
    hello = {"type": "hello", "token": None, "after": 0, "identity": None, "locale": "en"}
    await visitor.socket.send(json.dumps(hello))
    ident = (await visitor.wait("welcome"))["conversation"]
    await visitor.say(text)
    handover = {"client_id": str(uuid.uuid4()), "to": "agent", "email": None, "subject": None, "text": None}
    await visitor.socket.send(json.dumps({"type": "handover", **handover}))
    await visitor.wait("state", handled_by="queue")
    return visitor, ident


async def of_frames(page: Page, kind: str) -> list[float]:
    """Milliseconds from each frame to its words in the page."""
    await page.wait_for_timeout(1500)
    times = await page.evaluate("[window.frames_at, window.shown_at]")
    return [
        times[1][mark] - at for mark, at in times[0].items() if mark.startswith(kind) and mark in times[1]
    ]


def said(what: str, times: list[float]) -> None:
    """One line of the result."""
    print(
        f"{what:58} median {statistics.median(times):6.1f} ms   worst {max(times):6.1f} ms   of {len(times)}"
    )


async def first_screen(page: Page, address: str) -> tuple[list[float], list[float]]:
    """Milliseconds until the first screen is painted and until it is live, each time as if never seen before."""
    session = await page.context.new_cdp_session(page)
    await session.send("Network.setCacheDisabled", {"cacheDisabled": True})
    await session.send("Emulation.setCPUThrottlingRate", {"rate": SLOWED})
    painted, live = [], []
    for _ in range(ROUNDS):
        await page.goto(address)
        await page.get_by_text("Live", exact=True).wait_for()
        painted.append(await page.evaluate(PAINTED))
        live.append(await page.evaluate("window.live_at"))
    await session.detach()
    return painted, live


async def measure(url: str, count: int) -> None:
    """Everything, one after the other."""
    people = [await in_line(url, f"trouble number {n}") for n in range(count)]
    async with async_playwright() as driver:
        path = os.environ.get("HELPDESK_TEST_CHROMIUM") or "/usr/bin/chromium"
        browser = await driver.chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-gpu"])
        page = await (await browser.new_context(viewport={"width": 1440, "height": 900})).new_page()
        await page.add_init_script(WATCH)
        await page.goto(f"{url}/console")
        await page.get_by_label("Email", exact=True).fill(BEN.email)
        await page.get_by_label("Password", exact=True).fill(BEN.password)
        await page.get_by_role("button", name="Log In").click()
        code = pyotp.TOTP(second_factor(Keys(Settings(secret_key=SECRET).secret), BEN)).now()
        await page.get_by_label("One-time code").fill(code)
        await page.get_by_role("button", name="Verify").click()
        await page.get_by_text("Live", exact=True).wait_for()
        for number in range(ROUNDS):
            people.append(await in_line(url, f"mark-{number}- is new"))
            await page.wait_for_timeout(120)
        said("a new conversation: frame → row of the list", await of_frames(page, "inbox"))
        await page.goto(f"{url}/console/c/{people[0][1]}")
        await page.get_by_text("Live", exact=True).wait_for()
        await page.wait_for_timeout(500)
        for number in range(ROUNDS):
            await people[0][0].say(f"mark-{number}- for the open one")
            await page.wait_for_timeout(120)
        said("a message: frame → open conversation", await of_frames(page, "message"))
        times = []
        for _ in range(ROUNDS):
            await page.wait_for_timeout(700)
            times.append(await page.evaluate(NEXT, "key"))
        said("the next conversation: key → painted", times)
        times = []
        for number in range(ROUNDS):
            await page.wait_for_timeout(700)
            times.append(await page.evaluate(NEXT, -1 - 3 * number))
        said("any other conversation, not fetched ahead", times)
        slow = await page.context.new_page()
        await slow.add_init_script(LIVE)
        for what, address in (
            ("the list", f"{url}/console"),
            ("a conversation", f"{url}/console/c/{people[0][1]}"),
        ):
            painted, live = await first_screen(slow, address)
            said(f"first screen at {SLOWED}x, {what}: painted", painted)
            said(f"first screen at {SLOWED}x, {what}: live", live)
        await browser.close()
    for visitor, _ in people:
        with contextlib.suppress(Exception):
            await visitor.socket.close()


async def main() -> None:
    """A demo of its own, and the measurements."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 30
    with tempfile.TemporaryDirectory() as name:
        environment = {
            **os.environ,
            "HELPDESK_DATA_DIR": name,
            "HELPDESK_LIMITS": "off",
            "HELPDESK_SECRET_KEY": SECRET,
        }
        async with started(
            "helpdesk", "demo", "--port", "0", folder=Path(name), environment=environment
        ) as run:
            await measure(run.url, count)


if __name__ == "__main__":
    asyncio.run(main())
