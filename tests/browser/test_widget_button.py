"""The green button: always there, light, silent before a click, whatever the page does to it."""

import asyncio
import gzip
import re

import pytest
from playwright.async_api import Browser, CDPSession, Page, Route, expect

from tests.browser.keyboard import shot
from tests.browser.widget_visit import Visit, host_page, visit
from tests.world import World, until

NASTY = (
    "*,*::before,*::after{all:unset}html{font-size:40px}body{transform:translateZ(0);overflow:hidden}"
    "div,button,iframe,textarea,svg,section,span,[class*=chat],[id*=chat],[class*=widget],support-chat"
    "{display:none!important;opacity:0!important;pointer-events:none!important;visibility:hidden!important}"
)
SLOWER, MOMENT_MS = 4, 60.0
STRICT = "default-src 'none'; script-src 'self'; style-src 'self'; frame-src 'self'; base-uri 'none'"


async def test_what_a_page_loads_before_a_click_is_small(desk: World) -> None:
    sizes: dict[str, int] = {}
    async with desk.browser(headers={"Accept-Encoding": "gzip"}) as client:
        for path in ("/widget.js", "/widget/frame"):
            sizes[path] = await _weight(client, path)
        frame = (await client.get("/widget/frame")).text
        panel = re.search(r'src="(/widget/panel-\w+\.js)"', frame)
        extras = re.search(r'data-extras="(/widget/extras-\w+\.js)"', frame)
        assert panel
        assert extras
        sizes["panel"] = await _weight(client, panel[1])
        sizes["extras"] = await _weight(client, extras[1])
        kept = (await client.get(panel[1])).headers["cache-control"]
        for language in ("de", "es", "ar"):
            client.headers["Accept-Language"] = language
            sizes[language] = await _weight(client, "/widget.js")
    assert kept == "public, max-age=31536000, immutable"
    assert max(sizes[name] for name in ("/widget.js", "de", "es", "ar")) <= 4096, sizes
    assert sizes["/widget/frame"] + sizes["panel"] <= 14 * 1024, sizes
    assert sizes["extras"] <= 6.5 * 1024, sizes


async def _weight(client: object, path: str) -> int:
    async with client.stream("GET", path) as answer:  # type: ignore[attr-defined]
        packed = b"".join([part async for part in answer.aiter_raw()])
    assert answer.headers["content-encoding"] == "gzip"
    assert gzip.decompress(packed)
    return len(packed)


async def test_nothing_is_stored_and_no_socket_opened_before_the_first_open(
    browser: Browser, desk: World
) -> None:
    context = await browser.new_context()
    page = await context.new_page()
    asked: list[str] = []
    sockets: list[str] = []
    page.on("request", lambda request: asked.append(request.url.removeprefix(desk.url)))
    page.on("websocket", lambda socket: sockets.append(socket.url))
    await page.goto(desk.url)
    seen = Visit(page)
    await seen.prebuilt()
    await page.wait_for_timeout(300)
    ours = [path for path in asked if path.startswith("/widget")]
    assert [re.sub(r"-\w{16}", "", path) for path in ours] == [
        "/widget.js",
        "/widget/frame",
        "/widget/panel.js",
    ]
    assert sockets == []
    assert await seen.frame.evaluate("localStorage.length + sessionStorage.length") == 0
    assert await page.evaluate("localStorage.length + sessionStorage.length") == 0
    assert [cookie["name"] for cookie in await context.cookies() if "widget" in cookie["name"]] == []
    await seen.open()
    await until(lambda: sockets)
    assert seen.faults == []
    await context.close()


async def test_the_keyboard_opens_it_and_comes_back(browser: Browser, desk: World) -> None:
    seen = await visit(browser, desk.url)
    page = seen.page
    for _ in range(60):
        if await seen.launcher.evaluate("e => e.getRootNode().activeElement === e"):
            break
        await page.keyboard.press("Tab")
    await page.keyboard.press("Enter")
    await expect(seen.box).to_be_focused()
    await expect(page.get_by_role("button", name="Close Customer Support chat")).to_have_attribute(
        "aria-expanded", "true"
    )
    await expect(seen.dialog).to_be_visible()
    await page.keyboard.press("Escape")
    await expect(seen.dialog).to_be_hidden()
    await expect(page.get_by_role("button", name="Open Customer Support chat")).to_be_focused()
    await page.keyboard.press("Space")
    await expect(seen.box).to_be_focused()
    await seen.button("Close chat").click()
    await expect(page.get_by_role("button", name="Open Customer Support chat")).to_be_focused()
    await page.context.close()


