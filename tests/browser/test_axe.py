"""Every page, light and dark: axe finds nothing, best practices included."""

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, Page

from tests.browser.keyboard import shot
from tests.world import ADA, BEN, PASSWORDS, World

PUBLIC = (
    "/", "/help", "/help/forgot-password", "/help/login-password", "/help/search?q=password", "/login",
    "/forgot-password", "/tickets/new", "/demo/mailbox", "/nothing-here",
)  # fmt: skip
CUSTOMER = ("/security", "/security/change-password", "/my-tickets")
CONSOLE = ("/console", "/console/tickets")


async def faults_of(page: Page) -> list[str]:
    """Rule and place of each violation."""
    found = await Axe().run(page)
    return [f"{v['id']}: {v['nodes'][0]['html'][:120]}" for v in found.response["violations"]]


async def sign_in(page: Page, url: str, email: str) -> None:
    await page.goto(url)
    await page.get_by_label("Email", exact=True).fill(email)
    await page.get_by_label("Password", exact=True).fill(PASSWORDS[email])
    await page.get_by_role("button", name="Log In").click()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 1280])
async def test_axe_finds_nothing_on_any_page(browser: Browser, world: World, scheme: str, width: int) -> None:
    context = await browser.new_context(
        color_scheme="dark" if scheme == "dark" else "light", viewport={"width": width, "height": 800}
    )
    page = await context.new_page()
    faults: dict[str, list[str]] = {}

    async def look(path: str) -> None:
        await page.goto(world.url + path)
        await shot(page, f"axe{path.replace('/', '-').partition('?')[0]}-{scheme}-{width}")
        if found := await faults_of(page):
            faults[path] = found
        overflow = await page.evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
        if overflow > 0:
            faults.setdefault(path, []).append(f"scrolls sideways by {overflow} px at {width} px")

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
