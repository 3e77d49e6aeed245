"""Nothing lost, nothing doubled: cuts, reloads, hangs, tabs, the way back, no WebSockets at all."""

import asyncio
import os
import random
import re
from pathlib import Path

import pytest
from playwright.async_api import Browser, expect

from tests.browser.widget_visit import claimed, host_page, talking, visit
from tests.cut_proxy import cut_proxy
from tests.world import World, start_world, until

RUNS = int(os.environ.get("HELPDESK_WIDGET_RUNS", "8"))  # 200 before a release


@pytest.mark.timeout(60 + 4 * RUNS)
async def test_random_cuts_reloads_hangs_and_restarts_lose_and_double_nothing(
    browser: Browser, tmp_path: Path
) -> None:
    luck = random.Random(7)
    async with cut_proxy() as proxy, start_world(tmp_path, base_url=proxy.url, limits="off") as world:
        proxy.target_port = world.port
        seen = await visit(browser, world.url)
        await seen.open()
        said = []
        for run in range(RUNS):
            words = f"message number {run}."
            trouble = luck.choice(["cut", "hang", "reload", "offline", "none"])
            if trouble in ("cut", "hang"):
                proxy.cut("/ws/visitor", "/visitor/poll", silent=trouble == "hang")
            if trouble == "offline":
                await seen.page.context.set_offline(True)
            await seen.say(words)
            said.append(words)
            await expect(seen.lines(f"You: {words}")).to_have_count(1)
            await asyncio.sleep(luck.random())
            if trouble == "reload":
                await seen.page.reload()
                await seen.open()
            proxy.mend()
            await seen.page.context.set_offline(False)
        await expect(seen.panel.get_by_text("Sending")).to_have_count(0, timeout=40_000)
        while await seen.button("Show earlier messages").is_visible():
            before = await seen.log.locator(":scope > div").count()
            await seen.button("Show earlier messages").click()
            await expect(seen.log.locator(":scope > div")).not_to_have_count(before)
            await asyncio.sleep(0.2)
        shown = await seen.lines("You:").all_inner_texts()
        assert [re.search(r"message number \d+\.", line)[0] for line in shown] == said  # type: ignore[index]
        token = await seen.frame.evaluate("JSON.parse(localStorage['helpdesk:token'])")
        panel = await world.visitor(token)
        await panel.wait("state")
        assert [m["text"] for m in panel.messages() if m["author"] == "visitor"] == said
        assert (
            await seen.frame.evaluate("Object.keys(localStorage).filter(key => key.includes('out:'))") == []
        )
        await seen.page.context.close()


async def test_a_reload_in_the_middle_brings_back_conversation_and_draft(
    browser: Browser, desk: World
) -> None:
    seen = await talking(browser, desk.url)
    await seen.box.press_sequentially("half a sen")
    await seen.page.reload()
    await seen.open()
    await expect(seen.lines("You: hello")).to_have_count(1)
    await expect(seen.box).to_have_value("half a sen")
    await seen.box.fill("my password is Hunter2!x")
    await seen.page.reload()
    await seen.open()
    await expect(seen.box).to_have_value("")
    await seen.page.context.close()


async def test_two_tabs_show_the_same_and_reading_in_one_clears_the_other(
    browser: Browser, desk: World
) -> None:
    first = await talking(browser, desk.url)
    async with claimed(desk, first) as agent:
        await first.button("Close chat").click()
        second = await visit(first.page.context, desk.url)
        await agent.say("Are you there?")
        for tab in (first, second):
            await expect(
                tab.page.get_by_role("button", name="Open Customer Support chat, 1 unread message")
            ).to_be_visible()
        assert await first.page.title() == "(1) " + (await second.page.title()).removeprefix("(1) ")
        await second.page.get_by_role("button", name="Open Customer Support chat").click()
        await second.say("yes, here")
        await expect(second.lines("You: yes, here")).to_have_count(1)
        await expect(
            first.page.get_by_role("button", name="Open Customer Support chat", exact=True)
        ).to_be_visible()
        await first.open()
        for tab in (first, second):
            await expect(tab.lines("You: yes, here")).to_have_count(1)
            await expect(tab.lines("Ben: Are you there?")).to_have_count(1)
    await first.page.context.close()