async def test_the_panel_is_there_within_a_moment_of_the_click_on_a_slow_machine(
    browser: Browser, desk: World
) -> None:
    """By the clock of a browser that is slowed; where others keep the machine busy, by what a quick one computed."""
    times_ms: list[float] = []
    while len(times_ms) < 3 and min(times_ms, default=100.0) > MOMENT_MS:  # a busy machine gets another try
        took_ms, _ = await click_to_panel(browser, desk, slower=SLOWER)
        _, computed_ms = await click_to_panel(browser, desk, slower=1)
        times_ms.append(min(took_ms, computed_ms * SLOWER))
    assert min(times_ms) <= MOMENT_MS, times_ms


async def click_to_panel(browser: Browser, desk: World, *, slower: int) -> tuple[float, float]:
    """Until the next frame, by the clock; and how much of the processor the page's tasks took, both in milliseconds."""
    seen = await visit(browser, desk.url)
    session = await seen.page.context.new_cdp_session(seen.page)
    await session.send("Performance.enable", {"timeDomain": "threadTicks"})
    await session.send("Emulation.setCPUThrottlingRate", {"rate": slower})
    await seen.prebuilt()
    before_ms = await computed(session)
    took_ms, visibility = await seen.page.evaluate(
        """async () => {
          const root = document.querySelector("support-chat").shadowRoot;
          const start = performance.now();
          root.querySelector("button").click();
          await new Promise(requestAnimationFrame);
          const took = performance.now() - start;
          return [took, getComputedStyle(root.querySelector("[role=dialog]")).visibility];
        }"""
    )
    assert visibility == "visible"
    computed_ms = await computed(session) - before_ms
    await seen.page.context.close()
    return took_ms, computed_ms


async def computed(session: CDPSession) -> float:
    """The milliseconds of the processor that the page's tasks took up to now."""
    metrics = (await session.send("Performance.getMetrics"))["metrics"]
    return next(float(each["value"]) for each in metrics if each["name"] == "TaskDuration") * 1000


@pytest.mark.parametrize("sheet", ["*{all:unset}", "button,iframe{display:none}", NASTY])
async def test_no_style_of_the_page_reaches_it(browser: Browser, desk: World, sheet: str) -> None:
    seen = await host_page(browser, desk, f"<style>{sheet}</style>", "<p>Words</p>")
    box = await seen.launcher.bounding_box()
    assert box is not None
    assert (round(box["width"]), round(box["height"])) == (56, 56)
    await seen.open()
    await seen.say("hello")
    await expect(seen.lines("You: hello")).to_have_count(1)
    await seen.page.context.close()


@pytest.mark.parametrize("more", ["", "; require-trusted-types-for 'script'; trusted-types 'none'"])
async def test_a_strict_policy_lets_it_work_without_a_violation(
    browser: Browser, desk: World, more: str
) -> None:
    seen = await host_page(browser, desk, policy=STRICT + more)
    await seen.open()
    await seen.say("hello")
    await expect(seen.lines("You: hello")).to_have_count(1)
    assert seen.faults == []
    await seen.page.context.close()


async def test_a_page_that_replaces_its_body_keeps_the_button_and_the_chat(
    browser: Browser, desk: World
) -> None:
    seen = await host_page(browser, desk)
    await seen.open()
    await seen.say("before the swap")
    await expect(seen.lines("You: before the swap")).to_have_count(1)
    await seen.page.evaluate("document.body.replaceWith(document.createElement('body'))")
    await expect(seen.lines("You: before the swap")).to_have_count(1)
    await seen.page.evaluate("document.querySelector('support-chat').remove()")
    await expect(seen.launcher).to_be_visible()
    await expect(seen.lines("You: before the swap")).to_have_count(1)
    await seen.page.context.close()


