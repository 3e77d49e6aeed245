"""What a person with a good eye would mind: words cut in two, buttons that fall out of line, paper with forms on it."""

import re
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from playwright.async_api import Browser, FloatRect, Locator, Page, expect

from tests.browser.test_console import console, in_line
from tests.browser.test_console_alerts import IS_SHOWN
from tests.browser.test_password_page import log_in
from tests.browser.widget_visit import visit
from tests.world import ADA, CLEO, World, submit

LONG = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft"
CUT_WORDS = """() => [...document.querySelectorAll("th:not(.words), td:not(.words, .lines)")].flatMap((cell) => {
  const texts = document.createTreeWalker(cell, NodeFilter.SHOW_TEXT), cut = [];
  while (texts.nextNode()) for (const found of texts.currentNode.data.matchAll(/[^\\s-]+/g)) {
    const range = document.createRange();
    range.setStart(texts.currentNode, found.index);
    range.setEnd(texts.currentNode, found.index + found[0].length);
    if (new Set([...range.getClientRects()].map((one) => Math.round(one.top))).size > 1) cut.push(found[0]);
  }
  return cut;
})"""


async def _no_word_is_cut(page: Page, *widths: int) -> None:
    """In no cell but those of free text is a word cut, and the page itself does not scroll sideways."""
    for width in widths:
        await page.set_viewport_size({"width": width, "height": 800})
        assert await page.evaluate(CUT_WORDS) == [], (page.url, width)
        assert await page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, page.url


async def _ticket(world: World, email: str = ADA) -> str:
    """A ticket with a long word in its subject, by the public form: its private path."""
    async with world.browser() as client:
        sent = await submit(
            client, "/tickets/new", email=email, subject=f"My new password is rejected {LONG}", text=LONG * 2
        )
    return urlsplit(sent.headers["location"]).path


async def test_no_table_cuts_a_word_that_nobody_typed(browser: Browser, world: World) -> None:
    await _ticket(world)
    page = await console(browser, world)
    for path in ("/console/tickets", "/console/figures", "/"):
        await page.goto(world.url + path)
        await _no_word_is_cut(page, 320, 768, 1280)
    await page.context.close()


async def _box(one: Locator) -> FloatRect:
    """Where something stands on the page."""
    box = await one.bounding_box()
    assert box, one
    return box


async def test_a_laptop_has_room_for_the_whole_rail_a_row_and_one_line_of_buttons(
    browser: Browser, world: World
) -> None:
    await _ticket(world)
    page = await console(browser, world, CLEO, viewport={"width": 1280, "height": 800})
    row = page.get_by_role("region", name="Conversations").get_by_role("listitem").first
    preview_ends, claim_begins, subject_height = await row.evaluate(
        """row => [row.querySelector(".preview").getBoundingClientRect().bottom,
           row.querySelector("button").getBoundingClientRect().top, row.querySelector(".subject").offsetHeight]"""
    )
    assert preview_ends <= claim_begins, "the button covers no words"
    assert subject_height < 3 * 14 * 1.5, "at most two lines"
    rail = page.get_by_role("navigation", name="Main")
    last, me = await _box(rail.get_by_role("link", name="Settings")), await _box(rail.locator(".me"))
    assert last["y"] + last["height"] <= me["y"]
    width = (await _box(rail))["width"]
    await row.get_by_role("link").click()
    send = await _box(page.get_by_role("button", name="Send", exact=True))
    for name in ("Send and resolve", "Attach files"):
        other = page.get_by_role("button", name=name).or_(page.locator(".attach", has_text=name)).first
        assert (await _box(other))["y"] == send["y"], name
    await page.goto(f"{world.url}/console/tickets")
    assert (await _box(rail))["width"] == width, "nothing jumps from page to page"
    await page.context.close()


async def test_every_page_has_the_desk_s_icon(browser: Browser, world: World) -> None:
    page = await browser.new_page()
    for path in (
        "/help",
        "/help/login-password",
        "/login",
        "/tickets/new",
        "/console/login",
        "/nothing-here",
    ):
        await page.goto(world.url + path)
        icon = page.locator("link[rel=icon]")
        await expect(icon).to_have_attribute("href", re.compile("^data:image/svg"))
        assert await icon.evaluate(IS_SHOWN), path
    await page.context.close()


