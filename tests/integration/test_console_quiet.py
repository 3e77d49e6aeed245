"""Do not disturb: kept by the server, over when its time is, one's own and nobody else's."""

import pytest

from tests.integration.test_inbox_work import press
from tests.world import CLEO, World, submit

MARK = 'class="dnd" id="dnd"'


@pytest.mark.parametrize(("wish", "minutes"), [("30m", 30), ("1h", 60)])
async def test_quiet_lasts_as_long_as_it_was_asked_for(world: World, wish: str, minutes: int) -> None:
    agent, lead = await world.staff(), await world.staff(CLEO)
    assert f"{MARK} hidden" in (await agent.get("/console")).text
    assert (await press(agent, "/console/quiet", wish=wish)).json()["quiet_until"]
    world.clock.wind(minutes=minutes - 1)
    assert "Do not disturb until" in (await agent.get("/console/settings")).text
    assert f"{MARK} hidden" in (await lead.get("/console")).text
    world.clock.wind(minutes=2)
    assert f"{MARK} hidden" in (await agent.get("/console")).text


async def test_quiet_without_an_end_stays_until_it_is_turned_off_also_without_scripts(world: World) -> None:
    agent = await world.staff()
    assert (await submit(agent, "/console/quiet", "/console", wish="always")).status_code == 303
    world.clock.wind(minutes=50)
    saved = await submit(agent, "/console/settings/mine", "/console/settings", undo="all")
    assert saved.status_code == 303, "other preferences leave it alone"
    shown = (await agent.get("/console")).text
    assert f"{MARK} hidden" not in shown
    assert "Do not disturb</span>" in shown
    assert (await submit(agent, "/console/quiet", "/console", wish="off")).status_code == 303
    assert f"{MARK} hidden" in (await agent.get("/console")).text
    assert (await press(agent, "/console/quiet", wish="for ever")).status_code == 422


async def test_the_articles_know_who_is_away_and_who_is_not_to_be_disturbed(world: World) -> None:
    agent = await world.staff()
    await press(agent, "/console/quiet", wish="always")
    await press(agent, "/console/presence", state="away")
    for page in ("/console/articles", "/console/articles/gaps", "/console/articles/figures"):
        shown = (await agent.get(page)).text
        assert "Do not disturb</span>" in shown, page
        assert '<option value="away" selected>' in shown, page
