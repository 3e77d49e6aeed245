"""The console in a real browser: live lists, two agents, keys, drafts, and what a screen reader and axe find."""

import re
import uuid
from pathlib import Path

from playwright.async_api import Browser, Page, expect

from tests.browser.axe import SCHEMES, violations
from tests.browser.keyboard import shot
from tests.world import BEN, CLEO, PASSWORDS, Panel, World, submit

SCREENS = (
    ("inbox", "/console"), ("resolved", "/console/inbox/resolved"), ("tickets", "/console/tickets"),
    ("macros", "/console/macros"), ("figures", "/console/figures"), ("settings", "/console/settings"),
    ("search", "/console/search?q=cannot"), ("privacy", "/console/privacy"),
)  # fmt: skip


async def in_line(world: World, text: str = "I cannot get in") -> tuple[Panel, str]:
    """A visitor in the queue: (panel, public id)."""
    panel = await world.visitor()
    welcome = await panel.wait("welcome")
    await panel.say(text)
    await panel.send(
        type="handover", client_id=str(uuid.uuid4()), to="agent", email=None, subject=None, text=None
    )
    await panel.wait("state", handled_by="queue")
    return panel, welcome["conversation"]


async def console(browser: Browser, world: World, email: str = BEN, **options: object) -> Page:
    """A signed-in console; every error of its scripts fails the test that looks at `page.faults`."""
    context = await browser.new_context(**{"viewport": {"width": 1440, "height": 900}, **options})  # type: ignore[arg-type]
    page = await context.new_page()
    page.faults = []  # type: ignore[attr-defined]
    page.on("pageerror", lambda error: page.faults.append(str(error)))  # type: ignore[attr-defined]
    await page.goto(f"{world.url}/console")
    await page.get_by_label("Email", exact=True).fill(email)
    await page.get_by_label("Password", exact=True).fill(PASSWORDS[email])
    await page.get_by_role("button", name="Log In").click()
    await expect(page.get_by_role("region", name="Conversations")).to_be_visible()
    return page


async def no_fault_of_axe(page: Page, name: str) -> None:
    """Nothing that axe finds, in light and in dark."""
    for scheme in SCHEMES:
        await page.emulate_media(color_scheme=scheme)
        assert not (found := await violations(page)), (name, scheme, found)
        await shot(page, f"console-{name}-{scheme}")
    await page.emulate_media(color_scheme="light")


async def test_axe_finds_nothing_on_any_screen(browser: Browser, world: World) -> None:
    _, ident = await in_line(world)
    await submit(
        world.browser(), "/tickets/new", email="night@example.com", subject="No code", text="Never came."
    )
    page = await console(browser, world, CLEO)
    for name, path in SCREENS:
        await page.goto(world.url + path)
        await no_fault_of_axe(page, name)
    await page.goto(f"{world.url}/console/c/{ident}")
    await page.get_by_role("button", name="Claim").click()
    await expect(page.get_by_role("textbox", name="Reply to Visitor")).to_be_focused()
    await no_fault_of_axe(page, "conversation")
    await page.get_by_role("button", name="Send password-reset invitation").click()
    await no_fault_of_axe(page, "invitation")
    await page.keyboard.press("Escape")
    await page.keyboard.press("Escape")
    await page.keyboard.press("Control+k")
    await no_fault_of_axe(page, "palette")
    await page.keyboard.press("Escape")
    await page.get_by_role("tab", name="Private note").focus()
    await page.keyboard.press("?")
    await no_fault_of_axe(page, "shortcuts")
    assert page.faults == []  # type: ignore[attr-defined]


async def test_the_list_is_live_and_keeps_still_under_the_pointer(browser: Browser, world: World) -> None:
    await in_line(world, "the first one")
    page = await console(browser, world)
    region = page.get_by_role("region", name="Conversations")
    await expect(page.get_by_text("Live", exact=True)).to_be_visible()
    row = region.get_by_role("listitem").filter(has_text="the first one")
    await row.hover()
    before = await row.bounding_box()
    await in_line(world, "the second one")
    await expect(region.get_by_text("the second one")).to_be_visible(timeout=1000)
    await expect(page.get_by_role("button", name="1 new conversation – show")).to_be_visible()
    await row.wait_for()  # it may just be drawn anew, in its place
    assert await row.bounding_box() == before
    cleo = await world.staff(CLEO)
    found = await cleo.get("/console/inbox/unassigned/rows")
    first = re.findall(r'data-id="([^"]+)"', found.text)[0]
    await submit(cleo, f"/console/c/{first}/claim", "/console")
    await expect(region.get_by_text("the first one")).to_be_hidden(timeout=1000)
    assert page.faults == []  # type: ignore[attr-defined]