async def test_a_chat_that_is_begun_anew_in_one_tab_is_begun_anew_in_the_other(
    browser: Browser, desk: World
) -> None:
    first = await talking(browser, desk.url)
    second = await visit(first.page.context, desk.url)
    await second.open()
    await expect(second.lines("You: hello")).to_have_count(1)
    async with claimed(desk, first) as agent:
        await agent.resolve()
    await second.button("Start a new conversation").click()
    for tab in (second, first):
        await expect(tab.lines("You: hello")).to_have_count(0)
    await first.say("and another thing")
    for tab in (first, second):
        await expect(tab.lines("You: and another thing")).to_have_count(1)
    assert [*first.faults, *second.faults] == []
    await first.page.context.close()


async def test_where_sockets_are_blocked_the_same_goes_over_requests(browser: Browser, desk: World) -> None:
    context = await browser.new_context()
    await context.add_init_script(
        """globalThis.WebSocket = class {
          readyState = 0;
          constructor() { setTimeout(() => this.onclose?.({ code: 1006 }), 10); }
          send() {}
          close() {}
        }"""
    )
    seen = await visit(context, desk.url)
    await seen.open()
    await seen.say("hello without sockets")
    await expect(seen.lines("You: hello without sockets")).to_contain_text("Sent", timeout=15_000)
    await expect(seen.lines("Assistant:")).to_have_count(1)
    async with claimed(desk, seen) as agent:
        await agent.say("I reach you all the same.")
        await expect(seen.lines("Ben: I reach you")).to_have_count(1)
        await seen.say("good")
        await expect(seen.lines("You: good")).to_contain_text("Sent")
    assert (await seen.lines("You:").count(), await seen.lines("Ben:").count()) == (2, 1)
    await context.close()


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # the form's temporary file
async def test_files_travel_with_progress_and_wrong_ones_are_refused_at_once(
    browser: Browser, desk: World, tmp_path: Path
) -> None:
    seen = await talking(browser, desk.url)
    report = tmp_path / "report.txt"
    report.write_text("what I saw\n" * 100)
    script = tmp_path / "page.html"
    script.write_text("<script>alert(1)</script>")
    chooser = seen.panel.locator("input[type=file]")
    await chooser.set_input_files(script)
    await expect(seen.panel.get_by_text("That file type is not allowed.")).to_be_visible()
    await chooser.set_input_files(report)
    await expect(seen.panel.get_by_role("button", name="Remove report.txt")).to_be_visible()
    await expect(seen.panel.get_by_role("progressbar")).to_have_count(0)
    await seen.say("see the file")
    await expect(
        seen.lines("You: see the file").get_by_role("link", name=re.compile(r"report\.txt \(2 kB\)"))
    ).to_be_visible()
    await expect(seen.panel.get_by_role("button", name="Remove report.txt")).to_have_count(0)
    await seen.page.context.close()


async def test_ending_the_chat_leaves_nothing_on_the_device(browser: Browser, desk: World) -> None:
    seen = await visit(browser, desk.url)
    await seen.open()
    await seen.say("hello from a shared computer")
    await expect(seen.lines("Assistant:")).to_have_count(1)
    await seen.button("More options").click()
    await seen.button("End chat on this device").click()
    await expect(seen.dialog).to_be_hidden()
    assert await seen.frame.evaluate("localStorage.length + sessionStorage.length") == 0
    await seen.open()
    await expect(seen.lines("You:")).to_have_count(0)
    await seen.page.context.close()


async def test_without_storage_memory_serves(browser: Browser, desk: World) -> None:
    context = await browser.new_context()
    await context.add_init_script(
        """Object.defineProperty(window, "localStorage", {
          get() { throw new DOMException("denied", "SecurityError"); },
        })"""
    )
    seen = await visit(context, desk.url)
    await seen.open()
    await seen.say("hello without storage")
    await expect(seen.lines("You: hello without storage")).to_contain_text("Sent")
    assert seen.faults == []
    await context.close()


