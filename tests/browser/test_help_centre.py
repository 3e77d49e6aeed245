"""The public pages in a browser: search while typing and without scripts, skip link, paper, a slow line, the labels."""

import re

from playwright.async_api import Browser, Page, expect

from tests.browser.keyboard import shot
from tests.world import ADA, PASSWORDS, World

SLOW_4G = {"offline": False, "latency": 150, "downloadThroughput": 200_000, "uploadThroughput": 93_750}
ARTICLE = "/help/login-password"


async def test_search_answers_while_somebody_types_and_by_enter_without_scripts(
    browser: Browser, desk: World
) -> None:
    page = await (await browser.new_context()).new_page()
    await page.goto(f"{desk.url}/help")
    box = page.get_by_role("searchbox", name="Search help")
    await box.press_sequentially("spam folder")
    await expect(page.locator("#count")).to_have_text(re.compile(r"^\d+ results? for “spam folder”$"))
    await expect(page.get_by_role("heading", level=2)).to_have_count(0)
    await expect(page.get_by_role("link", name="Write to us")).to_have_count(0)
    await shot(page, "help-suggestions")
    await box.press("ArrowDown")
    await expect(page.locator("#results a").first).to_be_focused()
    await page.keyboard.press("Enter")
    await expect(page).to_have_url(re.compile("/help/(?!search)"))
    await page.context.close()
    plain = await (await browser.new_context(java_script_enabled=False)).new_page()
    await plain.goto(f"{desk.url}/help")
    await plain.get_by_role("searchbox", name="Search help").fill("spam")
    await plain.get_by_role("button", name="Search").click()
    await expect(plain.get_by_role("status")).to_contain_text("for “spam”")
    await expect(plain.get_by_role("link", name="Write to us")).to_have_attribute("href", "/tickets/new")
    await plain.get_by_role("link", name=re.compile("code")).first.click()
    await plain.get_by_role("button", name="Yes").click()
    await expect(plain.get_by_role("status")).to_have_text("Thank you for your feedback.")
    await plain.context.close()


async def test_an_article_has_a_way_back_a_skip_link_and_a_page_for_paper(
    browser: Browser, desk: World
) -> None:
    page = await (await browser.new_context()).new_page()
    await page.goto(desk.url + ARTICLE)
    crumbs = page.get_by_role("navigation", name="Breadcrumb")
    await expect(crumbs.get_by_role("link", name="Help")).to_have_attribute("href", "/help")
    await page.keyboard.press("Tab")
    await expect(page.get_by_role("link", name="Skip to main content")).to_be_focused()
    await page.keyboard.press("Enter")
    await expect(page.locator("main")).to_be_focused()
    address = f"{desk.url}{ARTICLE}"
    await expect(page.locator("link[rel=canonical]")).to_have_attribute("href", address)
    await expect(page.locator("link[hreflang=en]")).to_have_attribute("href", address)
    await expect(page.locator("support-chat")).to_be_attached()
    await page.emulate_media(media="print")
    for gone in (
        crumbs,
        page.get_by_role("banner"),
        page.locator(".feedback"),
        page.locator("support-chat .w"),
    ):
        await expect(gone).to_be_hidden()
    await expect(page.get_by_role("heading", level=1)).to_be_visible()
    await expect(page.get_by_role("heading", name="Scenario 1")).to_be_visible()
    await page.context.close()


async def _first_paint(browser: Browser, url: str) -> float:
    page = await (await browser.new_context()).new_page()
    session = await page.context.new_cdp_session(page)
    await session.send("Network.enable")
    await session.send("Network.emulateNetworkConditions", SLOW_4G)
    await page.goto(url)
    took: float = await page.evaluate(
        """new Promise((done) => {
          new PerformanceObserver((list) => {
            for (const { name, startTime } of list.getEntries()) if (name === "first-contentful-paint") done(startTime);
          }).observe({ type: "paint", buffered: true });
        })"""
    )
    await page.context.close()
    return took


async def test_every_public_page_is_drawn_within_a_second_on_a_slow_line(
    browser: Browser, desk: World
) -> None:
    for path in ("/help", ARTICLE, "/help/search?q=code", "/login", "/forgot-password", "/tickets/new"):
        times: list[float] = []
        while len(times) < 3 and min(times, default=2000) > 1000:  # a busy machine gets another try
            times.append(await _first_paint(browser, desk.url + path))
        assert min(times) <= 1000, (path, times)


async def _labels(page: Page) -> list[str]:
    fields = page.locator("main input:not([type=hidden]):visible")
    names: list[str] = await fields.evaluate_all(
        "all => all.flatMap(({ labels }) => [...labels].map(({ innerText }) => innerText.trim()))"
    )
    return names


async def test_the_account_pages_speak_the_words_of_the_help_article(browser: Browser, desk: World) -> None:
    page = await (await browser.new_context()).new_page()
    await page.goto(f"{desk.url}/login")
    link = await page.get_by_role("link", name="Forgot Password?").bounding_box()
    box = await page.get_by_label("Password", exact=True).bounding_box()
    assert link is not None
    assert box is not None
    assert link["y"] >= box["y"] + box["height"], "below the password input box"
    assert abs(link["x"] + link["width"] - box["x"] - box["width"]) <= 4, "on the right"
    await page.get_by_role("link", name="Forgot Password?").click()
    await expect(page.get_by_role("heading", level=1)).to_have_text("Reset Login Password")
    assert await _labels(page) == ["Registered email"]
    await page.goto(f"{desk.url}/login")
    await page.get_by_label("Email", exact=True).fill(ADA)
    await page.get_by_label("Password", exact=True).fill(PASSWORDS[ADA])
    await page.get_by_role("button", name="Log In").click()
    await expect(page.get_by_role("heading", level=1)).to_have_text("Security")
    await expect(page.get_by_role("heading", name="Change Login Password", level=2)).to_be_visible()
    await page.get_by_role("link", name="Change Password").click()
    assert await _labels(page) == ["Current Password", "New Password", "Confirm New Password"]
    await expect(page.locator("main")).not_to_contain_text(re.compile("verification|digit|number", re.I))
    rules = page.get_by_role("list", name="Password requirements").get_by_role("listitem")
    await expect(rules).to_have_count(4)
    for at, words in enumerate(("8 characters", "uppercase letter", "lowercase letter", "special character")):
        await expect(rules.nth(at)).to_contain_text(words)
    submit = await page.get_by_role("button", name="Submit").bounding_box()
    last = await page.get_by_label("Confirm New Password", exact=True).bounding_box()
    assert submit is not None
    assert last is not None
    assert submit["y"] > last["y"], "at the bottom"
    await page.context.close()
