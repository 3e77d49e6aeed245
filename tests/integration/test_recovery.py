"""Somebody who forgot the password comes back alone: address, code, new password, on one address."""

import re
from email.message import EmailMessage

import httpx2

from helpdesk.store.session import Tx
from tests.world import ADA, PASSWORDS, World, submit, text_of, until

HERE = "/forgot-password"
NEW = "Brand-New-Phrase"
CODE = re.compile(r"\b[BCDFGHJKLMNPQRSTVWXZ]{4}-[BCDFGHJKLMNPQRSTVWXZ]{4}\b")


def code_in(mail: EmailMessage) -> str:
    found = CODE.search(text_of(mail))
    assert found, text_of(mail)
    return found[0]


async def ask(client: httpx2.AsyncClient, email: str = ADA) -> httpx2.Response:
    return await submit(client, HERE, email=email)


async def new_code(world: World, count: int = 1, to: str = ADA) -> str:
    return code_in(await world.mail(to, "good for", count))


async def verified(world: World, client: httpx2.AsyncClient) -> None:
    assert (await ask(client)).status_code == 303
    answer = await submit(client, HERE, code=await new_code(world))
    assert answer.status_code == 303, answer.text


async def set_password(client: httpx2.AsyncClient, new: str, confirm: str | None = None) -> httpx2.Response:
    return await submit(client, HERE, new_password=new, confirm_password=new if confirm is None else confirm)


async def ticket_subjects(world: World) -> list[str]:
    def look(tx: Tx) -> list[str]:
        return list(
            tx.connection.exec_driver_sql("SELECT subject FROM conversation WHERE subject <> ''").scalars()
        )

    found: list[str] = await until(lambda: world.desk.store.read(look))
    return found


async def test_a_locked_out_person_sets_a_new_password(world: World) -> None:
    everywhere = await world.customer()
    client = world.browser()
    await verified(world, client)
    page = await client.get(HERE)
    assert "New Password" in page.text
    answer = await set_password(client, NEW)
    assert (answer.status_code, answer.headers["location"]) == (303, "/login?reset=1")
    shown = await client.get("/login?reset=1")
    assert "Your login password has been changed. Log in with your new password." in shown.text
    assert (await client.get("/security")).headers["location"].startswith("/login"), (
        "nobody is logged in by a reset"
    )
    assert (await everywhere.get("/security")).status_code == 303, "sessions of before are dead"
    assert (await submit(client, "/login", email=ADA, password=PASSWORDS[ADA])).status_code == 401
    assert (await submit(client, "/login", email=ADA, password=NEW)).headers["location"] == "/security"
    notice = await world.mail(ADA, "signed out")
    assert "/not-me/" in text_of(notice)
    assert NEW not in text_of(notice)


async def test_known_and_unknown_addresses_get_the_same_bytes(world: World) -> None:
    pages = []
    for email in (ADA, "eve@example.com"):
        client = world.browser()
        asked = await ask(client, email)
        shown = await client.get(HERE)
        plain = re.sub(r"<[^>]*data-varies[^>]*>([^<]*)", "<varies>", shown.text)
        plain = re.sub(r'nonce="[^"]+"', "", plain)
        headers = {
            k: v
            for k, v in shown.headers.items()
            if k not in {"date", "x-request-id", "content-security-policy"}
        }
        cookies = sorted(c.name for c in client.cookies.jar)
        pages.append(
            (asked.status_code, asked.headers["location"], shown.status_code, plain, headers, cookies)
        )
    assert pages[0] == pages[1]
    await world.mail(ADA, "verification code")
    assert await world.mails("eve@example.com") == []


async def test_the_mail_goes_to_the_registered_spelling(world: World) -> None:
    client = world.browser()
    await ask(client, "  ADA@Example.COM ")
    mail = await world.mail(ADA, "verification code")
    assert mail["To"] == ADA
    assert not CODE.search(str(mail["Subject"])), "a lock screen shows the subject"
    reference = re.search(
        r"Reference of the newest email: <strong data-varies>(\w{4})", (await client.get(HERE)).text
    )
    assert reference
    assert reference[1] in text_of(mail)


async def test_a_new_code_can_be_asked_for_after_sixty_seconds_and_kills_the_old_one(world: World) -> None:
    client = world.browser()
    await ask(client)
    old = await new_code(world)
    world.clock.wind(seconds=58)
    early = await submit(client, HERE, resend="1")
    assert early.status_code == 429
    assert 1 <= int(early.headers["retry-after"]) <= 2
    assert "You can resend the code in" in early.text
    world.clock.wind(seconds=2)
    assert (await submit(client, HERE, resend="1")).status_code == 303
    new = await new_code(world, count=2)
    assert new != old
    refused = await submit(client, HERE, code=old)
    assert "That code is incorrect. Check the newest email and try again." in refused.text
    assert (await submit(client, HERE, code=new)).status_code == 303


async def test_a_code_is_over_after_ten_minutes(world: World) -> None:
    client = world.browser()
    await ask(client)
    code = await new_code(world)
    world.clock.wind(minutes=10, seconds=1)
    assert "That code has expired. Click Resend code." in (await submit(client, HERE, code=code)).text
    world.clock.wind(minutes=-1)
    assert (await submit(client, HERE, code=code)).status_code == 303, "within its ten minutes it is good"


async def test_the_sixth_try_is_refused_even_with_the_right_code(world: World) -> None:
    client = world.browser()
    await ask(client)
    code = await new_code(world)
    for _ in range(5):
        wrong = await submit(client, HERE, code="BBBB-BBBB")
        assert "That code is incorrect. Check the newest email and try again." in wrong.text
    tired = await submit(client, HERE, code=code)
    assert "That code is incorrect. After five wrong tries no code is taken: click Resend code." in tired.text


