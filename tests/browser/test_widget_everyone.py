"""The panel for everyone: names, axe in every view, small screens, right to left, colours, motion."""

import re

import pytest
from playwright.async_api import Browser, expect

from tests.browser.axe import SCHEMES
from tests.browser.keyboard import shot
from tests.browser.widget_visit import Visit, claimed, host_page, talking, visit
from tests.world import World

MAIN = "<main><h1>Shop</h1><p>Words</p></main>"


async def _clean(seen: Visit, view: str) -> None:
    """Nothing that axe finds, in light and in dark."""
    await seen.page.wait_for_timeout(200)  # the fade of the panel
    for scheme in SCHEMES:
        await seen.page.emulate_media(color_scheme=scheme)
        await shot(seen.page, f"widget-{view}-{scheme}")
        assert await seen.violations() == [], (view, scheme)


async def test_axe_finds_nothing_in_any_view(browser: Browser, desk: World) -> None:
    seen = await visit(browser, desk.url, viewport={"width": 1100, "height": 800})
    page, panel = seen.page, seen.panel
    await seen.prebuilt()
    await _clean(seen, "closed")
    await seen.open()
    await _clean(seen, "empty")
    await seen.say("i forgt my pasword")
    await expect(panel.get_by_role("group", name="Did this answer your question?")).to_be_visible()
    await _clean(seen, "answer")
    await seen.log.locator("a[data-article]").first.click()
    await expect(panel.get_by_role("heading", level=2)).to_be_visible()
    await _clean(seen, "article")
    await seen.button("Back to chat").click()
    await seen.button("No").click()
    await expect(seen.button("No")).to_have_attribute("aria-pressed", "true")
    await seen.say("my password is Hunter2!x")
    await expect(panel.get_by_role("alertdialog")).to_contain_text("This looks like a password")
    await _clean(seen, "secret")
    await seen.button("Edit message").click()
    await seen.box.fill("")
    await seen.button("More options").click()
    await _clean(seen, "menu")
    await seen.button("Check a password").click()
    await panel.get_by_label("New password to check").fill("Abcdefg")
    await _clean(seen, "rules")
    await seen.button("Back to chat").click()
    await seen.button("Submit a Ticket").click()
    await seen.button("Submit Ticket").click()
    await expect(panel.get_by_role("textbox", name="Email")).to_be_focused()
    await _clean(seen, "ticket-faults")
    await seen.button("Back to chat").click()
    async with claimed(desk, seen) as agent:
        await agent.say("Hello, I am Ben. Look at https://example.com/help.")
        await expect(seen.lines("Ben: Hello, I am Ben.")).to_have_count(1)
        await _clean(seen, "agent")
        await seen.button("Close chat").click()
        await agent.say("Are you there?")
        await expect(
            page.get_by_role("button", name="Open Customer Support chat, 1 unread message")
        ).to_be_visible()
        await _clean(seen, "unread")
        await seen.launcher.click()
        await agent.resolve()
        await expect(panel.get_by_role("group", name="How was the support you received?")).to_be_visible()
        await _clean(seen, "closed-chat")
    assert seen.faults == []
    await page.context.close()


async def test_a_message_is_said_once_and_history_is_not(browser: Browser, desk: World) -> None:
    seen = await talking(browser, desk.url)
    assert await seen.log.get_attribute("aria-live") in (None, "polite")
    await seen.page.reload()
    await seen.prebuilt()
    watching = """() => new Promise(done => {
      const log = document.querySelector("[role=log]");
      let spoken = 0;
      new MutationObserver(changes => {
        const added = changes.reduce((sum, change) => sum + change.addedNodes.length, 0);
        if (log.ariaBusy !== "true") spoken += added;
      }).observe(log, { childList: true });
      window.spoken = () => spoken;
      done();
    })"""
    await seen.frame.evaluate(watching)
    await seen.open()
    await expect(seen.lines("You: hello")).to_have_count(1)
    assert await seen.frame.evaluate("window.spoken()") == 0
    await seen.say("thanks")
    await expect(seen.lines("Assistant:")).to_have_count(2)
    assert await seen.frame.evaluate("window.spoken()") == 2
    await seen.page.context.close()


