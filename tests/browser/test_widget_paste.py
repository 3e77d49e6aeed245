"""Files that are dropped or pasted into the panel."""

from playwright.async_api import Browser, expect

from tests.browser.given import GIVE
from tests.browser.widget_visit import talking
from tests.world import World


async def test_files_are_dropped_and_pasted_and_words_that_come_with_a_picture_are_words(
    browser: Browser, desk: World
) -> None:
    seen = await talking(browser, desk.url)
    assert await seen.frame.evaluate(GIVE, ["dragover", ["a.txt"], ""]), (
        "the page is not replaced by the file"
    )
    assert await seen.frame.evaluate(GIVE, ["drop", ["a.txt"], ""])
    await expect(seen.button("Remove a.txt")).to_be_visible()
    assert await seen.frame.evaluate(GIVE, ["paste", ["b.txt"], ""])
    await expect(seen.button("Remove b.txt")).to_be_visible()
    assert not await seen.frame.evaluate(GIVE, ["paste", ["picture of a table.txt"], "a table"])
    await expect(seen.button("Remove picture of a table.txt")).to_have_count(0)
    await seen.button("Submit a Ticket").click()
    await expect(seen.panel.get_by_role("textbox", name="Email")).to_be_focused()
    assert await seen.frame.evaluate(GIVE, ["paste", ["of-the-ticket.txt"], ""])
    await expect(seen.button("Remove of-the-ticket.txt")).to_be_visible()
    await seen.page.context.close()
