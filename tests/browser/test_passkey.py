"""The button of the invitation's dialog asks for a passkey; the key itself is one in software."""

import json
from typing import Any

from playwright.async_api import Browser, expect

from tests.browser.test_console import console
from tests.integration.test_containment import claimed_conversation
from tests.integration.test_sign_in_passkey import with_passkey
from tests.world import ADA, World


async def test_an_invitation_is_confirmed_with_a_passkey(browser: Browser, world: World) -> None:
    case = await claimed_conversation(world)
    page = await console(browser, world)
    _, passkey = await with_passkey(world)

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
