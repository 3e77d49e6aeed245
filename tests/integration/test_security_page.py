"""A signed-in customer changes the password with the current one and no code."""

import re
from typing import Any

import httpx2
import pytest
from websockets.exceptions import ConnectionClosed

from helpdesk.accounts.people import account_by_address
from tests.world import ADA, PASSWORDS, World, submit, text_of

PAGE = "/security/change-password"
NEW = "Brand-New-Phrase"


async def change(
    client: httpx2.AsyncClient, current: str, new: str = NEW, confirm: str | None = None
) -> httpx2.Response:
    confirm = new if confirm is None else confirm
    return await submit(client, PAGE, current_password=current, new_password=new, confirm_password=confirm)


async def test_current_new_confirm_and_no_code(world: World) -> None:
    ada, elsewhere = await world.customer(), await world.customer()
    page = (await ada.get(PAGE)).text
    order = [
        page.index(f">{label}</label>")
        for label in ("Current Password", "New Password", "Confirm New Password")
    ]
    assert order == sorted(order)
    assert "erification code" not in page
    before = {c.name: c.value for c in ada.cookies.jar}["sid"]
    answer = await change(ada, PASSWORDS[ADA])
    assert (answer.status_code, answer.headers["location"]) == (303, "/security?changed=1")
    assert "Your login password has been changed." in (await ada.get("/security?changed=1")).text
    assert {c.name: c.value for c in ada.cookies.jar}["sid"] != before, "the session has a new id"
    assert (await world.browser(cookies={"sid": before}).get("/security")).status_code == 303
    assert (await elsewhere.get("/security")).status_code == 303, "other sessions are over"
    notice = text_of(await world.mail(ADA, "signed out"))
    assert "on the Security page" in notice
    assert (await submit(world.browser(), "/login", email=ADA, password=NEW)).status_code == 303


async def test_a_wrong_current_password_and_a_weak_new_one_are_two_errors(world: World) -> None:
    ada = await world.customer()
    answer = await change(ada, "Not-My-Password!", "short", "other")
    assert answer.status_code == 422
    for sentence in (
        "Current Password is incorrect.",
        "at least 8 characters, an uppercase letter, a special character",
        "New Password and Confirm New Password do not match.",
    ):
        assert sentence in answer.text
    guess = await change(ada, "Not-My-Password!", PASSWORDS[ADA])
    assert "must be different" not in guess.text, "a second guess at the password in one try"
    same = await change(ada, PASSWORDS[ADA], PASSWORDS[ADA])
    assert "New Password must be different from Current Password." in same.text


async def test_what_cannot_be_a_password_is_refused_and_never_breaks_anything(world: World) -> None:
    ada = await world.customer()
    for bad in ("A!" + "a" * 255, "ﷺA!", "\ufdfa" * 256, "Abc\x00defg!", "Abcdefg!\u0378", ""):
        answer = await change(ada, PASSWORDS[ADA], bad)
        assert answer.status_code == 422, bad
    huge = await ada.post(
        PAGE,
        content=b"new_password=" + b"a" * 20_000,
        headers={"Content-Type": "application/x-www-form-urlencoded"},
    )
    assert huge.status_code == 413
    longest = "Ab!" + "x" * 253
    assert (await change(ada, PASSWORDS[ADA], longest)).status_code == 303, "256 characters are taken"
    assert (await change(ada, longest, "Caf\u00e9!Society")).status_code == 303
    decomposed = "Cafe\u0301!Society"
    assert (await submit(world.browser(), "/login", email=ADA, password=decomposed)).status_code == 303


async def test_spaces_at_the_ends_count(world: World) -> None:
    ada = await world.customer()
    assert (await change(ada, PASSWORDS[ADA], "  Two Spaces! ")).status_code == 303
    assert (await submit(world.browser(), "/login", email=ADA, password="Two Spaces!")).status_code == 401
    assert (await submit(world.browser(), "/login", email=ADA, password="  Two Spaces! ")).status_code == 303


async def test_five_wrong_current_passwords_end_this_session_only(world: World) -> None:
    ada, elsewhere = await world.customer(), await world.customer()
    for _ in range(5):
        assert (await change(ada, "Not-My-Password!")).status_code == 422
    answer = await change(ada, PASSWORDS[ADA])
    assert answer.status_code == 429
    assert "Please log in again" in answer.text
    assert (await ada.get("/security")).status_code == 303
    assert (await elsewhere.get("/security")).status_code == 200
    again = await world.customer()
    assert (await change(again, "Not-My-Password!")).status_code == 422
    assert (await change(elsewhere, PASSWORDS[ADA])).status_code == 303


async def test_only_the_owner_gets_to_the_form(world: World) -> None:
    stranger = world.browser()
    assert (await stranger.get(PAGE)).headers["location"] == f"/login?next={PAGE}"
    assert (await submit(stranger, PAGE, page="/login", current_password="x")).status_code == 303
    ada = await world.customer()
    crossed = await ada.post(
        PAGE, data={"current_password": PASSWORDS[ADA]}, headers={"Origin": "https://evil.example"}
    )
    assert crossed.status_code == 403


async def test_other_browsers_can_be_logged_out(world: World) -> None:
    ada, elsewhere = await world.customer(), await world.customer()
    assert (await ada.get("/security")).text.count("(this browser)") == 1
    assert (await submit(ada, "/security")).status_code == 303
    assert (await elsewhere.get("/security")).status_code == 303
    assert (await ada.get("/security")).status_code == 200


async def test_open_sockets_of_the_account_end_with_the_session(world: World) -> None:
    ada, elsewhere = await world.customer(), await world.customer()
    cookie = {c.name: c.value for c in elsewhere.cookies.jar}["sid"]
    panel = await world.visitor(cookies=f"sid={cookie}")
    await panel.wait("welcome")
    await change(ada, PASSWORDS[ADA])
    with pytest.raises(ConnectionClosed) as ended:
        while True:
            await panel.receive()
    assert ended.value.rcvd is not None
    assert ended.value.rcvd.code == 4401


async def test_an_old_hash_is_made_anew_at_the_next_log_in(make_world: Any) -> None:
    async with make_world(quick=False) as world:
        await old_hash_is_made_anew(world)


async def old_hash_is_made_anew(world: World) -> None:
    from argon2 import PasswordHasher

    from helpdesk.accounts.credentials import rehash

    account = await world.desk.store.read(account_by_address, ADA)
    assert account is not None
    peppered = world.desk.keys.mac("password pepper 1", PASSWORDS[ADA]).hex()
    old = "p1:" + PasswordHasher(time_cost=2, memory_cost=19456, parallelism=1).hash(peppered)
    await world.desk.store.write(rehash, account.id or 0, account.password_hash, old)
    assert (await submit(world.browser(), "/login", email=ADA, password=PASSWORDS[ADA])).status_code == 303
    again = await world.desk.store.read(account_by_address, ADA)
    assert again is not None
    assert again.password_hash != old
    assert re.match(r"p1:\$argon2id\$v=19\$m=32768,t=2,p=1\$", again.password_hash)