async def test_what_is_not_found_in_the_console_leads_back_into_it(browser: Browser, world: World) -> None:
    page = await console(browser, world)
    for path in ("/console/nothing-here", "/console/c/nobody"):
        await page.goto(world.url + path)
        await expect(page.get_by_role("heading", level=1)).to_have_text("Not found")
        for not_theirs in ("Log In", "Help", "Write to us"):
            await expect(page.get_by_role("link", name=not_theirs, exact=True)).to_have_count(0)
        await expect(page.locator("script[src^='/widget']")).to_have_count(0)
        await page.get_by_role("link", name="Go to the console").click()
        await expect(page.get_by_role("region", name="Conversations")).to_be_visible()
    await page.context.close()


async def test_paper_is_white_and_has_the_words_only(browser: Browser, world: World) -> None:
    path = await _ticket(world)
    page = await console(browser, world, viewport={"width": 1280, "height": 500})
    await page.emulate_media(media="print", color_scheme="dark")
    white = "getComputedStyle(document.documentElement).backgroundColor"
    await page.goto(world.url + path)
    await expect(page.get_by_role("list", name="Conversation")).to_be_visible()
    await expect(page.get_by_label("Your answer")).to_be_hidden()
    assert await page.evaluate(white) == "rgb(255, 255, 255)"
    await page.emulate_media(media="screen")
    await page.goto(f"{world.url}/console")
    await page.get_by_role("region", name="Conversations").get_by_role("link").first.click()
    words = page.get_by_role("log", name="Conversation")
    await expect(words).to_contain_text(LONG)
    await page.emulate_media(media="print")
    for gone in (".rail", ".list", ".details", ".composer", ".acts"):
        await expect(page.locator(gone)).to_be_hidden()
    assert await words.evaluate("log => log.scrollHeight <= log.clientHeight"), "nothing is below the fold"
    assert await page.evaluate("getComputedStyle(document.body).overflow") == "visible", "nor cut at its end"
    assert await page.evaluate(white) == "rgb(255, 255, 255)"
    await page.context.close()


async def test_on_a_phone_the_public_pages_keep_their_parts_together(browser: Browser, world: World) -> None:
    path = await _ticket(world)
    page = await browser.new_page(viewport={"width": 320, "height": 640})
    await log_in(page, world)
    ways = page.get_by_role("navigation", name="Main")
    help_link, log_out = ways.get_by_role("link", name="Help"), ways.get_by_role("button", name="Log Out")
    assert (await _box(log_out))["y"] < (await _box(help_link))["y"] + 24, "all in one row"
    await page.goto(world.url + path)
    assert await page.locator(".state").evaluate("e => e.getClientRects().length") == 1, "a whole pill"
    await page.goto(f"{world.url}/security/change-password")
    rule = page.locator("#requirements li", has_text="special")
    assert (await _box(rule.locator("[data-mark]")))["width"] < 24
    left = "e => { const r = document.createRange(); r.selectNodeContents(e); return [...r.getClientRects()].map((one) => one.left); }"
    words = await rule.evaluate(f"e => ({left})([...e.childNodes].find((n) => n.nodeType === 3))")
    assert len(words) > 1
    assert len(set(words)) == 1, "its second line stands under the first"
    await page.context.close()


async def test_the_form_for_a_ticket_says_first_what_is_wrong_and_shows_the_whole_focus(
    browser: Browser, world: World
) -> None:
    page = await browser.new_page()
    await page.goto(f"{world.url}/tickets/new")
    await page.get_by_role("button", name="Submit Ticket").click()
    fault, title = page.get_by_role("alert"), page.get_by_role("heading", level=1)
    await expect(fault).to_be_focused()
    await expect(title).to_have_text("Submit a Ticket")
    assert (await _box(fault))["y"] < (await _box(title))["y"]
    box = page.get_by_role("textbox", name="Describe the problem")
    assert await box.evaluate("e => getComputedStyle(e.parentElement).overflowX") == "visible", "a ring uncut"
    await page.context.close()