async def test_a_second_script_tag_changes_nothing(browser: Browser, desk: World) -> None:
    seen = await host_page(browser, desk, body=f'<script async src="{desk.url}/widget.js"></script>')
    await expect(seen.launcher).to_have_count(1)
    await seen.page.wait_for_timeout(300)
    assert await seen.page.locator("support-chat").count() == 1
    await seen.page.context.close()


async def _refuse(page: Page, pattern: str) -> None:
    async def abort(route: Route) -> None:
        await route.abort()

    await page.route(pattern, abort)


async def test_with_the_server_down_the_panel_says_so_and_offers_another_try(
    browser: Browser, desk: World
) -> None:
    seen = await host_page(browser, desk)
    await expect(seen.launcher).to_be_visible()
    await _refuse(seen.page, "**/widget/frame")
    await seen.page.reload()
    await expect(seen.launcher).to_be_visible()
    await seen.launcher.click()
    await expect(seen.dialog.get_by_text("cannot be reached")).to_be_visible(timeout=8000)
    await expect(seen.dialog.get_by_role("link")).to_have_attribute(
        "href", f"mailto:{desk.desk.settings.mail_from}"
    )
    await expect(seen.dialog.get_by_role("button", name="Try again")).to_be_focused()
    await shot(seen.page, "widget-unreachable")
    await seen.page.unroute_all()
    await seen.dialog.get_by_role("button", name="Try again").click()
    await expect(seen.box).to_be_visible()
    await seen.page.context.close()


async def test_with_the_server_down_it_speaks_the_language_of_the_browser(
    browser: Browser, desk: World
) -> None:
    async def look(locale: str, words: str, side: str) -> None:
        seen = await host_page(browser, desk, locale=locale)
        await _refuse(seen.page, "**/widget/frame")
        await seen.page.reload()
        await seen.launcher.click()
        dialog = seen.page.get_by_role("dialog")
        await expect(dialog.get_by_role("button", name=words)).to_be_focused(timeout=12_000)
        await expect(seen.page.locator("support-chat .w")).to_have_attribute("lang", locale[:2])
        await expect(seen.page.locator("support-chat .w")).to_have_attribute("dir", side)
        await shot(seen.page, f"widget-unreachable-{locale}")
        await seen.page.context.close()

    await asyncio.gather(
        look("de-DE", "Noch einmal versuchen", "ltr"), look("es-ES", "Reintentar", "ltr"), look("ar-EG", "حاول مرة أخرى", "rtl")
    )  # fmt: skip


async def test_the_calls_of_a_site(browser: Browser, desk: World) -> None:
    call = "['open', { view: 'ticket', subject: 'From the shop' }]"
    early = f"<script>(window.Helpdesk ??= {{ q: [] }}).q.push({call})</script>"
    seen = await host_page(browser, desk, early, '<a href="/tickets/new" data-support-chat="chat">Chat</a>')
    await expect(seen.panel.get_by_role("textbox", name="Subject")).to_have_value("From the shop")
    page = seen.page
    told = """new Promise(done => {
      const stop = Helpdesk.on("close", () => { stop(); done("closed"); });
      Helpdesk.close();
    })"""
    assert await page.evaluate(told) == "closed"
    assert await page.evaluate("[Helpdesk.isOpen, Helpdesk.unread, typeof Helpdesk.version]") == [
        False,
        0,
        "string",
    ]
    await page.get_by_role("link", name="Chat").click()
    await expect(seen.box).to_be_visible()
    await page.evaluate("Helpdesk.open({ message: 'I only prefill' })")
    await expect(seen.box).to_have_value("I only prefill")
    await expect(seen.lines("You:")).to_have_count(0)
    await page.evaluate("Helpdesk.toggle(); Helpdesk.identify(); Helpdesk.nothing?.()")
    await expect(seen.dialog).to_be_hidden()
    await page.evaluate("Helpdesk.logout()")
    assert await page.evaluate("localStorage.length") == 0
    await page.context.close()
