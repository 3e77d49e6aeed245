"""How often a code may be asked for and guessed: counted before anything is compared, for known and unknown alike."""

import asyncio
import re
from typing import Any

from helpdesk.accounts import attempts
from helpdesk.accounts.addresses import address_mac
from helpdesk.accounts.models import Attempt
from helpdesk.accounts.recovery import WRONG_IN_A_ROW
from helpdesk.audit import trail
from helpdesk.store.session import Tx
from tests.integration.test_recovery import HERE, ask, new_code
from tests.world import ADA, World, submit


async def sent_to(world: World, email: str = ADA) -> int:
    """How many mails went out, when the worker has done everything that is due."""

    def due(tx: Tx) -> int:
        return int(
            tx.connection.exec_driver_sql("SELECT count(*) FROM job WHERE state = 'waiting'").scalar() or 0
        )

    async with asyncio.timeout(8):
        while await world.desk.store.read(due):
            await asyncio.sleep(0.02)
    return len(await world.mails(email))


async def test_two_hundred_parallel_guesses_are_five(world: World) -> None:
    client = world.browser()
    await ask(client)
    await new_code(world)
    page = await client.get(HERE)
    token = page.text.split('name="csrf_token" value="')[1].split('"')[0]

    async def guess(number: int) -> int:
        answer = await client.post(HERE, data={"csrf_token": token, "code": "BBBB-BBB" + "BCDF"[number % 4]})
        return answer.status_code

    answers = await asyncio.gather(*(guess(number) for number in range(60)))
    assert set(answers) <= {200, 429}
    assert answers.count(200) <= 30, "beyond thirty a network waits"
    tries = await world.desk.store.read(
        lambda tx: tx.connection.exec_driver_sql("SELECT tries FROM recovery_flow").scalar()
    )
    assert tries == 5


async def test_the_right_code_twice_at_once_is_one_grant(world: World) -> None:
    client = world.browser()
    await ask(client)
    code = await new_code(world)
    page = await client.get(HERE)
    token = page.text.split('name="csrf_token" value="')[1].split('"')[0]
    cookies = {c.name: c.value for c in client.cookies.jar}
    twins = [world.browser(cookies=cookies) for _ in range(2)]
    await asyncio.gather(*(twin.post(HERE, data={"csrf_token": token, "code": code}) for twin in twins))
    held = [
        c.value for twin in twins for c in twin.cookies.jar if c.name == "rec" and c.value != cookies["rec"]
    ]
    assert len(held) == 1


async def test_an_address_gets_one_a_minute_five_an_hour_ten_a_day_whoever_asks(make_world: Any) -> None:
    async with make_world(trusted_proxies=("127.0.0.1",)) as world:
        number = 0

        async def ask_anew() -> None:
            nonlocal number
            number += 1
            client = world.browser(headers={"X-Forwarded-For": f"198.51.{number}.7"})
            answer = await ask(client)
            assert answer.status_code == 303
            assert "If this email is registered" in (await client.get(HERE)).text

        await ask_anew()
        await ask_anew()
        assert await sent_to(world) == 1, "the second one came within a minute"
        for _ in range(6):
            world.clock.wind(seconds=61)
            await ask_anew()
        assert await sent_to(world) == 5
        world.clock.wind(hours=1)
        for _ in range(6):
            world.clock.wind(seconds=61)
            await ask_anew()
        assert await sent_to(world) == 10
        world.clock.wind(hours=2)
        await ask_anew()
        assert await sent_to(world) == 10
        world.clock.wind(hours=24)
        await ask_anew()
        assert await sent_to(world) == 11


async def test_a_network_asks_ten_times_an_hour(world: World) -> None:
    for number in range(10):
        assert (await ask(world.browser(), f"person{number}@example.com")).status_code == 303
    answer = await ask(world.browser(), "one-more@example.com")
    assert answer.status_code == 429
    assert int(answer.headers["retry-after"]) > 3000
    world.clock.wind(hours=1, seconds=1)
    assert (await ask(world.browser(), "one-more@example.com")).status_code == 303


async def test_a_flow_sends_five_codes_and_then_points_to_support(world: World) -> None:
    pages = []
    for email in (ADA, "eve@example.com"):
        client = world.browser()
        await ask(client, email)
        for _ in range(4):
            world.clock.wind(seconds=61)
            assert (await submit(client, HERE, resend="1")).status_code == 303
        world.clock.wind(seconds=61)
        answer = await submit(client, HERE, resend="1")
        assert answer.status_code == 429
        assert "No more codes can be sent now. Please contact Customer Support." in answer.text
        pages.append(re.sub(r"<[^>]*data-varies[^>]*>([^<]*)", "", answer.text).count("<"))
        world.clock.wind(hours=1)
    assert pages[0] == pages[1]


