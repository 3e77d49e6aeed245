"""What an agent's hands do all day in the console: undo, unread, the next one, many at once, keys of one's own."""

import re

from playwright.async_api import Browser, expect

from tests.browser.keyboard import shot
from tests.browser.test_console import console, in_line, no_fault_of_axe
from tests.world import BEN, CLEO, PASSWORDS, World, submit

NIGHT = "night@example.com"


async def test_a_reply_to_a_ticket_is_taken_back_or_goes_out_by_itself(
    browser: Browser, world: World
) -> None:
    sent = await submit(
        world.browser(), "/tickets/new", email=NIGHT, subject="No code", text="It never came."
    )
    private = sent.headers["location"].partition("?")[0]
    page = await console(browser, world)
    await page.goto(f"{world.url}/console/tickets/T-1001")
    await expect(page.get_by_text("Live", exact=True)).to_be_visible()
    log, box = (
        page.get_by_role("log", name="Conversation"),
        page.get_by_role("textbox", name="Reply to night"),
    )
    await box.fill("Look in spam.")
    await page.keyboard.press("Control+Enter")
    await log.get_by_role("button", name="Undo").click()
    await expect(box).to_have_value("Look in spam.")
    await expect(log.get_by_text("Look in spam.")).to_have_count(0)
    await page.keyboard.press("Control+Enter")
    await expect(log.get_by_role("button", name="Undo")).to_be_visible()
    await shot(page, "console-undo")
    await page.reload()
    await expect(log.get_by_text("Look in spam.")).to_have_count(1)
    await page.get_by_role("main").press("z")
    await expect(box).to_have_value("Look in spam.")
    await page.get_by_role("button", name="Send and resolve").click()
    await expect(log.get_by_role("button", name="Undo")).to_be_visible()
    world.clock.wind(seconds=6)  # the worker is first, and the console finds it gone
    await expect(page.get_by_role("button", name="Reopen")).to_be_visible()
    await expect(log.get_by_text("Look in spam.")).to_have_count(1)
    assert (await world.browser().get(private)).text.count("Look in spam.") == 1
    assert page.faults == []  # type: ignore[attr-defined]


async def test_the_next_conversation_opens_in_place_and_each_keeps_its_own(
    browser: Browser, world: World
) -> None:
    first, one = await in_line(world, "the first trouble")
    second, two = await in_line(world, "the second trouble")
    page = await console(browser, world)
    await expect(page.get_by_text("Live", exact=True)).to_be_visible()
    await page.evaluate("window.stayed = true")
    await page.get_by_role("link", name=re.compile("the first trouble")).click()
    log, box = (
        page.get_by_role("log", name="Conversation"),
        page.get_by_role("textbox", name="Reply to Visitor"),
    )
    await expect(log).to_contain_text("the first trouble")
    await box.fill("Half a sentence for the first")
    await page.get_by_role("link", name=re.compile("the first trouble")).dispatch_event("pointerover")
    await page.wait_for_load_state("networkidle")  # what is fetched ahead now knows no draft
    await page.keyboard.press("Alt+ArrowDown")
    await expect(log).to_contain_text("the second trouble")
    await expect(page).to_have_url(re.compile(two))
    await expect(box).to_have_value("")
    await box.fill("For the second.")
    await page.keyboard.press("Control+Enter")
    await second.wait("message", author="agent", text="For the second.")
    await second.say("the second writes on")
    await first.say("the first writes on")
    await expect(log.get_by_text("the second writes on")).to_have_count(1)
    await expect(log.get_by_text("the first writes on")).to_have_count(0)
    await page.go_back()
    await expect(log.get_by_text("the first writes on")).to_have_count(1)
    await expect(page).to_have_url(re.compile(one))
    await expect(box).to_have_value("Half a sentence for the first")
    assert await page.evaluate("window.stayed")
    await box.evaluate("box => { box.dataset.mine = 'yes'; }")
    await page.get_by_role("link", name="Skip to main content").press("Enter")
    await expect(page.get_by_role("main")).to_be_focused()
    await page.wait_for_load_state("networkidle")
    await expect(box).to_have_attribute("data-mine", "yes")
    assert not [frame for frame in first.messages() if frame["author"] == "agent"]
    await box.fill("Solved.")
    await page.keyboard.press("Control+Shift+Enter")
    await first.wait("state", handled_by="closed")
    assert page.faults == []  # type: ignore[attr-defined]


