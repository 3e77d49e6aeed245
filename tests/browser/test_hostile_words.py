"""A1 at the staff: markup in every word that a stranger may leave; the console and the private page show it as words."""

import uuid
from typing import Any

from playwright.async_api import Browser, expect

from tests.browser.test_console import console
from tests.integration.test_every_route import hidden_fields
from tests.world import ADA, CLEO, PASSWORDS, World, submit

HOSTILE = [
    "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "<svg/onload=alert(1)>", '"><iframe srcdoc="<script>alert(1)</script>">',
    "[a](javascript:alert(1))", "javascript:alert(1)//", "**<b onmouseover=alert(1)>x</b>**", "{{7*7}}${7*7}<%=7*7%>",
    "https://good.example@evil.example/<script>", "</textarea></script><script>alert(1)</script>", "' onfocus=alert(1) autofocus='",
]  # fmt: skip
LISTEN = """
    window.heard = [];
    document.addEventListener("securitypolicyviolation", (event) => heard.push(event.violatedDirective + " " + event.sample));
"""


async def test_markup_is_only_words_on_every_screen(browser: Browser, world: World) -> None:
    panel = await world.visitor()
    case = (await panel.wait("welcome"))["conversation"]
    for text in HOSTILE:
        await panel.say(text)
    await panel.send(
        type="handover", client_id=str(uuid.uuid4()), to="ticket", email="mallory@example.com", subject=HOSTILE[1], text=HOSTILE[0],
    )  # fmt: skip
    private = (await panel.wait("state", handled_by="ticket"))["ticket_url"]
    stranger = world.browser(
        headers={"User-Agent": HOSTILE[0], "Referer": "https://evil.example/" + "<script>"}
    )
    await submit(stranger, "/tickets/new", email="eve@example.com", subject=HOSTILE[2], text=HOSTILE[3])
    await submit(stranger, "/login", email=ADA, password=PASSWORDS[ADA])
    assert hidden_fields((await stranger.get("/security")).text)
    page = await console(browser, world, CLEO)
    dialogs: list[str] = []

    async def shut(dialog: Any) -> None:
        dialogs.append(dialog.message)
        await dialog.dismiss()

    page.on("dialog", shut)
    await page.context.add_init_script(LISTEN)
    screens = [f"/console/c/{case}", "/console", "/console/inbox/all", "/console/tickets", "/console/search?q=alert", "/console/audit",
               f"/console/c/{case}/invite", "/console/articles/gaps", private, "/console/search?q=" + HOSTILE[1]]  # fmt: skip
    for screen in screens:
        await page.goto(world.url + screen if screen.startswith("/") else screen)
        await expect(page.locator("h1, main").first).to_be_visible()
        assert await page.evaluate("heard") == [], screen
        assert (
            await page.locator("main script, main iframe, main img, main svg[onload], main [onerror]").count()
            == 0
        ), screen
    await page.goto(f"{world.url}/console/c/{case}")
    await expect(page.get_by_role("log")).to_contain_text(HOSTILE[0])
    await panel.say(HOSTILE[1] + " live")
    await expect(page.get_by_role("log")).to_contain_text(HOSTILE[1] + " live")
    assert (await page.evaluate("heard"), dialogs, page.faults) == ([], [], [])  # type: ignore[attr-defined]
    hrefs = (
        await page.get_by_role("log")
        .get_by_role("link")
        .evaluate_all("all => all.map((one) => one.protocol)")
    )
    assert set(hrefs) <= {"http:", "https:"}
