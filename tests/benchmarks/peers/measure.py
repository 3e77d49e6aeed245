"""Our widget beside others: bytes, requests, storage, long tasks, and how soon the panel is there.

    python -m tests.benchmarks.peers.measure [--runs 5]

Processor four times slower; the second set of times with 1.6 Mbit/s and 150 ms besides. Medians. What a peer's own
server would send is not counted, and nothing but the loopback can be reached. Read differences to the bare page of the
same run: single times drift with the machine.
"""

import argparse
import asyncio
import gzip
import os
import statistics
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.async_api import Browser, BrowserContext, Page, Response, async_playwright

from helpdesk.server import bind
from tests.benchmarks.peers.fetch import PEERS, fetched
from tests.benchmarks.peers.pages import host_pages
from tests.world import start_world

CPU = 4
SLOW_4G = {"offline": False, "latency": 150, "downloadThroughput": 200_000, "uploadThroughput": 93_750}
OURS = (
    'document.querySelector("support-chat")?.shadowRoot?.querySelector("button")',
    'document.querySelector("support-chat")?.shadowRoot?.querySelector("[role=dialog]:has(iframe:not([hidden]))")',
)
WATCH = """(() => {
  window.tasks = [];
  new PerformanceObserver((list) => tasks.push(...list.getEntries().map(({ startTime, duration }) => [startTime, duration])))
    .observe({ type: "longtask", buffered: true });
  window.isShown = (node) => {
    if (!node?.checkVisibility({ opacityProperty: true, visibilityProperty: true })) return false;
    const box = node.getBoundingClientRect();
    return box.width > 20 && box.height > 20 && Number(getComputedStyle(node).opacity) > 0.5;
  };
  const look = () => {
    if (!window.button) return;
    const node = window.button();
    if (isShown(node)) window.shownAt = performance.now();
    else requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
})()"""
CLICK = """() => new Promise((done) => {
  const start = performance.now();
  window.button().click();
  const look = () => (isShown(window.panel()) ? done(performance.now() - start) : requestAnimationFrame(look));
  requestAnimationFrame(look);
  setTimeout(() => done(NaN), 15000);
})"""


@dataclass
class Seen:
    """One widget over all runs; times in ms."""

    requests: int = 0
    raw: int = 0
    packed: int = 0
    others: set[str] = field(default_factory=set)
    stored: int = 0
    longest: list[float] = field(default_factory=list)
    blocking: list[float] = field(default_factory=list)
    click: list[float] = field(default_factory=list)
    usable: list[float] = field(default_factory=list)
    usable_slow: list[float] = field(default_factory=list)


async def _context(browser: Browser, places: tuple[str, str] | None) -> BrowserContext:
    context = await browser.new_context()
    if places:
        button, panel = places
        await context.add_init_script(f"window.button = () => {button}; window.panel = () => {panel};")
    await context.add_init_script(WATCH)
    return context


async def _settled(page: Page, has_button: bool) -> dict[str, Any]:
    """Until the button is there and the page has been quiet for a second and a half."""
    if has_button:
        await page.wait_for_function("window.shownAt > 0", timeout=60_000)
    await page.wait_for_function(
        "performance.now() - Math.max(window.shownAt ?? 0, performance.timing.loadEventEnd - performance.timing.navigationStart,"
        " ...tasks.map(([at, took]) => at + took)) > 1500",
        timeout=60_000,
    )
    facts: dict[str, Any] = await page.evaluate(
        "({ tasks, shownAt: window.shownAt ?? 0, loadAt: performance.getEntriesByType('navigation')[0].loadEventEnd })"
    )
    return facts


async def _weigh(seen: Seen, responses: list[Response], page: Page, host: str) -> None:
    bodies = [
        (answer, await answer.body())
        for answer in responses
        if "/page/" not in answer.url and answer.url.startswith("http") and "/stub" not in answer.url
    ]
    texts = [
        body
        for answer, body in bodies
        if answer.request.resource_type in ("script", "stylesheet", "document")
    ]
    seen.requests = len(bodies)
    seen.raw, seen.packed = sum(map(len, texts)), sum(len(gzip.compress(body, 9)) for body in texts)
    counts = [await frame.evaluate("localStorage.length + sessionStorage.length") for frame in page.frames]
    seen.stored = sum(counts) + len(await page.context.cookies())


