"""A person without a mouse: moves by Tab, presses by Enter; and the pictures that we look at."""

import os
from pathlib import Path

from playwright.async_api import Locator, Page, expect

SCREENS = Path(__file__).resolve().parent / "screens"
MOST_STOPS = 150


async def tab_to(page: Page, target: Locator) -> None:
    """Press Tab until `target` has the focus; fails when the keyboard cannot reach it."""
    await expect(target).to_be_visible()
    for _ in range(MOST_STOPS):
        if await target.evaluate("e => e.getRootNode().activeElement === e && document.hasFocus()"):
            return
        await page.keyboard.press("Tab")
    raise AssertionError(f"the keyboard does not reach {target}")


async def press(page: Page, target: Locator) -> None:
    """Reach it and press Enter."""
    await tab_to(page, target)
    await page.keyboard.press("Enter")


async def write(page: Page, target: Locator, text: str) -> None:
    """Reach a field and type into it, in place of what was there."""
    await tab_to(page, target)
    await page.keyboard.press("Control+A")
    await page.keyboard.type(text)


async def shot(page: Page, name: str) -> None:
    """A picture for the eye, where `HELPDESK_TEST_PICTURES=1` asks for them; beside the tests, not in the repository."""
    if not os.environ.get("HELPDESK_TEST_PICTURES"):
        return
    SCREENS.mkdir(exist_ok=True)
    await page.screenshot(path=SCREENS / f"{name}.png")
