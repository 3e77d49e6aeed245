"""The pages as the contract promises them, to whoever drives them by role and name."""

import re

from tests.world import World, submit

SIGNED_IN = ("/security", "/security/change-password", "/help", "/help/forgot-password", "/help/search?q=code",
             "/my-tickets", "/tickets/new")  # fmt: skip


async def test_a_signed_in_customer_finds_security_and_log_out_on_every_page(world: World) -> None:
    ada = await world.customer()
    for path in SIGNED_IN:
        shown = await ada.get(path)
        nav = shown.text.split("<nav", 1)[1].split("</nav>", 1)[0]
        assert ">Security</a>" in nav, path
        assert ">Log Out</button>" in nav, path
        assert "public" not in shown.headers["cache-control"], path
    assert (await ada.get("/logout")).headers["location"] == "/security"
    assert (await submit(ada, "/logout", page="/help")).status_code == 303
    assert (await ada.get("/security")).headers["location"] == "/login?next=/security"
    assert (await ada.get("/logout")).headers["location"] == "/login"


async def test_what_varies_between_two_equal_pages_is_marked(world: World) -> None:
    for path in ("/login", "/forgot-password", "/tickets/new", "/console/login", "/help"):
        first, second = [(await world.browser().get(path)).text for _ in range(2)]
        assert unmarked(first) == unmarked(second), path


def unmarked(page: str) -> str:
    """The page without each element that is marked."""
    return re.sub(r"<(\w+)[^>]*\bdata-varies\b[^>]*>(</\1>)?", "", page)


async def test_who_comes_with_another_method_is_told_of_all_that_are_taken(world: World) -> None:
    refused = await world.browser().put("/login")
    assert (refused.status_code, refused.headers["allow"]) == (405, "GET, HEAD, POST")
    assert (await world.browser().post("/widget.js")).headers["allow"] == "GET, HEAD"