async def test_one_button_is_called_log_out_however_many_browsers_are_logged_in(
    browser: Browser, world: World
) -> None:
    others = [await world.customer(), await world.customer()]
    page = await browser.new_page()
    await log_in(page, world)
    await page.get_by_role("button", name="End all other sessions").click()
    await expect(page.get_by_role("listitem").filter(has_text="since")).to_have_count(1)
    await page.get_by_role("button", name="Log Out").click()
    await expect(page).to_have_url(re.compile("/login"))
    for other in others:
        await other.aclose()
    await page.context.close()


async def test_a_ticket_tells_the_time_of_who_reads_it(browser: Browser, world: World) -> None:
    path = await _ticket(world)
    plain = await (await browser.new_context(java_script_enabled=False)).new_page()
    await plain.goto(world.url + path)
    at = plain.locator("time").first
    await expect(at).to_contain_text("UTC")
    written = datetime.fromisoformat(str(await at.get_attribute("datetime")))
    page = await (await browser.new_context(timezone_id="Asia/Tokyo")).new_page()
    await page.goto(world.url + path)
    there = written.astimezone(ZoneInfo("Asia/Tokyo"))
    await expect(page.locator("time").first).to_have_text(
        re.compile(f"{there:%b} {there.day}, {there.year}, {there.hour % 12 or 12}:{there:%M}\\s{there:%p}")
    )
    await plain.context.close()
    await page.context.close()


async def test_the_console_tells_the_day_of_what_was_not_said_today(browser: Browser, world: World) -> None:
    await in_line(world)
    page = await console(browser, world)
    await page.get_by_role("region", name="Conversations").get_by_role("link").first.click()
    time = page.get_by_role("log", name="Conversation").locator("time").first
    await expect(time).to_have_text(re.compile(r"^\d\d:\d\d\s[AP]M$"))
    for days, as_told in (
        (2, r"^[A-Z][a-z]{2} \d+, \d\d:\d\d\s[AP]M$"),
        (800, r"^[A-Z][a-z]{2} \d+, \d{4}, "),
    ):
        await page.clock.set_fixed_time(datetime.now(UTC) + timedelta(days=days))
        await page.reload()
        await expect(time).to_have_text(re.compile(as_told))
    await page.context.close()


async def test_where_one_is_in_the_console_is_in_sight_on_a_phone(browser: Browser, world: World) -> None:
    page = await console(browser, world, CLEO, viewport={"width": 320, "height": 640})
    for path, name in (
        ("audit", "Audit"),
        ("inbox/resolved", "Resolved"),
        ("settings", "Settings"),
        ("", "For you"),
    ):
        await page.goto(f"{world.url}/console/{path}".rstrip("/"))
        here = page.locator("nav [aria-current=page]")
        await expect(here).to_contain_text(name)
        await expect(here).to_be_in_viewport(ratio=0.9)
    await page.context.close()


async def test_a_time_in_the_chat_stays_in_one_piece_and_the_field_in_sight(
    browser: Browser, world: World
) -> None:
    seen = await visit(browser, f"{world.url}/help", viewport={"width": 320, "height": 256})
    await seen.open()
    await seen.button("Talk to a person").click()
    times = seen.log.locator("time")
    await expect(times.nth(1)).to_be_attached()
    for width in range(300, 420, 6):
        await seen.page.set_viewport_size({"width": width, "height": 256})
        pieces = await times.evaluate_all("all => all.map((one) => one.getClientRects().length)")
        assert set(pieces) == {1}, (width, pieces)
        await expect(seen.box).to_be_in_viewport(ratio=1)
    await seen.page.context.close()


async def test_what_a_search_engine_lists_says_what_it_is_for(browser: Browser, world: World) -> None:
    page = await browser.new_page()
    for path in ("/login", "/forgot-password", "/tickets/new", "/help", "/help/login-password"):
        await page.goto(world.url + path)
        told = str(await page.locator("meta[name=description]").get_attribute("content"))
        assert 40 < len(told) < 160, path
        assert told == " ".join(told.split()), path
    await page.goto(f"{world.url}/help/search?q=spam")
    await expect(page).to_have_title(re.compile("^Search: spam · "))
    await page.context.close()