async def test_a_small_screen_shows_message_send_and_close(browser: Browser, desk: World) -> None:
    for width, height in ((320, 256), (375, 667)):
        seen = await host_page(browser, desk, '<meta name="viewport" content="width=device-width">', MAIN,
                               viewport={"width": width, "height": height})  # fmt: skip
        await seen.open()
        await expect(seen.panel.get_by_text("Hello! How can we help you?")).to_be_in_viewport(ratio=1)
        await seen.say("i forgt my pasword")
        await expect(seen.lines("Assistant:")).to_have_count(1)
        for thing in (seen.box, seen.button("Send message"), seen.button("Close chat")):
            box = await thing.bounding_box()
            assert box is not None
            assert box["x"] >= 0
            assert box["x"] + box["width"] <= width
            assert box["y"] >= 0
            assert box["y"] + box["height"] <= height
            assert min(box["width"], box["height"]) >= 44
        await expect(seen.launcher).to_be_hidden()
        await expect(seen.dialog).to_have_attribute("aria-modal", "true")
        assert await seen.frame.evaluate("document.documentElement.scrollWidth <= innerWidth")
        await shot(seen.page, f"widget-{width}x{height}")
        await seen.page.keyboard.press("Shift+Tab")
        for _ in range(30):
            await seen.page.keyboard.press("Tab")
            assert await seen.page.evaluate("document.activeElement?.localName") == "support-chat"
        assert await seen.violations() == []
        await seen.page.context.close()


async def test_on_a_phone_the_label_of_the_wrong_field_is_in_view(browser: Browser, desk: World) -> None:
    seen = await visit(browser, desk.url, viewport={"width": 320, "height": 568})
    await seen.open()
    await seen.button("Submit a Ticket").click()
    await seen.button("Submit Ticket").click()
    await expect(seen.panel.get_by_role("textbox", name="Email")).to_be_focused()
    await expect(seen.panel.locator("label", has_text="Email")).to_be_in_viewport(ratio=1)
    await seen.page.context.close()


async def test_a_page_that_is_magnified_by_its_own_style_keeps_the_panel_in_view(
    browser: Browser, desk: World
) -> None:
    seen = await visit(browser, desk.url, viewport={"width": 1100, "height": 660})
    await seen.page.evaluate("document.documentElement.style.zoom = 2")
    await seen.open()
    await expect(seen.box).to_be_in_viewport(ratio=1)
    await expect(seen.button("Close chat")).to_be_in_viewport(ratio=1)
    await seen.page.context.close()


async def test_the_ring_of_the_message_box_is_whole_in_a_low_window(browser: Browser, desk: World) -> None:
    seen = await visit(browser, desk.url, viewport={"width": 900, "height": 500})
    await seen.open()
    room = await seen.box.evaluate("box => innerHeight - box.getBoundingClientRect().bottom")
    assert room >= 5  # the ring is 3 px wide and stands 2 px off
    await seen.page.context.close()


async def test_a_page_from_right_to_left_has_such_a_panel(browser: Browser, desk: World) -> None:
    seen = await host_page(browser, desk, body=MAIN, html='dir="rtl"')
    await seen.open()
    assert await seen.frame.evaluate("document.documentElement.dir") == "rtl"
    box = await seen.launcher.bounding_box()
    assert box is not None
    assert box["x"] > 640, "the button stays bottom right, as the help says"
    await seen.page.context.close()


FULL_STOPS = """node => {
  const walk = document.createTreeWalker(node, NodeFilter.SHOW_TEXT), found = [];
  while (walk.nextNode()) {
    const { data } = walk.currentNode, range = new Range();
    if (!/[a-z]\\.$/.test(data)) continue;
    const edge = (at) => { range.setStart(walk.currentNode, at); range.setEnd(walk.currentNode, at + 1); return range.getBoundingClientRect().left; };
    found.push(edge(data.length - 1) > edge(data.length - 2));
  }
  return found;
}"""
"""For each English sentence, whether its full stop stands at its right end."""


async def test_english_words_in_a_panel_from_right_to_left_end_with_their_full_stop(
    browser: Browser, desk: World
) -> None:
    seen = await host_page(browser, desk, body=MAIN, html='dir="rtl"')
    await seen.open()
    await seen.say("نسيت كلمة المرور")
    await expect(seen.log).to_contain_text("I can only answer in English.")
    await expect(seen.log).to_contain_text("You are in line for a person")
    ends = await seen.log.evaluate(FULL_STOPS)
    assert ends == [True] * len(ends)
    assert len(ends) >= 3
    await shot(seen.page, "widget-rtl-english")
    await seen.page.context.close()


