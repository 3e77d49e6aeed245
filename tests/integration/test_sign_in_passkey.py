"""A passkey instead of a one-time code, wherever a fresh proof is asked for; then the password alone proves nothing."""

import httpx2

from tests.integration.test_containment import claimed_conversation
from tests.integration.test_sign_in_staff import Passkey
from tests.world import ADA, BEN, CLEO, PASSWORDS, World, submit

MINE, REASON = "/console/account", "Locked out, asked for help in this chat."


async def with_passkey(world: World, email: str = BEN) -> tuple[httpx2.AsyncClient, Passkey]:
    """Somebody of the staff with a passkey and no authenticator app, signed in."""
    client = await world.staff(email)
    client.headers.update({"Accept": "application/json"})
    passkey = Passkey(world.url)
    offer = await submit(client, f"{MINE}/passkeys/offer", page=MINE, password=PASSWORDS[email])
    kept = await submit(client, f"{MINE}/passkeys", page=MINE, answer=passkey.made(offer.json()), name="Key")
    assert kept.status_code == 201, kept.text
    return client, passkey


async def prove(client: httpx2.AsyncClient, passkey: Passkey, **purpose: str) -> int:
    asked = await submit(client, "/console/confirm/ask", page=MINE)
    shown = passkey.shown(asked.json())
    return (await submit(client, "/console/confirm", page=MINE, answer=shown, **purpose)).status_code


async def test_a_passkey_serves_the_invitation_that_it_was_shown_for_once_and_not_for_long(
    world: World,
) -> None:
    case = await claimed_conversation(world)
    path = f"/console/c/{case}/invite"
    ben, passkey = await with_passkey(world)

    async def invite(email: str = ADA, **more: str) -> int:
        return (await submit(ben, path, email=email, reason=REASON, **more)).status_code

    assert await invite(password=PASSWORDS[BEN]) == 401, "who has a passkey shows it"
    assert await prove(ben, passkey, conversation=case, email="eve@example.com") == 200
    assert await invite() == 401, "it was shown for somebody else"
    assert await prove(ben, passkey, conversation=case, email=ADA) == 200
    world.clock.wind(minutes=5, seconds=1)
    assert await invite() == 401, "it was shown too long ago"
    assert await prove(ben, passkey, conversation=case, email=ADA) == 200
    assert await invite() == 200
    assert await invite() == 401, "it serves once"
    await world.mail(ADA, "/recover/")
    assert await prove(ben, passkey, conversation="AAAAAAAAAAAAAAAAAAAAAA", email=ADA) == 404


async def test_a_passkey_serves_ones_own_account_and_the_closing_of_an_account(world: World) -> None:
    case = await claimed_conversation(world)
    cleo, passkey = await with_passkey(world, CLEO)
    assert (
        await submit(cleo, f"{MINE}/recovery-codes", page=MINE, password=PASSWORDS[CLEO])
    ).status_code == 401
    assert await prove(cleo, passkey, account="own") == 200
    assert (await submit(cleo, f"{MINE}/recovery-codes", page=MINE)).status_code == 200
    path = f"/console/contain/{case}"
    fields = {"email": ADA, "reason": "The customer sees sign-ins from a country she never was in."}
    assert (await submit(cleo, path, **fields)).status_code == 401
    assert await prove(cleo, passkey, contain=case, email=ADA) == 200
    assert (await submit(cleo, path, **fields)).status_code == 200
    ben = await world.staff()
    without = await submit(ben, "/console/confirm/ask", page=MINE)
    assert without.status_code == 409
    assert "You have no passkey here yet." in without.text
