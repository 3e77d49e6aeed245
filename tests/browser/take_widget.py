"""Takes the picture of `docs/widget.md` anew: `python -m tests.browser.take_widget`."""

import asyncio
import io

from PIL import Image
from playwright.async_api import Browser, expect

from tests.browser.pictures import desk_and_browser
from tests.browser.widget_visit import Visit, visit
from tests.world import ROOT, World

SCREEN = {"width": 1280, "height": 756}
TILE = (285, 504)
TO_THE_ANSWER = "document.querySelector('[role=log] > div:last-child').scrollIntoView({block: 'start'})"


async def tile(seen: Visit) -> Image.Image:
    """The panel and the button as they are now."""
    await seen.page.mouse.move(10, 300)
    await seen.page.wait_for_timeout(300)
    raw = Image.open(io.BytesIO(await seen.page.screenshot(animations="disabled"))).convert("RGB")
    return raw.crop((852, 0, 1280, 756)).resize(TILE, Image.Resampling.LANCZOS)


async def row(world: World, browser: Browser, scheme: str) -> list[Image.Image]:
    """Greeting, answer, ticket and rules."""
    seen = await visit(browser, world.url, color_scheme=scheme, viewport=SCREEN)
    await seen.open()
    await seen.panel.get_by_text("If you ask a person for help").wait_for()
    tiles = [await tile(seen)]
    await seen.button("I forgot my password").click()
    await expect(seen.lines("Assistant:")).to_have_count(1)
    await seen.box.focus()
    await seen.frame.evaluate(TO_THE_ANSWER)
    tiles.append(await tile(seen))
    await seen.button("Submit a Ticket").click()
    await seen.button("Submit Ticket").click()
    await seen.panel.locator("main .page").evaluate("page => { page.scrollTop = 0; }")
    tiles.append(await tile(seen))
    await seen.button("Back to chat").click()
    await seen.button("More options").click()
    await seen.button("Check a password").click()
    await seen.panel.get_by_label("New password to check").fill("Abcdefg")
    return [*tiles, await tile(seen)]


async def main() -> None:
    """A desk of its own, and its picture: light above, dark below."""
    async with desk_and_browser() as (world, browser):
        whole = Image.new("RGB", (TILE[0] * 4, TILE[1] * 2))
        for down, scheme in enumerate(("light", "dark")):
            for along, one in enumerate(await row(world, browser, scheme)):
                whole.paste(one, (TILE[0] * along, TILE[1] * down))
        few = whole.quantize(128, dither=Image.Dither.NONE)
        few.save(ROOT / "docs" / "images" / "widget-states.png", optimize=True)


if __name__ == "__main__":
    asyncio.run(main())