async def test_an_empty_field_is_no_try(world: World) -> None:
    client = world.browser()
    await ask(client)
    code = await new_code(world)
    for empty in ("", " ", "-", "", "  ", ""):
        answer = await submit(client, HERE, code=empty)
        assert (answer.status_code, "Enter the code from the email." in answer.text) == (422, True)
    assert (await submit(client, HERE, code=code)).status_code == 303


async def test_who_comes_back_too_late_is_told_that_it_starts_again(world: World) -> None:
    client, over = world.browser(), "The time for the last step is over. Please start again."
    assert over not in (await client.get(HERE)).text
    await verified(world, client)
    assert over not in (await client.get(HERE)).text
    world.clock.wind(minutes=11)
    assert (await set_password(client, NEW)).headers["location"] == HERE
    assert over in (await client.get(HERE)).text
    await ask(client)
    assert over not in (await client.get(HERE)).text
    assert over not in (await client.get(f"{HERE}?again=1")).text
    world.clock.wind(minutes=31)
    assert (await submit(client, HERE, code="BBBB-BBBB")).headers["location"] == HERE
    assert over in (await client.get(HERE)).text


async def test_a_code_works_in_the_browser_that_asked_and_nowhere_else(world: World) -> None:
    client, thief = world.browser(), world.browser()
    await ask(client)
    code = await new_code(world)
    await ask(thief, "eve@example.com")
    assert "That code is incorrect." in (await submit(thief, HERE, code=code)).text
    empty_handed = world.browser()
    answer = await submit(empty_handed, HERE, code=code)
    assert (answer.status_code, answer.headers["location"]) == (303, HERE)
    assert "Registered email" in (await empty_handed.get(HERE)).text
    assert (await submit(client, HERE, code=code)).status_code == 303


async def test_case_spaces_and_full_width_letters_do_not_matter(world: World) -> None:
    client = world.browser()
    await ask(client)
    code = await new_code(world)
    wide = "".join(chr(ord(c) + 0xFEE0) if c.isalpha() else " " for c in code.lower())
    assert (await submit(client, HERE, code=f"  {wide} ")).status_code == 303


async def test_a_page_names_exactly_what_the_new_password_lacks(world: World) -> None:
    client = world.browser()
    await verified(world, client)
    answer = await set_password(client, "Abcdefgh", "different")
    assert answer.status_code == 422
    assert "Still needed: a special character." in answer.text
    assert "New Password and Confirm New Password do not match." in answer.text
    assert "<title>Error: " in answer.text
    assert "Abcdefgh" not in answer.text, "a password is never shown again"
    current = await set_password(client, PASSWORDS[ADA])
    assert "New Password must be different from Current Password." in current.text
    common = await set_password(client, "Password!")
    assert "too common" in common.text
    own = await set_password(client, "Ada@example.com")
    assert "too easy to guess" in own.text
    assert (await set_password(client, "Abcdefg!")).status_code == 303, (
        "no digit is asked for, and the grant still counts"
    )


async def test_no_step_can_be_skipped_and_a_grant_serves_once(world: World) -> None:
    stranger = world.browser()
    assert (await set_password(stranger, NEW)).headers["location"] == HERE
    client = world.browser()
    await verified(world, client)
    grant = {c.name: c.value for c in client.cookies.jar}["rec"]
    assert (await client.get("/security", headers={"Cookie": f"sid={grant}"})).status_code == 303, (
        "a grant is no session"
    )
    assert (await set_password(client, NEW)).headers["location"] == "/login?reset=1"
    client.cookies.set("rec", grant)
    assert (await set_password(client, "Another-Fine-Phrase")).headers["location"] == HERE


async def test_a_grant_is_over_after_ten_minutes(world: World) -> None:
    client = world.browser()
    await verified(world, client)
    world.clock.wind(minutes=10, seconds=1)
    assert (await set_password(client, NEW)).headers["location"] == HERE
    assert "Registered email" in (await client.get(HERE)).text


async def test_a_reset_kills_every_other_flow_of_the_account(world: World) -> None:
    other = world.browser()
    await ask(other)
    theirs = await new_code(world)
    world.clock.wind(seconds=61)
    client = world.browser()
    await ask(client)
    code = await new_code(world, count=2)
    await submit(client, HERE, code=code)
    assert (await set_password(client, NEW)).status_code == 303
    assert (await submit(other, HERE, code=theirs)).headers["location"] == HERE
    assert "Registered email" in (await other.get(HERE)).text


async def test_asking_changes_nothing_for_who_is_signed_in(world: World) -> None:
    ada = await world.customer()
    for _ in range(2):
        await ask(world.browser())
    assert (await ada.get("/security")).status_code == 200
    assert (await submit(world.browser(), "/login", email=ADA, password=PASSWORDS[ADA])).status_code == 303


async def test_the_notice_lets_the_owner_shut_everybody_out(world: World) -> None:
    client = world.browser()
    await verified(world, client)
    await set_password(client, NEW)
    thief = world.browser()
    assert (await submit(thief, "/login", email=ADA, password=NEW)).status_code == 303
    notice = await world.mail(ADA, "/not-me/")
    found = re.search(r"(/not-me/\w+)", text_of(notice))
    assert found
    owner = world.browser()
    shown = await owner.get(found[1])
    assert "a•••@e•••.com" in shown.text
    assert (await thief.get("/security")).status_code == 200, "looking at the link changes nothing"
    done = await submit(owner, found[1])
    assert "Your account is closed to everybody" in done.text
    assert (await thief.get("/security")).status_code == 303
    assert (await submit(thief, "/login", email=ADA, password=NEW)).status_code == 401
    assert (await owner.get(found[1])).status_code == 404, "the link works once"
    assert "was not them" in (await ticket_subjects(world))[0]
