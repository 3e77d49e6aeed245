"""A code lives for ten minutes, whatever the clock does."""

import re

from tests.world import ADA, World, submit, text_of


async def test_a_clock_that_is_set_back_does_not_lengthen_the_life_of_a_code(world: World) -> None:
    async with world.browser() as browser:
        await submit(browser, "/forgot-password", email=ADA)
        mail = await world.mail(ADA, "erification code")
        found = re.search(r"\b([B-Z]{4}-[B-Z]{4})\b", text_of(mail))
        assert found
        world.clock.wind(hours=-1)
        answer = await submit(browser, "/forgot-password", code=found[1])
        assert "New Password" not in answer.text
        world.clock.wind(hours=1)
        answer = await submit(browser, "/forgot-password", code=found[1])
        assert "New Password" in (await browser.get("/forgot-password")).text