@pytest.mark.parametrize(
    ("locale", "title", "message", "side"),
    [
        ("de", "Kundendienst", "Nachricht", "ltr"),
        ("es", "Atención al cliente", "Mensaje", "ltr"),
        ("ar", "دعم العملاء", "الرسالة", "rtl"),
    ],
)
async def test_other_languages(
    browser: Browser, desk: World, locale: str, title: str, message: str, side: str
) -> None:
    seen = await host_page(browser, desk, body=MAIN, script=f'data-locale="{locale}"')
    await expect(seen.page.locator("support-chat iframe")).to_be_attached()
    await seen.page.wait_for_function(
        "document.querySelector('support-chat').shadowRoot.querySelector('[lang]:not([lang=en])')"
    )
    await seen.page.get_by_role("button").click()
    await expect(seen.page.get_by_role("dialog", name=title)).to_be_visible()
    panel = seen.page.frame_locator("support-chat iframe")
    await expect(panel.get_by_role("textbox", name=message, exact=True)).to_be_focused()
    assert await seen.frame.evaluate("[document.documentElement.dir, document.documentElement.lang]") == [
        side,
        locale,
    ]
    await seen.page.wait_for_timeout(200)
    await shot(seen.page, f"widget-{locale}")
    assert await seen.violations() == []
    await seen.page.context.close()


async def test_nothing_moves_where_motion_is_not_wanted(browser: Browser, desk: World) -> None:
    seen = await host_page(browser, desk, body=MAIN, reduced_motion="reduce", forced_colors="active")
    await seen.launcher.click()
    assert await seen.page.evaluate("document.getAnimations().length") == 0
    running = "document.querySelector('support-chat').shadowRoot.getAnimations().length"
    assert await seen.page.evaluate(running) == 0
    await expect(seen.box).to_be_focused()
    assert await seen.frame.evaluate("document.getAnimations().length") == 0
    await shot(seen.page, "widget-forced-colors")
    await seen.page.context.close()


async def test_what_has_the_focus_is_not_under_the_button(browser: Browser, desk: World) -> None:
    link = '<a href="#x" style="position:fixed;right:30px;bottom:30px;width:20px">x</a>'
    seen = await host_page(browser, desk, body=MAIN + link)
    await expect(seen.launcher).to_be_visible()
    await seen.page.get_by_role("link", name="x").focus()
    lifted = await seen.launcher.bounding_box()
    under = await seen.page.get_by_role("link", name="x").bounding_box()
    assert lifted is not None
    assert under is not None
    assert lifted["y"] + lifted["height"] <= under["y"]
    await seen.page.context.close()


async def test_the_rule_checker_has_four_rules_and_sends_nothing(browser: Browser, desk: World) -> None:
    seen = await visit(browser, desk.url)
    await seen.open()
    await seen.button("More options").click()
    await seen.button("Check a password").click()
    field = seen.panel.get_by_label("New password to check")
    await expect(field).to_have_attribute("type", "password")
    sent: list[str] = []
    seen.page.on("request", lambda request: sent.append(request.url))
    for socket in seen.page.context.pages:
        socket.on("websocket", lambda ws: sent.append(ws.url))
    await field.press_sequentially("Abcdefg!")
    rules = seen.panel.get_by_role("list", name="Password requirements").get_by_role("listitem")
    await expect(rules).to_have_count(4)
    for at in range(4):
        await expect(rules.nth(at)).to_have_text(re.compile("✓ met:"))
    await expect(seen.panel.get_by_text("4 of 4 met.")).to_be_visible()
    await field.fill("abc")
    await expect(rules.filter(has_text="○ not met:")).to_have_count(3)
    assert sent == []
    assert "Abcdefg" not in await seen.frame.evaluate("JSON.stringify(localStorage)")
    await seen.page.context.close()


async def test_who_waits_for_a_code_sees_the_seconds_in_the_panel_too(browser: Browser, desk: World) -> None:
    page = await (await browser.new_context()).new_page()
    await page.goto(f"{desk.url}/forgot-password")
    await page.get_by_label("Registered email").fill("nobody@example.com")
    await page.get_by_role("button", name="Send verification code").click()
    await expect(page.get_by_label("Verification code")).to_be_visible()
    seen = Visit(page)
    await page.get_by_role("link", name="Customer Support").click()
    await expect(seen.panel.get_by_text(re.compile(r"You can resend the code in \d+ s"))).to_be_visible()
    await page.context.close()