async def test_the_way_back_finds_the_chat_alive(browser: Browser, desk: World) -> None:
    seen = await host_page(browser, desk, body='<main><h1>Shop</h1><a href="/help">Help</a></main>')
    await seen.open()
    await seen.say("hello")
    await expect(seen.lines("Assistant:")).to_have_count(1)
    await seen.page.goto(f"{desk.url}/help")
    await seen.page.go_back()
    await expect(seen.page.get_by_role("heading", name="Shop")).to_be_visible()
    if await seen.page.get_by_role("button", name="Open Customer Support chat").count():
        await seen.open()
    await expect(seen.lines("You: hello")).to_have_count(1)
    await seen.say("back again")
    await expect(seen.lines("You: back again")).to_contain_text("Sent")
    await seen.page.context.close()


async def test_after_a_sleep_a_socket_that_died_unnoticed_is_replaced(
    browser: Browser, tmp_path: Path
) -> None:
    async with cut_proxy() as proxy, start_world(tmp_path, base_url=proxy.url) as world:
        proxy.target_port = world.port
        context = await browser.new_context()
        await context.clock.install()
        seen = await visit(context, world.url)
        await seen.open()
        await seen.say("hello")
        await expect(seen.lines("Assistant:")).to_have_count(1)
        async with claimed(world, seen) as agent:
            proxy.cut("/ws/visitor", silent=True)
            await agent.say("Are you there?")
            await until(lambda: proxy.is_stuck)
            proxy.cut_paths = ()  # who comes anew gets through; the old socket is dead and does not know it
            await expect(seen.lines("Ben: Are you there?")).to_have_count(0)
            await context.clock.fast_forward(60_000)
            await expect(seen.lines("Ben: Are you there?")).to_have_count(1)
        await context.close()


async def test_a_page_kept_for_the_way_back_holds_no_socket_and_misses_nothing(
    browser: Browser, desk: World
) -> None:
    seen = await talking(browser, desk.url)
    async with claimed(desk, seen) as agent:
        wires = desk.desk.sockets.wires
        held = len(wires)
        leave = "kind => dispatchEvent(new PageTransitionEvent(kind, { persisted: true }))"
        await seen.frame.evaluate(leave, "pagehide")
        await until(lambda: len(wires) < held)
        # The browser lets go of the lock a moment after the desk has seen the end of the socket.
        await seen.frame.wait_for_function("navigator.locks.query().then(({ held }) => held.length === 0)")
        await agent.say("Are you there?")
        await expect(seen.lines("Ben: Are you there?")).to_have_count(0)
        await seen.frame.evaluate(leave, "pageshow")
        await expect(seen.lines("Ben: Are you there?")).to_have_count(1)
        await seen.say("here again")
        await expect(seen.lines("You: here again")).to_contain_text("Sent")
    await seen.page.context.close()


async def test_a_ticket_typed_without_a_network_arrives_later_once(browser: Browser, tmp_path: Path) -> None:
    async with cut_proxy() as proxy, start_world(tmp_path, base_url=proxy.url) as world:
        proxy.target_port = world.port
        seen = await visit(browser, world.url)
        await seen.open()
        await seen.button("Submit a Ticket").click()
        await expect(seen.panel.get_by_role("form", name="Submit a Ticket")).to_be_visible()
        proxy.cut("/ws/visitor", "/visitor/poll")
        await seen.panel.get_by_role("textbox", name="Email").fill("eve@example.com")
        await seen.panel.get_by_role("textbox", name="Subject").fill("In a tunnel")
        await seen.panel.get_by_role("textbox", name="Describe the problem").fill("No code came.")
        await seen.button("Submit Ticket").click()
        await expect(seen.panel.get_by_text("Your ticket is on its way")).to_be_visible()
        proxy.mend()
        await expect(
            seen.panel.get_by_text(re.compile(r"Ticket T-\d+ submitted. We will reply to eve@example.com"))
        ).to_be_visible(timeout=20_000)
        await expect(seen.panel.locator('a[href*="/t/"]')).to_be_visible()
        await seen.button("Back to chat").click()
        await expect(seen.lines("You: No code came.")).to_have_count(1)
        await seen.page.context.close()