async def test_a_conversation_goes_back_and_forth_without_a_reload(browser: Browser, world: World) -> None:
    panel, ident = await in_line(world)
    page = await console(browser, world)
    await page.goto(f"{world.url}/console/c/{ident}")
    await page.get_by_role("button", name="Claim").click()
    reply = page.get_by_role("textbox", name="Reply to Visitor")
    await reply.fill("Hello, what do you see?")
    await page.keyboard.press("Control+Enter")
    assert (await panel.wait("message", author="agent"))["text"] == "Hello, what do you see?"
    log = page.get_by_role("log", name="Conversation")
    await expect(log.get_by_text("Hello, what do you see?")).to_have_count(1)
    await expect(reply).to_have_value("")
    await panel.send(type="typing")
    await expect(page.get_by_text("Visitor is typing…")).to_be_visible()
    said = await panel.say("An <b>error</b> at https://example.com/x.")
    await expect(log.get_by_text("An <b>error</b> at")).to_be_visible(timeout=1000)
    await expect(log.get_by_role("link", name="https://example.com/x")).to_be_visible()
    await panel.wait("seen", seq=said["seq"])
    await panel.send(type="seen", seq=said["seq"])
    await expect(log.get_by_text("Seen", exact=True)).to_be_visible()
    await page.get_by_role("tab", name="Private note").click()
    await page.get_by_role("textbox", name="Private note").fill("Only for us.")
    await page.keyboard.press("Control+Enter")
    await expect(log.get_by_text("Only for us.")).to_have_count(1)
    await page.get_by_role("button", name="Resolve", exact=True).click()
    await panel.wait("state", handled_by="closed")
    await expect(page.get_by_role("button", name="Reopen")).to_be_visible()
    assert not [f for f in panel.seen if "Only for us" in str(f)]
    assert page.faults == []  # type: ignore[attr-defined]


async def two_at_one(browser: Browser, world: World) -> tuple[Panel, Page, Page]:
    """A visitor in line, and Ben and Cleo, who both have the conversation open."""
    panel, ident = await in_line(world)
    ben, cleo = await console(browser, world), await console(browser, world, CLEO)
    for page in (ben, cleo):
        await page.goto(f"{world.url}/console/c/{ident}")
        await expect(page.get_by_text("Live", exact=True)).to_be_visible()
    return panel, ben, cleo


async def test_two_agents_see_each_other_and_the_slower_one_is_stopped(
    browser: Browser, world: World
) -> None:
    panel, ben, cleo = await two_at_one(browser, world)
    await expect(ben.get_by_text("Cleo is viewing")).to_be_visible()
    await cleo.get_by_role("textbox", name="Reply to Visitor").press_sequentially("I take this.", delay=5)
    await expect(ben.get_by_text("Cleo is replying")).to_be_visible()
    box = ben.get_by_role("textbox", name="Reply to Visitor")
    await ben.context.set_offline(True)
    await box.fill("Ben was slower.")
    await cleo.keyboard.press("Control+Enter")
    await panel.wait("message", author="agent", name="Cleo")
    await ben.get_by_role("button", name="Send", exact=True).click()
    await expect(ben.get_by_text("Not sent yet. Trying again…")).to_be_visible()
    await ben.context.set_offline(False)
    alert = ben.get_by_role("alert").filter(has_text="Cleo replied while you were writing.")
    await expect(alert).to_be_visible(timeout=10_000)
    await expect(box).to_have_value("Ben was slower.")
    await alert.get_by_role("button", name="Send anyway").click()
    await panel.wait("message", author="agent", name="Ben")


async def test_who_was_writing_when_a_colleagues_reply_came_in_is_stopped_as_well(
    browser: Browser, world: World
) -> None:
    panel, ben, cleo = await two_at_one(browser, world)
    box = ben.get_by_role("textbox", name="Reply to Visitor")
    await box.press_sequentially("Please go to")
    await cleo.get_by_role("textbox", name="Reply to Visitor").fill("I take this.")
    await cleo.keyboard.press("Control+Enter")
    await expect(ben.get_by_role("log", name="Conversation").get_by_text("I take this.")).to_be_visible()
    await box.press_sequentially(" the login page.")
    await box.press("Control+Enter")
    alert = ben.get_by_role("alert").filter(has_text="Cleo replied while you were writing.")
    await expect(alert).to_be_visible()
    await expect(box).to_have_value("Please go to the login page.")
    await box.fill("As Cleo says: go to the login page.")
    await box.press("Control+Enter")
    await panel.wait("message", author="agent", text="As Cleo says: go to the login page.")
    await expect(alert).to_be_hidden()
    for words in ("First.", "Second."):
        await box.press_sequentially(words)
        await box.press("Control+Enter")
        await panel.wait("message", author="agent", text=words)


