"""What people and the assistant write is shown, never obeyed."""

import re

from playwright.async_api import Browser, expect

from tests.browser.widget_visit import Visit, claimed, talking, visit
from tests.world import World

HOSTILE = [
    "<img src=x onerror=\"document.title='owned'\">",
    "<script>document.title='owned'</script>",
    "[press me](javascript:document.title='owned')",
    "javascript:document.title='owned'",
    "\u202egnp.exe",
]


async def _is_only_text(seen: Visit) -> None:
    assert await seen.log.locator("img, script, iframe, a[href^=javascript]").count() == 0
    assert "owned" not in await seen.page.title()
    assert seen.faults == []


async def test_hostile_words_of_both_sides_are_only_words(browser: Browser, desk: World) -> None:
    seen = await visit(browser, desk.url)
    await seen.open()
    async with claimed(desk, seen) as agent:
        for text in HOSTILE[:4]:
            await seen.say(text)
            await expect(seen.lines(f"You: {text[:20]}")).to_contain_text("Sent")
            await agent.say(text)
            await expect(seen.lines(f"Ben: {text[:20]}").last).to_contain_text("owned")
        await agent.say(HOSTILE[4])
        await expect(seen.lines("Ben: \ufffdgnp.exe")).to_have_count(1)
    await _is_only_text(seen)
    await seen.page.context.close()


async def test_addresses_become_links_that_tell_nobody(browser: Browser, desk: World) -> None:
    seen = await visit(browser, desk.url)
    await seen.open()
    async with claimed(desk, seen) as agent:
        await agent.say("See https://example.com/a?b=1, please.")
    link = seen.log.get_by_role("link", name="https://example.com/a?b=1", exact=True)
    await expect(link).to_have_attribute("rel", "noopener noreferrer nofollow ugc")
    await expect(link).to_have_attribute("target", "_blank")
    await seen.page.context.close()


async def test_an_answer_is_a_list_with_links_and_no_marks(browser: Browser, desk: World) -> None:
    seen = await visit(browser, desk.url)
    await seen.open()
    await seen.say("i forgt my pasword")
    answer = seen.lines("Assistant:")
    await expect(answer.locator("ol > li").first).to_be_visible()
    await expect(answer.get_by_role("link", name=re.compile("Forgot Password")).first).to_be_visible()
    assert not re.search(r"\*\*|\]\(", await answer.inner_text())
    label = seen.log.get_by_text("Assistant:").last
    await expect(label).to_be_in_viewport()  # a long answer is read from its beginning
    await seen.say("what are the rules for a password")
    await expect(seen.lines("You: what are the rules")).to_have_count(1)
    await expect(label).to_be_in_viewport()
    assert await seen.panel.get_by_role("button", name="New messages").count() == 0
    await seen.page.context.close()


async def test_seen_and_typing_go_both_ways(browser: Browser, desk: World) -> None:
    seen = await visit(browser, desk.url)
    await seen.open()
    await seen.say("hello")
    async with claimed(desk, seen) as agent:
        await agent.say("Hello!")
        token = await seen.frame.evaluate("JSON.parse(localStorage['helpdesk:token'])")
        other = await desk.visitor(token)
        await other.wait("state")
        console = await desk.staff_socket(await desk.staff(), view="mine")
        await console.wait("welcome")
        await console.send(type="follow", conversation=agent.conversation, after=0, after_note=0)
        await console.send(type="typing", conversation=agent.conversation)
        await expect(seen.panel.get_by_text("Ben is typing…")).to_be_visible()
        await seen.say("are you there?")
        await console.wait("typing", author="visitor")
        await other.wait("message", text="are you there?")
        last = max(message["seq"] for message in other.messages())
        await console.send(type="seen", conversation=agent.conversation, seq=last)
        await expect(seen.lines("You: are you there?")).to_contain_text("Seen")
    await seen.page.context.close()


async def test_the_question_about_a_password_goes_with_the_words_that_it_was_about(
    browser: Browser, desk: World
) -> None:
    seen = await talking(browser, desk.url)
    question = seen.panel.get_by_role("alertdialog")
    await seen.say("my password is Hunter2!x")
    await expect(question).to_contain_text("This looks like a password")
    await seen.box.click()
    await seen.box.fill("my password is not")
    await expect(question).to_be_hidden()
    await seen.say("my password is Hunter2!x")
    await expect(question).to_be_visible()
    await question.get_by_role("button", name="Send anyway").click()
    await expect(question).to_be_hidden()
    await expect(seen.log).to_contain_text("[removed: password]")
    await seen.page.context.close()
