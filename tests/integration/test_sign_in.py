"""Customers log in and out: one text for every refusal, sessions that really end."""

from typing import Any

import httpx2

from tests.world import ADA, PASSWORDS, World, hidden_fields, submit

WRONG = "Email or password is incorrect."


async def log_in(client: httpx2.AsyncClient, email: str, password: str, **fields: str) -> httpx2.Response:
    return await submit(client, "/login", email=email, password=password, **fields)


async def test_a_customer_lands_on_security_and_can_log_out(world: World) -> None:
    client = world.browser()
    page = await client.get("/login")
    assert (
        page.text.index('id="password"')
        < page.text.index("Forgot Password?")
        < page.text.index("<button>Log In")
    )
    assert (await log_in(client, ADA, PASSWORDS[ADA])).headers["location"] == "/security"
    shown = await client.get("/security")
    assert "<h1>Security</h1>" in shown.text
    assert "Change Login Password" in shown.text
    assert "Log Out" in shown.text
    kept = {c.name: c.value for c in client.cookies.jar}
    assert (await submit(client, "/logout", page="/security")).status_code == 303
    again = world.browser(cookies=kept)
    assert (await again.get("/security")).status_code == 303, "the cookie of before the log-out is dead"


async def test_unknown_address_and_wrong_password_look_the_same(world: World) -> None:
    texts = []
    for email, password in (
        (ADA, "Not-My-Password!"),
        ("eve@example.com", "Not-My-Password!"),
        ("no address", "x"),
    ):
        answer = await log_in(world.browser(), email, password)
        assert answer.status_code == 401
        assert WRONG in answer.text
        texts.append(answer.text.count("<"))
    assert len(set(texts)) == 1


async def test_five_failures_make_the_next_one_wait_and_nobody_else(make_world: object) -> None:
    async with make_world() as world:  # type: ignore[operator]
        client = world.browser()
        for _ in range(5):
            assert (await log_in(client, ADA, "Wrong-Password!")).status_code == 401
        waiting = await log_in(client, ADA, PASSWORDS[ADA])
        assert waiting.status_code == 429
        assert 1 <= int(waiting.headers["retry-after"]) <= 30
        assert WRONG in waiting.text, "the text is that of a wrong password"
        world.clock.wind(seconds=31)
        assert (await log_in(client, ADA, "Wrong-Password!")).status_code == 401
        assert (await log_in(client, ADA, PASSWORDS[ADA])).status_code == 429
        world.clock.wind(seconds=61)
        assert (await log_in(client, ADA, PASSWORDS[ADA])).status_code == 303


async def test_a_known_device_still_gets_in_while_a_stranger_guesses(world: World) -> None:
    ada = await world.customer()
    await submit(ada, "/logout", page="/security")
    stranger = world.browser()
    for _ in range(7):
        await log_in(stranger, ADA, "Wrong-Password!")
    assert (await log_in(stranger, ADA, PASSWORDS[ADA])).status_code == 429
    assert (await log_in(ada, ADA, PASSWORDS[ADA])).status_code == 303


async def test_a_network_that_fails_ten_times_in_a_minute_waits(world: World) -> None:
    for number in range(10):
        assert (
            await log_in(world.browser(), f"guess{number}@example.com", "Wrong-Password!")
        ).status_code == 401
    answer = await log_in(world.browser(), ADA, PASSWORDS[ADA])
    assert answer.status_code == 429
    assert "Too many attempts." in answer.text
    forged = await submit(
        world.browser(headers={"X-Forwarded-For": "203.0.113.9"}),
        "/login",
        email=ADA,
        password=PASSWORDS[ADA],
    )
    assert forged.status_code == 429, "a forwarded header from nobody we trust is no other address"
    world.clock.wind(seconds=61)
    assert (await log_in(world.browser(), ADA, PASSWORDS[ADA])).status_code == 303


async def test_a_forwarded_address_of_a_stranger_does_not_count(world: World) -> None:
    statuses = []
    for number in range(12):
        client = world.browser(
            headers={"X-Forwarded-For": f"198.51.{number}.7", "Forwarded": f"for=198.51.{number}.8"}
        )
        answer = await submit(
            client, "/login", email=f"person{number}@example.com", password="Not-My-Password!"
        )
        statuses.append(answer.status_code)
    assert statuses == [401] * 10 + [429] * 2, "all of them came from one network"