async def test_a_draft_waits_on_the_server_for_the_next_computer(browser: Browser, world: World) -> None:
    _, ident = await in_line(world)
    _, other = await in_line(world, "somebody else")
    page = await console(browser, world)
    await page.goto(f"{world.url}/console/c/{ident}")
    await page.get_by_role("textbox", name="Reply to Visitor").fill("Half a sent")
    await expect(page.get_by_text("Draft saved")).to_be_visible()
    home = await console(browser, world)
    await home.goto(f"{world.url}/console/c/{ident}")
    await expect(home.get_by_role("textbox", name="Reply to Visitor")).to_have_value("Half a sent")
    await home.goto(f"{world.url}/console/c/{other}")
    await expect(home.get_by_role("textbox", name="Reply to Visitor")).to_have_value("")


async def test_the_keyboard_alone_opens_answers_and_resolves(browser: Browser, world: World) -> None:
    panel, _ = await in_line(world)
    page = await console(browser, world)
    await expect(page.get_by_text("Live", exact=True)).to_be_visible()
    for key in ("j", "Enter"):
        await page.keyboard.press(key)
    await expect(page.get_by_role("log", name="Conversation")).to_be_visible()
    await expect(page.get_by_text("Live", exact=True)).to_be_visible()
    await page.keyboard.press("i")
    await panel.wait("state", handled_by="agent")
    await expect(page.get_by_role("textbox", name="Reply to Visitor")).to_be_focused()
    await page.keyboard.type("e is a letter here, not a key.")
    await page.keyboard.press("Control+Enter")
    await panel.wait("message", author="agent", text="e is a letter here, not a key.")
    await page.keyboard.press("Escape")
    await page.keyboard.press("n")
    await expect(page.get_by_role("textbox", name="Private note")).to_be_focused()
    await page.keyboard.press("Escape")
    await page.keyboard.press("Control+k")
    await page.keyboard.type("resolve")
    await page.keyboard.press("Enter")
    await panel.wait("state", handled_by="closed")


async def test_it_works_without_scripts(browser: Browser, world: World) -> None:
    panel, _ = await in_line(world)
    page = await console(browser, world, java_script_enabled=False)
    await page.get_by_role("button", name="Claim").click()
    await expect(page.get_by_role("log", name="Conversation")).to_contain_text("I cannot get in")
    await page.get_by_role("textbox", name="Reply to Visitor").fill("Without a script.")
    await page.get_by_role("button", name="Send", exact=True).click()
    assert (await panel.wait("message", author="agent"))["text"] == "Without a script."
    await page.get_by_label("Assignee").select_option(label="Cleo")
    await page.get_by_role("button", name="Set assignee").click()
    await panel.wait("state", agent="Cleo")
    await page.get_by_role("button", name="Send password-reset invitation").click()
    await expect(page.get_by_role("heading", name="Send password-reset invitation")).to_be_visible()
    await page.go_back()
    await page.get_by_role("button", name="Resolve", exact=True).click()
    await panel.wait("state", handled_by="closed")


async def test_nothing_needs_scrolling_to_the_side_on_any_width(browser: Browser, world: World) -> None:
    _, ident = await in_line(world)
    sent = await submit(
        world.browser(), "/tickets/new", email="night@example.com", subject="No code", text="Never came."
    )
    private = sent.headers["location"].partition("?")[0]
    page = await console(browser, world, CLEO)
    for name, path in (*SCREENS, ("private", private), ("conversation", f"/console/c/{ident}")):
        await page.goto(world.url + path)
        for width in (1920, 768, 320):
            await page.set_viewport_size({"width": width, "height": 640})
            over = await page.evaluate("document.documentElement.scrollWidth - innerWidth")
            assert over <= 0, (name, width, over)
        await shot(page, f"console-{name}-320")
        assert not (found := await violations(page)), (name, found)
    await expect(page.get_by_role("textbox", name="Reply to Visitor")).to_be_in_viewport()
    await expect(page.get_by_role("button", name="Send", exact=True)).to_be_in_viewport()


def test_the_scripts_of_the_console_are_small() -> None:
    import gzip

    folder = Path(__file__).resolve().parents[2] / "helpdesk" / "console" / "static"
    scripts = [path for path in folder.glob("*.js") if path.name != "passkeys.js"]
    assert sum(len(gzip.compress(path.read_bytes(), 9)) for path in scripts) <= 40 * 1024
