"""The page for a new password advises on its strength and decides nothing by it."""

from playwright.async_api import Browser, expect

from tests.world import ADA, PASSWORDS, World


async def test_the_meter_advises_and_nothing_typed_leaves_the_page(browser: Browser, world: World) -> None:
    page = await browser.new_page()
    await page.goto(f"{world.url}/login")
    await page.get_by_label("Email", exact=True).fill(ADA)
    await page.get_by_label("Password", exact=True).fill(PASSWORDS[ADA])
    await page.get_by_role("button", name="Log In").click()
    await page.goto(f"{world.url}/security/change-password")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    meter, word = page.get_by_role("meter", name="Strength"), page.locator("#strength + span")
    for typed, said in (
        ("aaaaaaaaaaaaaaaaA!", "Weak"),
        ("Abcdefg!", "Weak"),
        ("Correct horse battery staple!", "Strong"),
    ):
        await page.get_by_label("New Password", exact=True).fill(typed)
        await expect(word).to_have_text(said)
    await expect(meter).to_have_js_property("value", 100)
    assert [url for url in asked if "/widget/" not in url] == []
    await page.get_by_label("Current Password", exact=True).fill(PASSWORDS[ADA])
    await page.get_by_label("New Password", exact=True).fill("Abcdefg!")
    await page.get_by_label("Confirm New Password", exact=True).fill("Abcdefg!")
    await page.get_by_role("button", name="Submit").click()
    await expect(page.get_by_text("Your login password has been changed.")).to_be_visible()
    await page.context.close()
