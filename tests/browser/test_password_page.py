"""The page for a new password advises on its strength and decides nothing by it."""

from playwright.async_api import Browser, Page, expect

from tests.world import ADA, PASSWORDS, World


async def log_in(page: Page, world: World) -> None:
    """Ada, on her Security page."""
    await page.goto(f"{world.url}/login")
    await page.get_by_label("Email", exact=True).fill(ADA)
    await page.get_by_label("Password", exact=True).fill(PASSWORDS[ADA])
    await page.get_by_role("button", name="Log In").click()
    await expect(page.get_by_role("heading", level=1)).to_have_text("Security")


async def test_the_meter_advises_and_nothing_typed_leaves_the_page(browser: Browser, world: World) -> None:
    page = await browser.new_page()
    await log_in(page, world)
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


async def test_submit_is_pressed_where_it_stands_though_leaving_the_field_adds_a_line_above_it(
    browser: Browser, world: World
) -> None:
    page = await browser.new_page()
    await log_in(page, world)
    await page.goto(f"{world.url}/security/change-password")
    confirm = page.get_by_role("textbox", name="Confirm New Password")
    note = page.get_by_text("New Password and Confirm New Password do not match.")
    await page.get_by_role("textbox", name="Current Password").fill(PASSWORDS[ADA])
    await page.get_by_role("textbox", name="New Password", exact=True).fill("Abcdefg!")
    await confirm.fill("Abcdefg?")
    await expect(note).to_be_hidden()
    await page.get_by_role("textbox", name="Current Password").click()
    await expect(note).to_be_visible()
    await expect(confirm).to_have_attribute("aria-invalid", "true")
    await expect(confirm).to_have_accessible_description(
        "New Password and Confirm New Password do not match."
    )
    await confirm.fill("Abcdefg?!")
    await expect(note).to_be_hidden()
    await expect(confirm).to_have_attribute("aria-invalid", "false")
    await page.get_by_role("button", name="Submit").click()
    await expect(page.get_by_role("alert")).to_contain_text("do not match")
    await page.context.close()


async def test_log_in_is_pressed_where_it_stands_while_caps_lock_is_on(
    browser: Browser, world: World
) -> None:
    page = await browser.new_page()
    await page.goto(f"{world.url}/login")
    password = page.get_by_label("Password", exact=True)
    await password.fill("CORRECT-HORSE!")
    await password.dispatch_event("keyup", {"key": "!", "modifierCapsLock": True})
    await expect(page.get_by_text("Caps Lock is on.")).to_be_visible()
    await page.get_by_role("button", name="Log In").click()
    await expect(page.get_by_role("alert")).to_contain_text("Email or password is incorrect.")
    await page.context.close()