async def test_rows_say_who_writes_and_what_is_unread_again(browser: Browser, world: World) -> None:
    _, ident = await in_line(world)
    await in_line(world, "another one")
    ben, cleo = await console(browser, world), await console(browser, world, CLEO)
    row = (
        ben.get_by_role("region", name="Conversations")
        .get_by_role("listitem")
        .filter(has_text="I cannot get in")
    )
    await expect(ben.get_by_text("Live", exact=True)).to_be_visible()
    await cleo.goto(f"{world.url}/console/c/{ident}")
    await expect(row.get_by_text("Cleo is viewing")).to_be_visible()
    await expect(row.get_by_text("1 unread")).to_have_count(0)
    await cleo.get_by_role("textbox", name="Reply to Visitor").press_sequentially("I take", delay=5)
    await expect(row.get_by_text("Cleo is replying")).to_be_visible()
    await cleo.get_by_role("button", name="Mark unread").click()
    await expect(cleo.get_by_role("region", name="Conversations")).to_be_visible()
    await expect(row.get_by_text("1 unread")).to_be_visible()
    await expect(row.get_by_text("Cleo is")).to_have_count(0)
    assert [*ben.faults, *cleo.faults] == []  # type: ignore[attr-defined]


async def test_what_is_pressed_stays_until_it_is_let_go(browser: Browser, world: World) -> None:
    panel, ident = await in_line(world)
    page = await console(browser, world)
    await page.goto(f"{world.url}/console/c/{ident}")
    await expect(page.get_by_text("Live", exact=True)).to_be_visible()
    row = page.get_by_role("listitem").filter(has_text="I cannot get in")
    await expect(row.get_by_text("1 unread")).to_have_count(0)
    await page.get_by_role("button", name="Mark unread").hover()
    await page.mouse.down()
    async with page.expect_response(re.compile(f"/console/c/{ident}$")) as renewed:
        await panel.say("Are you there?")
    await (await renewed.value).finished()
    await page.evaluate("new Promise(requestAnimationFrame)")
    async with page.expect_response(re.compile("/unread$")) as marked:
        await page.mouse.up()
    assert (await marked.value).ok


async def test_a_whole_view_is_chosen_and_keys_are_ones_own(browser: Browser, world: World) -> None:
    for number in range(52):
        panel, _ = await in_line(world, f"trouble {number}")
        await panel.close()
    page = await console(browser, world)
    bar = page.get_by_role("toolbar", name="Bulk actions")
    await page.get_by_role("checkbox").first.check()
    await bar.get_by_role("button", name="Select all", exact=True).click()
    await expect(bar.get_by_text("50 selected")).to_be_visible()
    await bar.get_by_role("button", name="Select all 52 in this view").click()
    await expect(bar.get_by_text("52 selected")).to_be_visible()
    await bar.get_by_role("button", name="Resolve").click()
    await expect(page.get_by_text("52 resolved.")).to_be_visible(timeout=15_000)
    await expect(page.get_by_role("link", name=re.compile("trouble"))).to_have_count(0)
    await page.keyboard.press("Control+k")
    await page.keyboard.type("undo what")
    await page.keyboard.press("Enter")
    await expect(page.get_by_text("52 put back.")).to_be_visible(timeout=15_000)
    await page.goto(f"{world.url}/console/settings")
    await page.get_by_label("Reply", exact=True).fill("q")
    await page.get_by_label("Sound when a customer of mine writes").select_option("Knock")
    await page.get_by_role("button", name="Save my console").click()
    await expect(page.get_by_text("Saved.")).to_be_visible()
    await expect(page.get_by_label("Reply", exact=True)).to_have_value("q")
    await no_fault_of_axe(page, "settings-mine")
    await page.goto(f"{world.url}/console")
    await page.get_by_role("link", name=re.compile(r"trouble 1\b")).click()
    await expect(page.get_by_role("log", name="Conversation")).to_be_visible()
    await page.keyboard.press("r")
    await expect(page.get_by_role("textbox", name="Reply to Visitor")).not_to_be_focused()
    await page.keyboard.press("q")
    await expect(page.get_by_role("textbox", name="Reply to Visitor")).to_be_focused()
    assert page.faults == []  # type: ignore[attr-defined]


async def test_a_wrong_key_is_said_beside_its_field_and_stays_as_it_was_typed(
    browser: Browser, world: World
) -> None:
    page = await console(browser, world)
    await page.goto(f"{world.url}/console/settings")
    reply, snooze = page.get_by_label("Reply", exact=True), page.get_by_label("Snooze", exact=True)
    await reply.fill("Enter")
    await snooze.fill("e")
    await page.get_by_label("Sound when a customer of mine writes").select_option("Knock")
    await page.get_by_role("button", name="Save my console").click()
    await expect(page.get_by_role("alert")).to_contain_text("Nothing was saved.")
    await expect(reply).to_have_value("Enter")
    await expect(reply).to_have_accessible_description(
        "“Enter” is no key: use a letter, Shift+ and a letter, or g and one."
    )
    await expect(snooze).to_have_accessible_description("“e” would do two things.")
    await expect(page.get_by_label("Resolve", exact=True)).to_have_accessible_description("")
    await expect(page.get_by_label("Sound when a customer of mine writes")).to_have_value("knock")
    await no_fault_of_axe(page, "settings-mine-wrong")
    assert page.faults == []  # type: ignore[attr-defined]


