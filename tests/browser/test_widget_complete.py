"""What a visitor may ask of the panel beside an answer: ways out, the wait, files, a transcript, a mark, silence."""

import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser, Page, expect
from sqlalchemy import select
from sqlmodel import col

from helpdesk.chat.models import Conversation
from helpdesk.store.session import Tx
from helpdesk.tickets.models import DeskFact
from tests.browser.keyboard import shot
from tests.browser.widget_visit import Visit, claimed, talking, visit
from tests.integration.test_visitor_waits import answer, in_line
from tests.programs import program
from tests.world import ADA, PASSWORDS, World, text_of, until

SOUNDS = """window.tones = 0; OscillatorNode.prototype.start = function () { window.tones++; };"""


def set_hours(tx: Tx, opens: str, closes: str) -> None:
    week = {str(day): [[opens, closes]] for day in range(7)}
    tx.session.add(DeskFact(name="office_hours", value={"zone": "UTC", "week": week}))


def marks(tx: Tx) -> list[tuple[int | None, str]]:
    line = select(col(Conversation.score), col(Conversation.score_text))
    return [(score, words) for score, words in tx.session.execute(line)]


async def test_the_ways_out_stand_below_what_offers_them(browser: Browser, desk: World) -> None:
    seen = await visit(browser, desk.url)
    await seen.open()
    await seen.say("qwxz vbnm plok")
    await expect(seen.log.get_by_role("group", name="Choices")).to_be_visible()
    await shot(seen.page, "widget-ways-out")
    await seen.button("Make it a ticket").click()
    await expect(seen.panel.get_by_role("form", name="Submit a Ticket")).to_be_visible()
    await seen.button("Back to chat").click()
    await seen.button("Ask a person now").click()
    await expect(seen.log).to_contain_text("You are in line for a person")
    await expect(seen.button("Ask a person now")).to_have_count(0)
    desk.clock.wind(seconds=121)
    offer = seen.log.locator(".system").filter(has_text="Nobody was free so far")
    await expect(offer).to_be_visible(timeout=15_000)
    await offer.get_by_role("button", name="Make it a ticket").click()
    form = seen.panel.get_by_role(
        "form", name="Submit a Ticket"
    )  # until it comes, the chat's card has an Email of its own
    await form.get_by_role("textbox", name="Email").fill("eve@example.com")
    await form.get_by_role("textbox", name="Subject").fill("Still locked out")
    await form.get_by_role("textbox", name="Describe the problem").fill("No code.")
    await seen.button("Submit Ticket").click()
    await expect(seen.panel.get_by_text(re.compile(r"Ticket T-\d+ submitted"))).to_be_visible()
    await seen.button("Back to chat").click()
    await expect(seen.button("Make it a ticket")).to_have_count(0)
    assert seen.faults == []
    await seen.page.context.close()


async def test_a_ticket_takes_files_along_and_finds_articles_while_it_is_written(
    browser: Browser, desk: World, tmp_path: Path
) -> None:
    seen = await visit(browser, desk.url)
    await seen.open()
    await seen.button("Submit a Ticket").click()
    form = seen.panel.get_by_role("form", name="Submit a Ticket")
    await form.get_by_role("textbox", name="Email").fill("eve@example.com")
    await form.get_by_role("textbox", name="Subject").press_sequentially("no verification code")
    await expect(form.get_by_text("These may help at once:")).to_be_visible()
    await form.get_by_role("button", name=re.compile("code")).first.click()
    await expect(seen.panel.get_by_role("heading", level=2)).to_contain_text("code")
    await seen.button("Back to chat").click()
    await seen.button("Submit a Ticket").click()
    await form.get_by_role("textbox", name="Describe the problem").fill("See the file.")
    shot_of_it = tmp_path / "screen.txt"
    shot_of_it.write_text("what I saw\n" * 50)
    wrong = tmp_path / "run.exe"
    wrong.write_bytes(b"MZ")
    await form.locator("input[type=file]").set_input_files(wrong)
    await expect(form.get_by_role("alert")).to_contain_text("That file type is not allowed.")
    await form.locator("input[type=file]").set_input_files(shot_of_it)
    await expect(form.get_by_role("button", name="Remove screen.txt")).to_be_visible()
    await expect(form.get_by_role("alert")).to_have_count(0)
    await expect(form.get_by_role("progressbar")).to_have_count(0)
    await shot(seen.page, "widget-ticket-file")
    await seen.button("Submit Ticket").click()
    await expect(seen.panel.get_by_text(re.compile(r"Ticket T-\d+ submitted"))).to_be_visible()
    address = await seen.panel.locator('a[href*="/t/"]').get_attribute("href")
    await seen.button("Back to chat").click()
    await expect(seen.lines("You: screen.txt")).to_have_count(0)
    await expect(seen.log.get_by_role("link", name=re.compile(r"screen\.txt"))).to_be_visible()
    assert address
    async with desk.browser() as reader:
        page = (await reader.get(address)).text
    assert "See the file." in page
    assert "screen.txt" in page
    await seen.page.context.close()


