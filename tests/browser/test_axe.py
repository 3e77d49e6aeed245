"""Every page, light and dark, narrow and wide: axe finds nothing, best practices included."""

from playwright.async_api import Browser, Page

from tests.browser.axe import SCHEMES, violations
from tests.browser.keyboard import shot
from tests.world import ADA, BEN, PASSWORDS, World

PUBLIC = (
    "/", "/help", "/help/forgot-password", "/help/login-password", "/help/search?q=password", "/login",
    "/forgot-password", "/tickets/new", "/demo/mailbox", "/nothing-here",
)  # fmt: skip
CUSTOMER = ("/security", "/security/change-password", "/my-tickets")
CONSOLE = ("/console", "/console/tickets")
LOOKS = [(width, scheme) for width in (1280, 320) for scheme in SCHEMES]
SIDEWAYS = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


async def faults_of(page: Page, name: str) -> list[str]:
    """What axe finds on this page, and what makes it wider than its window: 320 and 1280 px wide, light and dark."""
    faults = []
    for width, scheme in LOOKS:
        await page.set_viewport_size({"width": width, "height": 800})
        await page.emulate_media(color_scheme=scheme)
        await shot(page, f"{name}-{scheme}-{width}")
        found = await violations(page)
        if (over := await page.evaluate(SIDEWAYS)) > 0:
            found.append(f"scrolls sideways by {over} px")
        faults += [f"{scheme}, {width} px: {fault}" for fault in found]
    return faults


async def sign_in(page: Page, url: str, email: str) -> None:
    await page.goto(url)
    await page.get_by_label("Email", exact=True).fill(email)
    await page.get_by_label("Password", exact=True).fill(PASSWORDS[email])
    await page.get_by_role("button", name="Log In").click()


async def test_axe_finds_nothing_on_any_page(browser: Browser, world: World) -> None:
    context = await browser.new_context()
    page = await context.new_page()
    faults: dict[str, list[str]] = {}

    async def look(path: str) -> None:
        await page.goto(world.url + path)
        if found := await faults_of(page, f"axe{path.replace('/', '-').partition('?')[0]}"):
            faults[path] = found

    for path in PUBLIC:
        await look(path)
    await sign_in(page, f"{world.url}/login", ADA)
    for path in CUSTOMER:
        await look(path)
    await look("/console/login")
    await sign_in(page, f"{world.url}/console/login", BEN)
    for path in CONSOLE:
        await look(path)
    assert faults == {}
    await context.close()