async def test_a_draft_that_could_not_be_saved_is_saved_when_the_line_is_back(
    browser: Browser, world: World
) -> None:
    await in_line(world, "the first trouble")
    await in_line(world, "the second trouble")
    page = await console(browser, world)
    await expect(page.get_by_text("Live", exact=True)).to_be_visible()
    await page.get_by_role("link", name=re.compile("the first trouble")).click()
    box = page.get_by_role("textbox", name="Reply to Visitor")
    await expect(box).to_be_visible()
    await page.context.set_offline(True)
    async with page.expect_event("requestfailed", lambda request: request.url.endswith("/draft")):
        await box.fill("Half a sentence")
    await page.context.set_offline(False)
    await expect(page.get_by_text("Draft saved")).to_be_visible()
    await page.get_by_role("link", name=re.compile("the second trouble")).click()
    await expect(box).to_have_value("")
    await page.get_by_role("link", name=re.compile("the first trouble")).click()
    await expect(box).to_have_value("Half a sentence")
    await page.context.close()


async def test_the_last_words_before_a_session_ends_are_there_after_signing_in_again(
    browser: Browser, world: World
) -> None:
    _, ident = await in_line(world)
    page = await console(browser, world)
    await page.goto(f"{world.url}/console/c/{ident}")
    await expect(page.get_by_text("Live", exact=True)).to_be_visible()
    other = await page.context.new_page()
    await other.goto(f"{world.url}/console")
    box = page.get_by_role("textbox", name="Reply to Visitor")
    await box.fill("Half a sentence")
    await other.get_by_role("button", name="Log Out", exact=True).click()
    await page.get_by_label("Email", exact=True).fill(BEN)
    await page.get_by_label("Password", exact=True).fill(PASSWORDS[BEN])
    await page.get_by_role("button", name="Log In").click()
    await expect(box).to_have_value("Half a sentence")
    await expect(page.get_by_text("Draft saved")).to_be_visible()
    await page.reload()
    await expect(box).to_have_value("Half a sentence")
    assert page.faults == []  # type: ignore[attr-defined]
    await page.context.close()


async def test_which_of_reply_and_note_is_open_shows_where_the_system_picks_the_colours(
    browser: Browser, world: World
) -> None:
    _, ident = await in_line(world)
    page = await console(browser, world, forced_colors="active")
    await page.goto(f"{world.url}/console/c/{ident}")
    reply, note = page.get_by_role("tab", name="Reply"), page.get_by_role("tab", name="Private note")
    line = "node => getComputedStyle(node).borderBottomColor"
    paper = "rgb(255, 255, 255)"
    assert [await tab.evaluate(line) == paper for tab in (reply, note)] == [False, True]
    await note.click()
    assert [await tab.evaluate(line) == paper for tab in (reply, note)] == [True, False]
    row = page.locator("li.row.is-current")
    assert await row.evaluate("node => getComputedStyle(node).outlineStyle") == "solid"
    await shot(page, "console-forced-colours")
    await page.context.close()


END_OF_WORDS = """node => {
  const text = node.firstChild, range = new Range();
  const left = (at) => { range.setStart(text, at); range.setEnd(text, at + 1); return range.getBoundingClientRect().left; };
  return left(text.length - 1) - left(text.length - 2);
}"""
"""How far right of the letter before it the last mark stands."""


async def test_words_from_right_to_left_end_on_the_left_here_and_on_the_private_page(
    browser: Browser, world: World
) -> None:
    words = "لا أستطيع تسجيل الدخول."
    sent = await submit(world.browser(), "/tickets/new", email=NIGHT, subject="Login", text=words)
    page = await console(browser, world)
    await page.goto(f"{world.url}/console/tickets/T-1001")
    said = page.get_by_role("log", name="Conversation").get_by_text(words)
    assert await said.evaluate(END_OF_WORDS) < 0
    await page.goto(world.url + sent.headers["location"])
    assert await page.get_by_role("list", name="Conversation").get_by_text(words).evaluate(END_OF_WORDS) < 0
    await page.context.close()


async def test_the_first_of_the_list_opens_once_and_the_way_back_is_one_step(
    browser: Browser, world: World
) -> None:
    await in_line(world, "the first trouble")
    page = await console(browser, world)
    await expect(page.get_by_text("Live", exact=True)).to_be_visible()
    await page.get_by_role("link", name=re.compile("the first trouble")).click()
    await expect(page.get_by_role("log", name="Conversation")).to_be_visible()
    for _ in range(2):
        async with page.expect_response(re.compile("/console/c/")):
            await page.keyboard.press("Alt+ArrowUp")
        await expect(page.get_by_role("main")).to_be_focused()
    await page.go_back()
    await expect(page).to_have_url(f"{world.url}/console")
    await page.context.close()