async def test_who_is_away_says_when_they_are_back_in_the_readers_own_time(
    browser: Browser, desk: World
) -> None:
    opens = (desk.clock.now() + timedelta(hours=3)).replace(minute=0, second=0, microsecond=0)
    closes = opens + timedelta(hours=1)
    await desk.desk.store.write(set_hours, f"{opens:%H:%M}", f"{closes:%H:%M}")
    seen = await visit(browser, desk.url, timezone_id="Asia/Tokyo", locale="en-GB")
    await seen.open()
    there = (opens + timedelta(hours=9)).strftime(r"%a, %b %-d, %-I:%M\s%p")
    line = seen.panel.locator(".status")
    await expect(line).to_have_text(re.compile(f"We are away now.*We are back {there}\\."))
    await shot(seen.page, "widget-away")
    await seen.button("Talk to a person").click()
    card = seen.panel.get_by_role("form", name="Leave your email")
    await card.get_by_role("textbox", name="Email").fill("not an address")
    await card.get_by_role("button", name="Save").click()
    await expect(card).to_contain_text("Enter an email address like name@example.com.")
    await shot(seen.page, "widget-contact")
    await card.get_by_role("textbox", name="Email").fill("eve@example.com")
    await card.get_by_role("button", name="Save").click()
    await expect(seen.log).to_contain_text("We can reply to eve@example.com.")
    await seen.page.context.close()


async def test_who_waits_sees_the_place_in_line_and_how_long_others_waited(
    browser: Browser, desk: World
) -> None:
    ben = await desk.staff()
    await (await desk.staff_socket(ben)).wait("welcome")
    async with await program(desk) as api:
        for minutes in (2, 4, 6):
            _, conversation = await in_line(desk)
            desk.clock.wind(minutes=minutes)
            await answer(api, conversation)
    await (await desk.staff_socket(ben)).wait("welcome")  # the clock was wound: here again
    _, ahead = await in_line(desk)
    seen = await visit(browser, desk.url)
    await seen.open()
    await seen.button("Talk to a person").click()
    line = seen.panel.locator(".status")
    await expect(line).to_have_text(re.compile(r"You are number 2 in the queue · Others waited \d–\d min\."))
    await shot(seen.page, "widget-queue")
    async with await program(desk) as api:
        await answer(api, ahead)
    await expect(line).to_contain_text("You are number 1 in the queue")
    await seen.page.context.close()


async def _sign_in(page: Page, url: str) -> None:
    await page.goto(f"{url}/login")
    await page.get_by_label("Email", exact=True).fill(ADA)
    await page.get_by_label("Password", exact=True).fill(PASSWORDS[ADA])
    await page.get_by_role("button", name="Log In").click()


async def _menu(seen: Visit, name: str) -> None:
    await seen.button("More options").click()
    await seen.button(name).click()


async def test_the_conversation_is_mailed_to_a_proved_address_and_to_no_other(
    browser: Browser, desk: World
) -> None:
    seen = await visit(browser, f"{desk.url}/login")
    await _sign_in(seen.page, desk.url)
    await expect(seen.page.get_by_role("heading", name="Security", level=1)).to_be_visible()
    await seen.open()
    await seen.say("please keep this for me")
    await expect(seen.lines("Assistant:")).to_have_count(1)
    for address, sentence in (
        ("eve@example.com", "to the address of your account only"),
        (ADA, "The conversation is on its way to you."),
    ):
        await _menu(seen, "Email conversation")
        await seen.panel.get_by_role("textbox", name="Email").fill(address)
        await seen.button("Send").click()
        await expect(seen.panel.get_by_text(sentence)).to_be_visible()
    assert "please keep this for me" in text_of(await desk.mail(ADA, "please keep this for me"))
    assert await desk.mails("eve@example.com") == []
    await seen.page.context.close()