async def test_an_own_success_does_not_give_a_guesser_new_tries(world: World) -> None:
    for number in range(9):
        await log_in(world.browser(), f"guess{number}@example.com", "Wrong-Password!")
    assert (await log_in(world.browser(), ADA, PASSWORDS[ADA])).status_code == 303
    assert (await log_in(world.browser(), "guess9@example.com", "Wrong-Password!")).status_code == 401
    assert (await log_in(world.browser(), "guess10@example.com", "Wrong-Password!")).status_code == 429


async def test_a_session_that_was_there_before_the_log_in_is_dead(world: World) -> None:
    victim = world.browser(cookies={"sid": "fixed-by-an-attacker"})
    await log_in(victim, ADA, PASSWORDS[ADA])
    fresh = [c.value for c in victim.cookies.jar if c.name == "sid" and c.value != "fixed-by-an-attacker"]
    assert fresh
    assert (await world.browser(cookies={"sid": "fixed-by-an-attacker"}).get("/security")).status_code == 303
    second = world.browser(cookies={"sid": fresh[0]})
    await submit(second, "/logout", page="/security")
    assert (await world.browser(cookies={"sid": fresh[0]}).get("/security")).status_code == 303


async def test_a_session_ends_after_half_an_hour_of_silence_and_after_twelve_hours(world: World) -> None:
    idle = await world.customer()
    world.clock.wind(minutes=29)
    assert (await idle.get("/security")).status_code == 200
    world.clock.wind(minutes=31)
    assert (await idle.get("/security")).status_code == 303
    busy = await world.customer()
    for _ in range(25):
        assert (await busy.get("/security")).status_code == 200
        world.clock.wind(minutes=28)
    world.clock.wind(minutes=21)
    assert (await busy.get("/security")).status_code == 303


async def test_after_the_log_in_the_way_goes_only_to_our_own_pages(world: World) -> None:
    assert (await world.browser().get("/security/change-password")).headers["location"] == (
        "/login?next=/security/change-password"
    )
    why = "Log in to see the page that you asked for."
    assert why in (await world.browser().get("/login?next=/security/change-password")).text
    assert why not in (await world.browser().get("/login")).text
    good = await log_in(world.browser(), ADA, PASSWORDS[ADA], next="/security/change-password")
    assert good.headers["location"] == "/security/change-password"
    for bad in ("//evil.example", "https:evil", "https://evil.example/", "/\\evil.example", "/security/../x"):
        answer = await log_in(world.browser(), ADA, PASSWORDS[ADA], next=bad)
        assert answer.headers["location"] == "/security"


async def test_a_form_without_its_token_or_from_elsewhere_is_refused(world: World) -> None:
    client = world.browser()
    await client.get("/login")
    bare = await client.post("/login", data={"email": ADA, "password": PASSWORDS[ADA]})
    assert bare.status_code == 403
    page = await client.get("/login")
    token = page.text.split('name="csrf_token" value="')[1].split('"')[0]
    fields = {"email": ADA, "password": PASSWORDS[ADA], "csrf_token": token}
    crossed = await client.post("/login", data=fields, headers={"Origin": "https://evil.example"})
    assert crossed.status_code == 403
    assert (await client.post("/login", data=fields)).status_code == 303


async def test_of_two_tabs_that_opened_at_once_both_may_send_their_form(world: World) -> None:
    async def token_of(client: Any) -> str:
        found: str = hidden_fields((await client.get("/login")).text)["csrf_token"]
        return found

    early, other = await token_of(world.browser()), await token_of(world.browser())
    late = world.browser()
    own = await token_of(late)
    assert len({early, other, own}) == 3
    ours, theirs = {"Sec-Fetch-Site": "same-origin"}, {"Sec-Fetch-Site": "cross-site"}
    for token, headers, status in (
        (early, {}, 403), (early, theirs, 403), (early[:-1] + "g", ours, 403), ("", ours, 403), (early[:32], ours, 403),
        (early[:32] + other[32:], ours, 403), (early, ours, 303), (own, {}, 303),
    ):  # fmt: skip
        fields = {"email": ADA, "password": PASSWORDS[ADA], "csrf_token": token}
        answer = await late.post("/login", data=fields, headers=headers)
        assert answer.status_code == status, (token, headers)


async def test_password_managers_find_the_page(world: World) -> None:
    answer = await world.browser().get("/.well-known/change-password")
    assert (answer.status_code, answer.headers["location"]) == (302, "/security/change-password")