async def test_a_double_click_sends_one_mail(world: World) -> None:
    client = world.browser()
    await ask(client)
    assert await sent_to(world) == 1
    world.clock.wind(seconds=61)
    page = await client.get(HERE)
    token = page.text.split('name="csrf_token" value="')[1].split('"')[0]
    answers = await asyncio.gather(
        *(client.post(HERE, data={"csrf_token": token, "resend": "1"}) for _ in range(2))
    )
    assert sorted(a.status_code for a in answers) == [303, 429]
    assert await sent_to(world) == 2


async def test_a_known_device_has_a_reserve_of_two(world: World) -> None:
    ada = await world.customer()
    await submit(ada, "/logout", page="/security")
    for _ in range(5):
        await ask(world.browser())
        world.clock.wind(seconds=61)
    assert await sent_to(world) == 5
    await ask(world.browser())
    assert await sent_to(world) == 5, "strangers have used the hour up"
    await ask(ada)
    assert await sent_to(world) == 6
    world.clock.wind(seconds=61)
    await submit(ada, HERE, resend="1")
    assert await sent_to(world) == 7
    world.clock.wind(seconds=61)
    assert (await submit(ada, HERE, resend="1")).status_code == 429


async def test_a_hundred_wrong_codes_pause_recovery_for_a_day_but_not_for_a_known_device(
    world: World,
) -> None:
    ada = await world.customer()
    await submit(ada, "/logout", page="/security")
    client = world.browser()
    await ask(client)
    await new_code(world)

    def ninety_nine(tx: Tx) -> None:
        key = attempts.key_for(world.desk.keys, "wrong codes", address_mac(world.desk.keys, ADA))
        tx.session.add(Attempt(key=key, count=WRONG_IN_A_ROW - 1, since=tx.now, last_at=tx.now))

    await world.desk.store.write(ninety_nine)
    await submit(client, HERE, code="BBBB-BBBB")
    await world.mail(ADA, "many wrong verification codes")
    alarms = await world.desk.store.read(lambda tx: trail.search(tx, action="recovery:paused"))
    assert alarms[0].result == "alarm"
    before = await sent_to(world)
    world.clock.wind(seconds=61)
    await ask(world.browser())
    assert await sent_to(world) == before, "no code for strangers during the pause"
    world.clock.wind(seconds=61)
    await ask(ada)
    code = await new_code(world, count=2)
    assert (await submit(ada, HERE, code=code)).status_code == 303


async def test_without_limits_the_tries_of_a_code_and_the_sixty_seconds_still_count(make_world: Any) -> None:
    async with make_world(limits="off") as world:
        for _ in range(12):
            assert (await ask(world.browser())).status_code == 303
        client = world.browser()
        await ask(client)
        assert (await submit(client, HERE, resend="1")).status_code == 429
        assert await sent_to(world) == 13
        code = await new_code(world, count=13)
        for _ in range(5):
            await submit(client, HERE, code="BBBB-BBBB")
        assert (await submit(client, HERE, code=code)).status_code == 200


async def test_addresses_that_are_none_get_a_field_error_and_nothing_is_sent(world: World) -> None:
    client = world.browser()
    bad = ["", "a@b", "a@b..c", "a@example.com,b@example.com", "x" * 10_000 + "@example.com", "victim@example.com\r\nBcc: e@example.com",
           "victim@example.com%0d%0aBcc:", "a\u2028@example.com", "<a@example.com>", "a b@example.com"]  # fmt: skip
    for email in bad:
        answer = await ask(client, email)
        assert answer.status_code == 422, email
        assert "Enter an email address like name@example.com." in answer.text
    page = await client.get(HERE)
    token = page.text.split('name="csrf_token" value="')[1].split('"')[0]
    twice = await client.post(
        HERE, content=f"csrf_token={token}&email=a%40example.com&email=b%40example.com",
        headers={"Content-Type": "application/x-www-form-urlencoded"},
    )  # fmt: skip
    assert twice.status_code == 422
    listed = await client.post(HERE, data={"csrf_token": token, "email[]": "a@example.com"})
    assert listed.status_code == 422
    assert await sent_to(world) == 0


async def test_codes_of_any_shape_are_wrong_and_never_break_anything(world: World) -> None:
    client = world.browser()
    await ask(client)
    for text in ("", "\x00", "🙂"):
        empty = await submit(client, HERE, code=text)
        assert empty.status_code == 422
        assert "Enter the code from the email." in empty.text
    for text in ("' OR 1=1--", "true", "x" * 9000, "BCDF\u200dGHJK"):
        answer = await submit(client, HERE, code=text)
        assert answer.status_code == 200
        assert "That code is incorrect." in answer.text