async def test_the_conversation_is_downloaded_as_a_text(
    browser: Browser, desk: World, tmp_path: Path
) -> None:
    seen = await talking(browser, desk.url)
    await seen.say("i forgot my password and i cannot log in")
    await expect(seen.log.get_by_text("Forgot Password").last).to_be_visible()
    async with seen.page.expect_download() as given:
        await _menu(seen, "Download conversation")
    download: Any = await given.value
    await download.save_as(tmp_path / "kept.txt")
    assert download.suggested_filename == "conversation.txt"
    words = (tmp_path / "kept.txt").read_text(encoding="utf-8")
    assert re.search(r"You: hello\n\n.*Assistant: Hello", words)
    assert f" ({desk.url}/" in words
    assert "**" not in words
    assert "](" not in words
    assert seen.faults == []
    await seen.page.context.close()


async def test_a_closed_conversation_takes_a_mark_and_makes_room_for_a_new_one(
    browser: Browser, desk: World
) -> None:
    seen = await visit(browser, desk.url)
    await seen.open()
    await seen.say("hello")
    async with claimed(desk, seen) as agent:
        await agent.resolve()
    card = seen.panel.get_by_role("group", name="How was the support you received?")
    await card.get_by_role("radio", name="5 – Very good").check()
    await seen.panel.get_by_role("textbox", name="Tell us more (optional)").fill("Ben was kind.")
    await seen.button("Send feedback").click()
    await expect(seen.panel.get_by_text("Thank you for your feedback.")).to_be_focused()

    async def is_kept() -> bool:  # the panel thanks before the server has it
        return (5, "Ben was kind.") in await desk.desk.store.read(marks)

    await until(is_kept)
    await seen.page.reload()
    await seen.open()
    await expect(seen.button("Start a new conversation")).to_be_visible()
    await expect(card).to_have_count(0)  # it was given
    await seen.button("Start a new conversation").click()
    await expect(seen.lines("You: hello")).to_have_count(0)
    await expect(seen.panel.get_by_role("group", name="Suggested replies")).to_be_visible()
    await seen.page.context.close()


async def test_a_conversation_that_was_opened_again_is_asked_about_at_its_next_end(
    browser: Browser, desk: World
) -> None:
    seen = await visit(browser, desk.url)
    await seen.open()
    await seen.say("hello")
    card = seen.panel.get_by_role("group", name="How was the support you received?")
    async with claimed(desk, seen) as agent:
        await agent.resolve()
        await card.get_by_role("radio", name="5 – Very good").check()
        await seen.button("Send feedback").click()
        await expect(seen.panel.get_by_text("Thank you for your feedback.")).to_be_visible()
        await seen.say("one more thing")
        await expect(seen.lines("You: one more thing")).to_contain_text("Sent")
        await expect(seen.button("Start a new conversation")).to_have_count(0)
        await agent.resolve()
    await expect(card).to_be_visible()
    await seen.page.context.close()


@pytest.mark.parametrize("muted", [False, True])
async def test_of_two_tabs_one_sounds_and_none_when_muted(browser: Browser, desk: World, muted: bool) -> None:
    context = await browser.new_context()
    await context.add_init_script(SOUNDS)
    first = await visit(context, desk.url)
    await first.open()
    await first.say("hello")
    async with claimed(desk, first) as agent:
        if muted:
            await _menu(first, "Mute sounds")
            await first.button("More options").click()
            await expect(first.button("Mute sounds")).to_have_attribute("aria-pressed", "true")
            await first.button("More options").click()
        second = await visit(context, desk.url)
        await second.open()
        for tab in (first, second):
            await expect(tab.lines("You: hello")).to_have_count(1)
            await tab.button("Close chat").click()
            await expect(tab.launcher).to_have_accessible_name("Open Customer Support chat")
        await agent.say("Are you there?")
        for tab in (first, second):
            await expect(tab.launcher).to_have_accessible_name("Open Customer Support chat, 1 unread message")
        tones = [await tab.frame.evaluate("window.tones") for tab in (first, second)]
        assert sum(tones) == (0 if muted else 1), tones
    await context.close()
