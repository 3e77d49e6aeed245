"""What another window says to the page or to the panel is not heard."""

from playwright.async_api import Browser, expect

from tests.browser.widget_visit import visit
from tests.world import World

FORGED = [
    {"type": "open"}, {"type": "close"}, {"type": "unread", "count": 99}, {"type": "ready", "phrases": {}}, {"type": "init"},
    {"type": "wish", "view": "ticket", "message": "forged"}, {"type": "identify", "token": "forged"}, "open", None, 7,
]  # fmt: skip


async def test_words_of_another_window_are_not_heard(browser: Browser, desk: World) -> None:
    seen = await visit(browser, f"{desk.url}/")
    await seen.page.evaluate(
        """(forged) => new Promise((done) => {
            const child = document.createElement("iframe");
            child.onload = () => {
                for (const one of forged) {
                    dispatchEvent(new MessageEvent("message", { data: one, origin, source: child.contentWindow }));
                    dispatchEvent(new MessageEvent("message", { data: one, origin: "https://evil.example", source: window }));
                    postMessage(one, "*");
                }
                setTimeout(done, 0);
            };
            document.body.append(child);
        })""",
        FORGED,
    )
    await expect(seen.dialog).to_be_hidden()
    assert await seen.launcher.get_attribute("aria-label") == "Open Customer Support chat"
    await seen.open()
    await seen.page.evaluate(
        """(forged) => {
            const panel = [...document.querySelectorAll("*")].map((one) => one.shadowRoot?.querySelector("iframe")).find(Boolean);
            for (const one of forged) panel.contentWindow.dispatchEvent(
                new panel.contentWindow.MessageEvent("message", { data: one, origin: "https://evil.example", source: window }));
        }""",
        FORGED,
    )
    await expect(seen.box).to_have_value("")
    await expect(seen.dialog).to_be_visible()
    await seen.say("still mine")
    await expect(seen.lines("You: still mine")).to_contain_text("Sent")
    await seen.page.context.close()
