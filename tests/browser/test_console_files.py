"""Files of a reply that is not sent yet: never lost, and never in another conversation."""

import asyncio
import re

from playwright.async_api import Browser, Page, Route, expect

from tests.browser.given import GIVE
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


async def test_files_are_dropped_and_pasted_into_a_reply_and_what_is_not_taken_is_said(
    browser: Browser, world: World
) -> None:
    await in_line(world, "the first trouble")
    page = await console(browser, world)
    await expect(page.get_by_text("Live", exact=True)).to_be_visible()
    chips = page.get_by_role("list", name="Attached files").get_by_role("listitem")
    await go(page, "the first trouble")
    assert await page.evaluate(GIVE, ["dragover", ["a.txt"], ""]), "the page is not replaced by the file"
    assert await page.evaluate(GIVE, ["drop", ["a.txt"], ""])
    await expect(chips).to_have_count(1)
    assert await page.evaluate(GIVE, ["paste", ["b.txt"], ""])
    await expect(chips).to_have_count(2)
    assert not await page.evaluate(GIVE, ["paste", ["picture of a table.txt"], "a table"])
    huge = {"name": "huge.png", "mimeType": "image/png", "buffer": bytes((10 << 20) + 1)}
    await page.locator("#attach").set_input_files([huge])  # type: ignore[list-item]
    alert = page.get_by_role("alert")
    await expect(alert).to_have_text("That file is larger than 10 MB. Send a smaller one.")
    assert await page.evaluate(GIVE, ["drop", ["c.txt"], ""])
    await expect(alert).to_be_hidden()
    await expect(chips).to_have_count(3)
    await page.get_by_role("tab", name="Private note").click()
    assert await page.evaluate(GIVE, ["drop", ["of-a-note.txt"], ""])
    assert not await page.evaluate(GIVE, ["paste", ["of-a-note.txt"], ""])
    await page.get_by_role("tab", name="Reply").click()
    await page.locator("#attach").set_input_files([{**STEPS, "name": f"{at}.txt"} for at in range(3)])  # type: ignore[misc]
    await expect(chips).to_have_count(5)
    await expect(alert).to_have_text("At most 5 files go with one message.")
    assert "of-a-note" not in " ".join(await chips.all_inner_texts())
    assert [fault for fault in page.faults if "413" not in fault] == []  # type: ignore[attr-defined]
