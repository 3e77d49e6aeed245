"""The pages somebody looked at: said before, told when they ask for a person or a ticket, and not otherwise."""

import re

from playwright.async_api import Browser, expect

from tests.browser.keyboard import shot
from tests.browser.widget_visit import TITLE, Visit, host_page, talking, visit
from tests.world import World

NOTICE = "If you ask a person for help, we see which pages of this site you looked at last."
KEPT = "localStorage.getItem('helpdesk:pages') || ''"


async def told(world: World, seen: Visit) -> list[str]:
    """The pages that the staff sees, as paths, the last one first."""
    ident = await seen.frame.evaluate("JSON.parse(localStorage.getItem('helpdesk:told'))")
    shown = (await (await world.staff()).get(f"/console/c/{ident}")).text
    part = shown.partition('id="pages-title"')[2].partition("</section>")[0]
    return re.findall(re.escape(world.url) + r'([^"<]*)"', part)


def requests_of(seen: Visit) -> list[str]:
    """Every telling from now on."""
    found: list[str] = []
    seen.page.on("request", lambda one: found.append(one.url) if one.url.endswith("/visitor/pages") else None)
    return found


async def test_who_asks_for_a_person_tells_the_last_pages_and_was_told_so(
    browser: Browser, desk: World
) -> None:
    seen = await visit(browser, f"{desk.url}/help/forgot-password?from=secret-mail#top")
    asked = requests_of(seen)
    await seen.prebuilt()
    assert await seen.frame.evaluate("localStorage.length") == 0
    await seen.open()
    await seen.say("hello")
    await expect(seen.lines("Assistant:")).to_have_count(1)
    await expect(seen.panel.locator(".hello")).to_contain_text(NOTICE)
    await shot(seen.page, "widget-pages-notice")
    for path in ("/login", "/help/change-password"):
        await seen.page.goto(desk.url + path)
        await seen.panel.locator(".hello").get_by_text(NOTICE).wait_for(state="attached")
    await seen.page.evaluate("history.pushState(null, '', '/help/code-not-received?q=1')")
    await expect(seen.page.locator(TITLE)).to_be_attached()
    await seen.open()
    assert asked == []
    async with seen.page.expect_response(re.compile("/visitor/pages$")) as answer:
        await seen.button("Talk to a person").click()
    assert (await answer.value).status == 204
    await expect(seen.panel.locator(".cards ~ p, p:has(+ .cards)").filter(has_text=NOTICE)).to_be_visible()
    paths = ["/help/code-not-received", "/help/change-password", "/login", "/help/forgot-password"]
    assert await told(desk, seen) == paths
    await seen.page.goto(f"{desk.url}/help")
    await seen.open()
    await expect(
        seen.panel.get_by_text("in the queue").or_(seen.panel.get_by_text("in line")).first
    ).to_be_visible()
    assert len(asked) == 1, "where they go afterwards is their own affair"
    await seen.button("More options").click()
    await seen.button("End chat on this device").click()
    await expect(seen.dialog).to_be_hidden()
    assert await seen.frame.evaluate(KEPT) == ""
    assert seen.faults == []
    await seen.page.context.close()


async def test_a_ticket_tells_them_too(browser: Browser, desk: World) -> None:
    seen = await talking(browser, f"{desk.url}/login")
    await seen.button("Submit a Ticket").click()
    form = seen.panel.get_by_role("form", name="Submit a Ticket")
    await expect(form.get_by_text(NOTICE)).to_be_visible()
    await form.get_by_role("textbox", name="Email").fill("eve@example.com")
    await form.get_by_role("textbox", name="Subject").fill("Still locked out")
    await form.get_by_role("textbox", name="Describe the problem").fill("No code.")
    async with seen.page.expect_response(re.compile("/visitor/pages$")) as answer:
        await seen.button("Submit Ticket").click()
    assert (await answer.value).status == 204
    assert await told(desk, seen) == ["/login"]
    assert seen.faults == []
    await seen.page.context.close()


async def test_a_site_that_wants_no_pages_told_has_none_kept(browser: Browser, desk: World) -> None:
    seen = await host_page(browser, desk, script='data-pages="off"')
    asked = requests_of(seen)
    await seen.open()
    await seen.say("hello")
    await expect(seen.lines("Assistant:")).to_have_count(1)
    await seen.button("Talk to a person").click()
    await expect(seen.log).to_contain_text("You are in line for a person")
    await expect(seen.panel.get_by_text(NOTICE)).to_have_count(0)
    assert await seen.frame.evaluate(KEPT) == ""
    assert asked == []
    assert seen.faults == []
    await seen.page.context.close()
