"""The console after a sleep, and what its alerts, its notes and its refusal really do."""

import re
from pathlib import Path

from playwright.async_api import Browser, expect
from sqlalchemy import select

from helpdesk.accounts.staff import as_agent
from helpdesk.accounts.staff_models import Staff
from helpdesk.actor import Agent
from helpdesk.chat import hands
from helpdesk.store.session import Tx
from tests.browser.test_console import console, in_line
from tests.cut_proxy import cut_proxy
from tests.world import CLEO, World, start_world


def colleague(tx: Tx) -> Agent:
    """Cleo, who works elsewhere."""
    return as_agent(tx.session.execute(select(Staff).where(Staff.email == CLEO)).scalar_one())  # type: ignore[arg-type]


async def test_after_twenty_minutes_of_sleep_list_and_thread_are_exact(
    browser: Browser, tmp_path: Path
) -> None:
    async with cut_proxy() as proxy, start_world(tmp_path, base_url=proxy.url, limits="off") as world:
        proxy.target_port = world.port
        panel, ident = await in_line(world)
        _, gone = await in_line(world, "somebody takes this one")
        page = await console(browser, world)
        await page.clock.install()
        await page.goto(f"{world.url}/console/c/{ident}")
        await expect(page.get_by_text("Live", exact=True)).to_be_visible()
        box = page.get_by_role("textbox", name="Reply to Visitor")
        log = page.get_by_role("log", name="Conversation")
        await box.fill("Half a sentence")
        await page.evaluate("window.stayed = true")
        proxy.cut("/ws/staff", "/console", silent=True)
        await panel.say("are you there?")
        cleo = await world.desk.store.read(colleague)
        await world.desk.store.write(hands.reply, cleo, ident, "c-00000001", "Cleo is here.")
        await world.desk.store.write(hands.claim, cleo, gone)
        await in_line(world, "somebody new")
        await page.clock.fast_forward("20:00")
        await expect(page.get_by_text("Live", exact=True)).to_have_count(0)
        proxy.mend()
        await page.clock.fast_forward("00:30")
        await expect(page.get_by_text("Live", exact=True)).to_be_visible()
        region = page.get_by_role("region", name="Conversations")
        await expect(region.get_by_text("somebody new")).to_be_visible()
        await expect(region.get_by_text("somebody takes this one")).to_have_count(0)
        await expect(log.get_by_text("Cleo is here.")).to_have_count(1)
        await expect(page.get_by_text("Assigned to Cleo")).to_be_visible()
        said = await log.locator(".msg[data-seq]").evaluate_all(
            "all => all.map(one => Number(one.dataset.seq))"
        )
        assert said == sorted(set(said))
        await expect(box).to_have_value("Half a sentence")
        assert await page.evaluate("window.stayed"), "nothing was reloaded"
        assert page.faults == []  # type: ignore[attr-defined]
        await page.context.close()


async def test_the_test_alert_works_now_and_notes_never_become_replies(
    browser_with_windows: Browser, world: World
) -> None:
    panel, ident = await in_line(world)
    page = await console(browser_with_windows, world)
    await page.context.grant_permissions(["notifications"], origin=world.url)
    await page.goto(f"{world.url}/console/settings")
    await page.get_by_role("button", name="Send test alert").click()
    await expect(page).to_have_title(re.compile(r"^\(test\) "))
    await expect(page.get_by_text("Test alert sent: sound, notification and title.")).to_be_visible()
    await in_line(world, "another one")
    await expect(page).to_have_title(re.compile(r"^\(2\) "), timeout=10_000)
    await page.goto(f"{world.url}/console/c/{ident}")
    await expect(page.get_by_text("Live", exact=True)).to_be_visible()
    await page.get_by_role("main").press("n")
    note = page.get_by_role("textbox", name="Private note")
    await expect(note).to_be_focused()
    for number, keys in enumerate(("Control+Enter", "Control+Shift+Enter")):
        await note.fill(f"Only us, number {number}.")
        await page.keyboard.press(keys)
        await expect(page.get_by_role("log").get_by_text(f"Only us, number {number}.")).to_have_count(1)
    await expect(page.get_by_role("button", name="Resolve", exact=True)).to_be_visible()
    await page.keyboard.press("Control+k")
    await page.keyboard.type("refuse")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("textbox", name="Reply to Visitor")).to_have_value(
        re.compile("Nobody here can set or see a password")
    )
    await page.keyboard.press("Control+Enter")
    await panel.wait("message", author="agent")
    await page.reload()
    await expect(page.get_by_text("Was asked to set a password, and took out the refusal.")).to_be_visible()
    assert "Only us" not in str(panel.seen)
    assert page.faults == []  # type: ignore[attr-defined]


async def test_replies_that_a_colleague_s_stopped_come_back_in_the_order_of_their_writing(
    browser: Browser, world: World
) -> None:
    _, ident = await in_line(world)
    page = await console(browser, world)
    await page.goto(f"{world.url}/console/c/{ident}")
    await expect(page.get_by_text("Live", exact=True)).to_be_visible()
    box = page.get_by_role("textbox", name="Reply to Visitor")
    await page.context.set_offline(True)
    for words in ("one", "two", "three"):
        await box.fill(words)
        await box.press("Control+Enter")
    await box.fill("and this")
    await world.desk.store.write(hands.reply, await world.desk.store.read(colleague), ident, "c-1", "Cleo.")
    await page.context.set_offline(False)
    await expect(page.get_by_role("alert")).to_contain_text("Cleo replied while you were writing")
    await expect(box).to_have_value("one\ntwo\nthree\nand this")
    log = page.get_by_role("log", name="Conversation")
    await expect(log.get_by_text("Cleo.")).to_have_count(1)
    await expect(log.locator(".msg.agent")).to_have_count(1)
    await page.context.close()


async def test_the_focus_goes_to_the_next_row_when_a_conversation_is_resolved(
    browser: Browser, world: World
) -> None:
    waiting = [await in_line(world, f"trouble number {n}") for n in range(3)]
    page = await console(browser, world)
    await page.goto(f"{world.url}/console/c/{waiting[1][1]}")
    await expect(page.get_by_text("Live", exact=True)).to_be_visible()
    for resolved, then in ((1, 2), (2, 0)):
        await page.get_by_role("main").focus()
        await page.keyboard.press("e")
        await waiting[resolved][0].wait("state", handled_by="closed")
        row = page.get_by_role("link", name=re.compile(f"trouble number {then}"))
        await expect(row).to_be_focused()
        await page.keyboard.press("Enter")
        await expect(page).to_have_url(re.compile(waiting[then][1]))
