"""What calls an agent back: the count, the dot on the icon, a sound, a notification; and how to be left alone."""

import re

from playwright.async_api import Browser, Page, expect

from tests.browser.keyboard import press
from tests.browser.test_console import console, in_line, no_fault_of_axe
from tests.world import World, until

COUNTING = """
window.tones = window.notes = 0;
const begin = OscillatorNode.prototype.start;
OscillatorNode.prototype.start = function (...all) { window.tones += 1; return begin.apply(this, all); };
window.Notification = class { static permission = "granted"; constructor() { window.notes += 1; } close() {} };
Object.defineProperty(Document.prototype, "hidden", { get: () => true });
"""
IS_SHOWN = """icon => new Promise((done) => {
  const image = new Image();
  image.onload = () => done(true);
  image.onerror = () => done(false);
  image.src = icon.href;
})"""


async def calls(*tabs: Page) -> list[list[int]]:
    """Tones and notifications of each tab so far; one of them speaks for all."""
    return [await tab.evaluate("[window.tones, window.notes]") for tab in tabs]


async def heard(before: list[list[int]], *tabs: Page) -> None:
    """A tone and a notification more."""

    async def look() -> bool:
        now = await calls(*tabs)
        return all(
            sum(column) > sum(was)
            for column, was in zip(zip(*now, strict=True), zip(*before, strict=True), strict=True)
        )

    await until(look)


async def test_what_waits_is_a_dot_on_the_icon_until_somebody_takes_it(
    browser: Browser, world: World
) -> None:
    page = await console(browser, world)
    await expect(page.get_by_text("Live", exact=True)).to_be_visible()
    icon = page.locator("#icon")
    dotted, plain = await icon.get_attribute("data-dotted"), await icon.get_attribute("href")
    assert dotted != plain
    await in_line(world)
    await expect(page).to_have_title(re.compile(r"^\(1\) "))
    await expect(icon).to_have_attribute("href", str(dotted))
    assert await icon.evaluate(IS_SHOWN), "the policy of the page lets it through"
    await page.get_by_role("button", name="Claim").click()
    await expect(page).to_have_title(re.compile(r"^Visitor"))
    await expect(icon).to_have_attribute("href", str(plain))
    assert await icon.evaluate(IS_SHOWN)
    assert page.faults == []  # type: ignore[attr-defined]


async def test_do_not_disturb_silences_every_tab_and_leaves_the_count(browser: Browser, world: World) -> None:
    page = await console(browser, world)
    await page.context.add_init_script(COUNTING)
    await page.reload()
    await expect(page.get_by_text("Live", exact=True)).to_be_visible()
    other = await page.context.new_page()
    await other.goto(f"{world.url}/console/settings")
    before = await calls(page, other)
    await in_line(world, "with a sound")
    await heard(before, page, other)
    await expect(page).to_have_title(re.compile(r"^\(1\) "))
    await press(page, page.locator("summary", has_text="Do not disturb"))
    await press(page, page.get_by_role("button", name="For 30 minutes"))
    for tab in (page, other):
        await expect(tab.locator("#dnd")).to_contain_text(re.compile(r"Do not disturb until \d"))
    await page.locator("summary", has_text="Do not disturb").click()
    await no_fault_of_axe(page, "quiet")
    await page.locator("summary", has_text="Do not disturb").click()
    before = await calls(page, other)
    await in_line(world, "without a sound")
    await expect(page.get_by_text("without a sound")).to_be_visible()
    await expect(page).to_have_title(re.compile(r"^\(2\) "))
    await expect(page.locator("#icon")).to_have_attribute(
        "href", str(await page.locator("#icon").get_attribute("data-dotted"))
    )
    await other.get_by_role("button", name="Send test alert").click()
    await expect(other.get_by_text("sound and notification stay off")).to_be_visible()
    assert await calls(page, other) == before
    await page.reload()
    await expect(page.locator("#dnd")).to_contain_text(re.compile(r"Do not disturb until \d"))
    await expect(page.get_by_text("Live", exact=True)).to_be_visible()
    await page.keyboard.press("Control+k")
    await page.keyboard.type("turn off do not")
    await page.keyboard.press("Enter")
    for tab in (page, other):
        await expect(tab.locator("#dnd")).to_be_hidden()
    before = await calls(page, other)
    await in_line(world, "with a sound again")
    await heard(before, page, other)
    await expect(page).to_have_title(re.compile(r"^\(3\) "))
    assert page.faults == []  # type: ignore[attr-defined]