async def _run(browser: Browser, seen: Seen, url: str, places: tuple[str, str] | None, slow: bool) -> None:
    context = await _context(browser, places)
    page = await context.new_page()
    responses: list[Response] = []
    page.on("response", lambda answer: responses.append(answer))
    page.on("request", lambda request: _note_host(seen, request.url))
    session = await context.new_cdp_session(page)
    await session.send("Emulation.setCPUThrottlingRate", {"rate": CPU})
    if slow:
        await session.send("Network.enable")
        await session.send("Network.emulateNetworkConditions", SLOW_4G)
    await page.goto(url)
    facts = await _settled(page, places is not None)
    ends = [at + took for at, took in facts["tasks"]]
    usable = max([facts["shownAt"], facts["loadAt"], *ends])
    if slow:
        seen.usable_slow.append(usable)
    else:
        seen.usable.append(usable)
        seen.longest.append(max([took for _, took in facts["tasks"]], default=0))
        seen.blocking.append(sum(took - 50 for _, took in facts["tasks"]))
        await _weigh(seen, responses, page, url)
        if places:
            seen.click.append(await page.evaluate(CLICK))
    await context.close()


def _note_host(seen: Seen, url: str) -> None:
    if url.startswith("http") and "//127.0.0.1" not in url:
        seen.others.add(url.split("/")[2])


def _row(name: str, seen: Seen, bare: Seen) -> str:
    middle = statistics.median
    if seen is bare:
        return f"| (bare page) | – | – | – | – | – | {middle(bare.longest):.0f} | {middle(bare.blocking):.0f} | – | {middle(bare.usable):.0f} | {middle(bare.usable_slow):.0f} |"
    more = [max(0.0, middle(mine) - middle(its)) for mine, its in (
        (seen.blocking, bare.blocking), (seen.usable, bare.usable), (seen.usable_slow, bare.usable_slow)
    )]  # fmt: skip
    cells = [
        name, f"{seen.requests}", f"{seen.raw / 1024:.1f}", f"{seen.packed / 1024:.1f}", f"{seen.stored}",
        ", ".join(sorted(seen.others)) or "none", f"{middle(seen.longest):.0f}", f"+{more[0]:.0f}",
        f"{middle(seen.click):.0f}",
        f"+{more[1]:.0f}", f"+{more[2]:.0f}",
    ]  # fmt: skip
    return "| " + " | ".join(cells) + " |"


async def measure(runs: int) -> None:
    """Print the table."""
    keys = {peer.name: f"p{at}" for at, peer in enumerate(PEERS)}
    folders: Mapping[str, Path] = {keys[peer.name]: fetched(peer) for peer in PEERS}
    heads = {keys[peer.name]: peer.head.format(base=f"/peer/{keys[peer.name]}") for peer in PEERS} | {
        "bare": ""
    }
    with tempfile.TemporaryDirectory() as folder, bind("127.0.0.1", 0) as listener:
        origin = f"http://127.0.0.1:{listener.getsockname()[1]}"
        async with start_world(Path(folder), site_origins=(origin,)) as world:
            heads["ours"] = f'<script async src="{world.url}/widget.js"></script>'
            async with host_pages(heads, folders, listener):
                await _all(runs, origin, keys)


async def _all(runs: int, host: str, keys: Mapping[str, str]) -> None:
    places: dict[str, tuple[str, str] | None] = {"bare": None, "ours": OURS}
    places |= {keys[peer.name]: (peer.button, peer.panel) for peer in PEERS}
    seen = {key: Seen() for key in places}
    args = ["--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1", "--disable-gpu"]
    if os.getuid() == 0:
        args.append("--no-sandbox")
    path = os.environ.get("HELPDESK_TEST_CHROMIUM") or "/usr/bin/chromium"
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=path, args=args)
        for _ in range(runs):
            for key, where in places.items():
                for slow in (False, True):
                    await _run(browser, seen[key], f"{host}/page/{key}", where, slow)
        await browser.close()
    print(
        "| widget | requests | raw KB | gzip KB | stored | other hosts | longest task | blocking | click → panel | usable | usable, slow 4G |"
    )
    print("|---|--:|--:|--:|--:|---|--:|--:|--:|--:|--:|")
    names = {"bare": "(bare page)", "ours": "**ours**"} | {key: name for name, key in keys.items()}
    for key, name in names.items():
        print(_row(name, seen[key], seen["bare"]))


def main() -> None:
    """`--runs N`."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=5)
    asyncio.run(measure(parser.parse_args().runs))


if __name__ == "__main__":
    main()
