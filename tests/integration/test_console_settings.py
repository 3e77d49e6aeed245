"""The settings of the desk: every wrong field is named beside it, and nothing is lost by saving."""

import html

from tests.world import CLEO, World, submit

PAGE = "/console/settings"
GOOD = {"zone": "Europe/Berlin", "capacity": "4", "retention_days": "90"}


def beside(page: str, name: str) -> str:
    """The sentence under a field of the page; empty for a field that is right."""
    return html.unescape(page.partition(f'id="{name}-error">')[2].partition("</p>")[0])


async def test_all_fields_that_are_wrong_are_named_at_once_each_beside_its_own(world: World) -> None:
    cleo = await world.staff(CLEO)
    wrong = {
        "zone": ("Nowhere", "Enter a time zone such as Europe/Berlin."),
        "day0": ("9 to 5", "Write the hours of Monday like 09:00-17:00."),
        "day1": ("09:00-12:00, then lunch", "Write the hours of Tuesday like 09:00-17:00."),
        "day2": ("25:00-26:00", "Write the hours of Wednesday like 09:00-17:00."),
        "day3": (
            "22:00-06:00",
            "On Thursday, end after the beginning. A night is two parts: 22:00-24:00, then 00:00-06:00 on the next day.",
        ),
        "holidays": ("2026-12-25, Easter", "Write holidays like 2026-12-25, 2026-12-26."),
        "capacity": ("many", "Enter how many chats one person gets, from 1 to 50."),
        "retention_days": ("", "Type a number of days up to 3650, or 0 to keep everything."),
    }
    refused = await submit(cleo, PAGE, auto="yes", **{name: typed for name, (typed, _) in wrong.items()})
    assert refused.status_code == 422
    assert {name: beside(refused.text, name) for name in wrong} == {
        n: words for n, (_, words) in wrong.items()
    }
    assert beside(refused.text, "day4") == ""
    banner = refused.text.partition("Nothing was saved. ")[2].partition("</p>")[0]
    assert html.unescape(banner) == " ".join(words for _, words in wrong.values())
    assert 'value="2026-12-25, Easter"' in refused.text, "what was typed stays"
    assert 'value="Europe/Berlin"' not in (await cleo.get(PAGE)).text


async def test_a_number_that_makes_no_sense_is_refused_and_an_empty_one_is_not_taken_for_0(
    world: World,
) -> None:
    cleo = await world.staff(CLEO)
    for name, typed in (
        ("retention_days", "3651"), ("retention_days", "-1"), ("retention_days", "²"), ("retention_days", " "),
        ("capacity", "0"), ("capacity", "51"), ("capacity", ""),
    ):  # fmt: skip
        refused = await submit(cleo, PAGE, **{**GOOD, name: typed})
        assert (refused.status_code, bool(beside(refused.text, name))) == (422, True), (name, typed)
    assert 'value="90"' in (await cleo.get(PAGE)).text


async def test_hours_are_kept_as_they_were_typed_and_a_tick_that_was_taken_away_stays_away(
    world: World,
) -> None:
    cleo = await world.staff(CLEO)
    hours = {
        "day0": "09:00-12:00, 13:00–17:00", "day4": "09:00 - 12:00", "day5": "20:00-24:00", "day6": "00:00-24:00",
        "holidays": "2026-12-25 2026-12-26",
    }  # fmt: skip
    assert (await submit(cleo, PAGE, auto="yes", **GOOD, **hours)).status_code == 303
    shown = (await cleo.get(PAGE)).text
    for kept in (
        "09:00-12:00, 13:00-17:00", "09:00-12:00", "20:00-24:00", "00:00-24:00", "2026-12-25, 2026-12-26",
    ):  # fmt: skip
        assert f'value="{kept}"' in shown
    assert 'name="auto" value="yes" checked' in shown
    refused = await submit(cleo, PAGE, **{**GOOD, "zone": "Nowhere"})
    assert 'name="auto" value="yes" checked' not in refused.text


async def test_all_wrong_keys_of_ones_own_are_named_at_once(world: World) -> None:
    agent = await world.staff()
    wrong = {"undo": "never", "key:e": "Enter", "key:r": "x", "key:s": "x"}
    refused = html.unescape((await submit(agent, f"{PAGE}/mine", PAGE, **wrong)).text)
    for sentence in ("Choose one of the three.", "“Enter” is no key", "“x” would do two things."):
        assert sentence in refused.partition("Nothing was saved. ")[2].partition("</p>")[0]
