"""Accounts in an LDAP directory: a real OpenLDAP server keeps them, the desk proves the person and hands over."""

import re
from collections.abc import Callable, Iterator
from contextlib import AbstractAsyncContextManager

import pytest

from tests import slapd
from tests.elsewhere import (
    ADA,
    HERE,
    NEW_PASSWORD,
    account,
    ask,
    at_new_password,
    jobs_done,
    new_code,
    said_to_agent,
    set_password,
    submit,
    trail_of,
    try_again,
    until,
)
from tests.integration.test_reset_invitation import invite, link_of, settled
from tests.slapd import Ldap
from tests.world import World

pytestmark = pytest.mark.skipif(slapd.slapd() is None, reason=slapd.WHY_NOT)
Make = Callable[..., AbstractAsyncContextManager[World]]


@pytest.fixture
def ldap() -> Iterator[Ldap]:
    with slapd.running() as server:
        yield server


@pytest.mark.parametrize("scheme", ["ldap", "ldaps"])
async def test_a_locked_out_person_sets_a_new_password_in_the_directory(
    make_world: Make, ldap: Ldap, scheme: str
) -> None:
    port = ldap.plain_port if scheme == "ldap" else ldap.tls_port
    async with make_world(**ldap.settings(ldap_url=f"{scheme}://localhost:{port}")) as world:
        client = await at_new_password(world)
        assert (await set_password(client, NEW_PASSWORD)).headers["location"] == "/login?reset=1"
        shown = (await client.get("/login?reset=1")).text
        assert "Your login password has been changed." in shown
        assert 'name="password"' not in shown, "nobody logs in here: the account is elsewhere"
        assert ldap.may_sign_in("ada", NEW_PASSWORD)
        assert not ldap.may_sign_in("ada", slapd.OLD)
        kept = await account(world)
        assert kept is not None
        assert (kept.elsewhere, kept.name) == ("uid=ada,ou=people,dc=example,dc=com", "Ada Lovelace")
        assert kept.password_hash.startswith("none:"), "the desk keeps no password"
        assert "/not-me/" in str(await world.mail(ADA, "signed out"))
        asked = await trail_of(world, "directory:password_asked")
        assert [(entry.result, entry.more["directory"]) for entry in asked] == [("ok", "ldap")]
        assert len(await trail_of(world, "account:password_reset")) == 1


async def test_the_second_address_of_a_person_counts_as_well(make_world: Make, ldap: Ldap) -> None:
    async with make_world(**ldap.settings()) as world:
        client = await at_new_password(world, "countess@example.com")
        assert (await set_password(client, NEW_PASSWORD)).status_code == 303
        assert ldap.may_sign_in("ada", NEW_PASSWORD)


async def test_unknown_and_doubtful_addresses_look_the_same_and_get_nothing(
    make_world: Make, ldap: Ldap
) -> None:
    async with make_world(**ldap.settings()) as world:
        pages = []
        for email in (ADA, "eve@example.com", "twins@example.com", "a*@example.com"):
            client = world.browser()
            assert (await ask(client, email)).status_code == 303
            shown = (await client.get(HERE)).text
            plain = re.sub(r"<[^>]*data-varies[^>]*>([^<]*)", "<varies>", shown)
            pages.append(re.sub(r'nonce="[^"]+"', "", plain))
        assert len(set(pages)) == 1
        await new_code(world)
        await jobs_done(world)
        assert {mail["To"] for mail in await world.mails()} == {ADA}


async def test_an_account_that_only_this_desk_knows_gets_no_code(make_world: Make, ldap: Ldap) -> None:
    gone = "(&(mail={address})(!(uid=ada)))"
    async with make_world(**ldap.settings(ldap_filter=gone)) as world:
        assert (await account(world)) is not None, "the demo's Ada is in the desk's own table"
        await ask(world.browser())
        await jobs_done(world)
        assert await world.mails() == []


async def test_a_password_that_the_directory_refuses_may_be_chosen_again(
    make_world: Make, ldap: Ldap
) -> None:
    async with make_world(**ldap.settings()) as world:
        client = await at_new_password(world)
        answer = await set_password(client, "Short-One!")
        assert answer.status_code == 422
        assert "does not accept this password" in answer.text
        assert ldap.may_sign_in("ada", slapd.OLD)
        assert (await set_password(client, NEW_PASSWORD)).status_code == 303
        assert ldap.may_sign_in("ada", NEW_PASSWORD)
        asked = await trail_of(world, "directory:password_asked")
        assert [entry.result for entry in asked] == ["ok", "the directory refused", "ok"]


async def test_an_invitation_is_completed_in_the_directory(make_world: Make, ldap: Ldap) -> None:
    async with make_world(**ldap.settings()) as world:
        await invite(world)
        client, path = world.browser(), await link_of(world)
        assert (await submit(client, path)).headers["location"] == HERE
        assert (await submit(client, HERE, code=await new_code(world))).status_code == 303
        assert (await set_password(client, NEW_PASSWORD)).status_code == 303
        assert ldap.may_sign_in("ada", NEW_PASSWORD)
        assert await settled(world) == ["completed"]


async def test_a_directory_that_is_away_is_asked_again_and_the_agent_knows(
    make_world: Make, ldap: Ldap
) -> None:
    async with make_world(**ldap.settings()) as world:
        ldap.stop()
        for email in (ADA, "eve@example.com"):
            await invite(world, email)
            state = "not sent yet: the directory did not answer"
            await until(lambda state=state: _is_said(world, state))  # type: ignore[misc]
        assert {entry.result for entry in await trail_of(world, "directory:find")} == {
            "the directory did not answer"
        }
        ldap.start()
        await try_again(world)
        await link_of(world)
        assert await settled(world, 2) == ["invited", "void"]
        assert await said_to_agent(world) == "invited", "the same for an address that nobody has"


async def test_a_directory_that_stays_away_ends_the_invitation_after_an_hour(
    make_world: Make, ldap: Ldap
) -> None:
    async with make_world(**ldap.settings()) as world:
        ldap.stop()
        await invite(world)
        await until(lambda: _is_said(world, "not sent yet: the directory did not answer"))
        world.clock.wind(hours=1, minutes=5)
        await until(lambda: _is_said(world, "could not be completed: the directory did not answer"))
        ldap.start()
        await try_again(world, hours=1)
        assert await world.mails() == []


async def test_a_directory_that_dies_before_the_new_password_leaves_the_step_open(
    make_world: Make, ldap: Ldap
) -> None:
    async with make_world(**ldap.settings()) as world:
        ada = await account(world)
        assert ada is not None
        await invite(world, account_id=ada.id, identity_level="jwt")
        client, path = world.browser(), await link_of(world)
        await submit(client, path)
        await submit(client, HERE, code=await new_code(world))
        ldap.stop()
        answer = await set_password(client, NEW_PASSWORD)
        assert answer.status_code == 503
        assert "did not answer" in answer.text
        assert await said_to_agent(world) == "not completed yet: the directory did not answer"
        ldap.start()
        assert (await set_password(client, NEW_PASSWORD)).status_code == 303
        assert ldap.may_sign_in("ada", NEW_PASSWORD)
        assert await said_to_agent(world) == "completed"


async def test_a_certificate_of_somebody_else_is_no_directory(make_world: Make, ldap: Ldap) -> None:
    async with make_world(**ldap.settings(ldap_ca="")) as world:
        await ask(world.browser())
        await until(lambda: trail_of(world, "directory:find"))
        assert await world.mails() == []


async def _is_said(world: World, state: str) -> bool:
    return await said_to_agent(world) == state
