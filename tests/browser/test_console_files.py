"""Files of a reply that is not sent yet: never lost, and never in another conversation."""

import asyncio
import re

from playwright.async_api import Browser, Page, Route, expect

from tests.browser.test_console import console, in_line
from tests.world import World

STEPS = {"name": "steps.txt", "mimeType": "text/plain", "buffer": b"1. Press Send"}


async def go(page: Page, words: str) -> None:
    """Open the conversation with these words in the list."""
    await page.get_by_role("link", name=re.compile(words)).click()
    await expect(page.get_by_role("log", name="Conversation")).to_contain_text(words)


async def test_an_attached_file_is_there_again_after_another_conversation_and_a_reload(
    browser: Browser, world: World
) -> None:
    first, _ = await in_line(world, "the first trouble")
    await in_line(world, "the second trouble")
    page = await console(browser, world)
    await expect(page.get_by_text("Live", exact=True)).to_be_visible()
    chips = page.get_by_role("list", name="Attached files").get_by_role("listitem")
    await go(page, "the first trouble")
    await page.locator("#attach").set_input_files([STEPS, {**STEPS, "name": "wrong.txt"}])  # type: ignore[list-item]
    await expect(chips).to_have_count(2)
    await go(page, "the second trouble")
    await expect(chips).to_have_count(0)
    await go(page, "the first trouble")
    await expect(chips).to_have_count(2)
    async with page.expect_response(re.compile("/draft$")):
        await page.get_by_role("button", name="Remove wrong.txt").click()
    await page.reload()
    await expect(chips).to_have_text([re.compile("steps.txt")])
    await page.set_viewport_size({"width": 320, "height": 640})
    await page.get_by_role("button", name="Send", exact=True).scroll_into_view_if_needed()
    await expect(page.get_by_role("button", name="Send", exact=True)).to_be_in_viewport(ratio=1)
    await page.get_by_role("textbox", name="Reply to Visitor").fill("Look.")
    await page.keyboard.press("Control+Enter")
    sent = await first.wait("message", author="agent")
    assert [file["name"] for file in sent["files"]] == ["steps.txt"]
    await expect(chips).to_have_count(0)
    await page.reload()
    await expect(chips).to_have_count(0)
    assert page.faults == []  # type: ignore[attr-defined]


async def test_a_file_that_is_still_on_its_way_stays_with_the_conversation_it_was_chosen_for(
    browser: Browser, world: World
) -> None:
    await in_line(world, "the first trouble")
    second, _ = await in_line(world, "the second trouble")
    page = await console(browser, world)
    await expect(page.get_by_text("Live", exact=True)).to_be_visible()
    chips = page.get_by_role("list", name="Attached files").get_by_role("listitem")
    may_go = asyncio.Event()

    async def slow(route: Route) -> None:
        await may_go.wait()
        await route.continue_()

    await page.route("**/console/files/**", slow)
    await go(page, "the first trouble")
    await page.locator("#attach").set_input_files(STEPS)  # type: ignore[arg-type]
    await go(page, "the second trouble")
    await page.get_by_role(
        "link", name=re.compile("the first trouble")
    ).hover()  # fetched ahead without the file
    may_go.set()
    await expect(page.get_by_text("steps.txt waits with the draft of its conversation.")).to_be_visible()
    await expect(chips).to_have_count(0)
    await page.get_by_role("textbox", name="Reply to Visitor").fill("Words only.")
    await page.keyboard.press("Control+Enter")
    assert (await second.wait("message", author="agent"))["files"] == []
    await go(page, "the first trouble")
    await expect(chips).to_have_text([re.compile("steps.txt")])
    assert page.faults == []  # type: ignore[attr-defined]
