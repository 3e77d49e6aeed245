"""The button in a form that is dangerous asks for a passkey; the key itself is one in software."""

import json
import re
from typing import Any

from playwright.async_api import Browser, Page, expect

from tests.browser.test_console import console, no_fault_of_axe
from tests.integration.test_containment import claimed_conversation
from tests.integration.test_sign_in_passkey import with_passkey
from tests.integration.test_tickets_privacy import NIGHT, a_ticket
from tests.world import ADA, BEN, CLEO, World


async def with_key(browser: Browser, world: World, email: str) -> Page:
    """A console whose browser has the passkey of its person."""
    page = await console(browser, world, email)
    _, passkey = await with_passkey(world, email)

    def show(options: dict[str, Any]) -> Any:
        return json.loads(passkey.shown(options))

    await page.expose_function("showPasskey", show)
    await page.add_init_script("""
        PublicKeyCredential.parseRequestOptionsFromJSON = (options) => options;
        navigator.credentials.get = async ({ publicKey }) => {
            const shown = await showPasskey(publicKey);
            return { toJSON: () => shown };
        };
    """)
    return page


async def test_an_invitation_is_confirmed_with_a_passkey(browser: Browser, world: World) -> None:
    case = await claimed_conversation(world)
    page = await with_key(browser, world, BEN)
    await page.goto(f"{world.url}/console/c/{case}")
    await page.get_by_role("button", name="Send password-reset invitation").click()
    dialog = page.get_by_role("dialog", name="Send password-reset invitation")
    await dialog.get_by_label("Email").fill(ADA)
    await dialog.get_by_label("Reason").fill("Locked out, asked for help in this chat.")
    await dialog.get_by_role("button", name="Use a passkey").click()
    await expect(dialog.get_by_role("status")).to_have_text("Confirmed for the next five minutes.")
    await dialog.get_by_role("button", name="Send invitation").click()
    await expect(dialog).to_be_hidden()
    await world.mail(ADA, "/recover/")
    assert page.faults == []  # type: ignore[attr-defined]


async def test_an_erasure_is_confirmed_with_a_passkey(browser: Browser, world: World) -> None:
    await a_ticket(world)
    page = await with_key(browser, world, CLEO)
    await page.goto(f"{world.url}/console/privacy")
    await page.get_by_label("Email").fill(NIGHT)
    await page.get_by_role("button", name="Preview").click()
    await page.get_by_label("Type the address again").fill(NIGHT)
    await page.get_by_role("button", name="Use a passkey").click()
    await expect(page.get_by_text("Confirmed for the next five minutes.")).to_be_visible()
    await page.get_by_role("button", name="Erase for good").click()
    await expect(page.get_by_text("Receipt R-")).to_be_visible()
    assert page.faults == []  # type: ignore[attr-defined]


async def test_a_shorter_retention_is_confirmed_with_a_passkey(browser: Browser, world: World) -> None:
    page = await with_key(browser, world, CLEO)
    await page.goto(f"{world.url}/console/settings")
    days = page.get_by_label("Days until closed conversations are deleted")
    await days.fill("30")
    await page.get_by_role("button", name="Save settings").click()
    await no_fault_of_axe(page, "settings-shorter")
    await page.get_by_role("button", name="Back to the settings").click()
    await expect(days).to_have_value("30")
    await page.get_by_role("button", name="Save settings").click()
    await page.get_by_role("button", name="Use a passkey").click()
    await expect(page.get_by_text("Confirmed for the next five minutes.")).to_be_visible()
    await page.get_by_role("button", name="Save, and delete after 30 days").click()
    await expect(page.get_by_text("Saved.")).to_be_visible()
    await days.fill("")
    await page.get_by_role("button", name="Save settings").click()
    wrong = "Type a number of days up to 3650, or 0 to keep everything."
    await expect(days).to_have_accessible_description(re.compile(wrong))
    await no_fault_of_axe(page, "settings-wrong")
    assert page.faults == []  # type: ignore[attr-defined]
