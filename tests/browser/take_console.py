"""Takes the pictures of `docs/agents.md` anew: `python -m tests.browser.take_console`."""

import asyncio
import io

from PIL import Image
from playwright.async_api import Browser, Page, expect

from tests.browser.pictures import desk_and_browser
from tests.browser.test_console import console, in_line
from tests.integration.test_console_pages import tell
from tests.world import CLEO, ROOT, World, submit

IMAGES = ROOT / "docs" / "images"
WIDE, PHONE = {"width": 1360, "height": 820}, {"width": 360, "height": 720}
SCREENS = {
    "inbox": "/console", "tickets": "/console/tickets", "macros": "/console/macros", "figures": "/console/figures",
    "search": "/console/search?q=code", "privacy": "/console/privacy", "settings": "/console/settings",
}  # fmt: skip


async def take(page: Page, name: str) -> None:
    """One picture, in few colours: a document is no gallery."""
    await page.mouse.move(700, 5)
    raw = Image.open(io.BytesIO(await page.screenshot(animations="disabled"))).convert("RGB")
    raw.quantize(128, dither=Image.Dither.NONE).save(IMAGES / f"{name}.png", optimize=True)


async def a_morning(world: World, browser: Browser) -> tuple[Page, str, str]:
    """(Cleo's console, a conversation under way, the private page of a ticket)."""
    client = await world.staff(CLEO)
    text = "Hello {{customer.first_name}}, the code comes from us within a minute; please look in spam, too."
    await submit(client, "/console/macros", name="No code", text=text)
    await submit(client, "/console/macros", name="Who we are", text="{{agent.name}} here. How can I help?")
    words = "The verification code never came. I tried three times."
    sent = await submit(
        world.browser(), "/tickets/new", email="night@example.com", subject="No code at night", text=words
    )
    panel, ident = await in_line(world, "I forgot my password and no code comes")
    await tell(world, panel, (f"{world.url}/login", 240), (f"{world.url}/help/code-not-received", 60))
    for other in ("No code arrives since yesterday, and I need it today", "Where is my invoice of March?"):
        await in_line(world, other)
    page = await console(browser, world, CLEO, viewport=WIDE)
    await page.goto(f"{world.url}/console/c/{ident}")
    await page.get_by_role("button", name="Claim").click()
    box = page.get_by_role("textbox", name="Reply to Visitor")
    await box.fill("Hello! I am Cleo. What do you see after you press Send?")
    await page.keyboard.press("Control+Enter")
    await panel.wait("message", author="agent")
    await panel.say("No, nothing came. I looked into the spam folder, too.")
    page_of_note = f"/console/c/{ident}"
    note = "Second one today without a code. @ben have you seen more?"
    await submit(client, f"{page_of_note}/note", page_of_note, client_id="n-00000001", text=note)
    await expect(page.get_by_text("Second one today")).to_be_visible()
    return page, ident, sent.headers["location"].partition("?")[0]


async def of_a_conversation(page: Page, other: Page, world: World, ident: str) -> None:
    """The conversation in light and dark, its palette and its invitation; and a ticket with a reply that waits."""
    await other.goto(f"{world.url}/console/c/{ident}")
    await other.get_by_role("textbox", name="Reply to Visitor").press_sequentially("I", delay=5)
    await expect(page.get_by_text("Ben is replying")).to_be_visible()
    await take(page, "console-conversation")
    await page.emulate_media(color_scheme="dark")
    await take(page, "console-conversation-dark")
    await page.emulate_media(color_scheme="light")
    await page.keyboard.press("Control+k")
    await page.keyboard.type("go")
    await take(page, "console-palette")
    await page.keyboard.press("Escape")
    await page.get_by_role("button", name="Send password-reset invitation").click()
    await take(page, "console-invitation")
    await page.goto(f"{world.url}/console/tickets/T-1001")
    await expect(page.get_by_text("Live", exact=True)).to_be_visible()
    await page.get_by_role("textbox", name="Reply to night").fill(
        "We sent it again; please look in spam, too."
    )
    await page.keyboard.press("Control+Enter")
    await expect(page.get_by_role("button", name="Undo")).to_be_visible()
    await take(page, "console-ticket")


async def all_of_them(world: World, browser: Browser) -> None:
    """Every picture."""
    page, ident, private = await a_morning(world, browser)
    await of_a_conversation(page, await console(browser, world, viewport=WIDE), world, ident)
    for name, path in SCREENS.items():
        await page.goto(world.url + path)
        await page.wait_for_load_state("networkidle")
        await take(page, f"console-{name}")
    await page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    await page.goto(f"{world.url}/console/c/{ident}")
    await expect(page.get_by_text("Live", exact=True)).to_be_visible()
    await take(page, "console-phone")
    guest = await (await browser.new_context(viewport=WIDE)).new_page()  # type: ignore[arg-type]
    await guest.goto(world.url + private)
    await take(guest, "ticket-page")


async def main() -> None:
    """A desk of its own, and its pictures."""
    async with desk_and_browser() as (world, browser):
        await all_of_them(world, browser)


if __name__ == "__main__":
    asyncio.run(main())
