"""The staff sign in with a second factor; a stolen password alone opens nothing."""

import asyncio
import base64
import hashlib
import json
import re
import secrets
from typing import Any

import cbor2
import httpx2
import pyotp
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

from helpdesk.accounts import staff, totp
from helpdesk.accounts.staff_sign_in import disable
from helpdesk.actor import System
from helpdesk.store.session import Tx
from tests.world import BEN, CLEO, PASSWORDS, World, submit

LOGIN = "/console/login"


async def with_second_factor(world: World, email: str = BEN) -> pyotp.TOTP:
    secret = totp.new_secret()

    def enrol(tx: Tx) -> None:
        person = staff.staff_by_address(tx, email)
        assert person is not None
        person.totp_sealed = totp.seal(world.desk.keys, secret)
        tx.session.add(person)

    await world.desk.store.write(enrol)
    return pyotp.TOTP(secret)


def now_code(world: World, app: pyotp.TOTP) -> str:
    return app.at(world.clock.now())


async def first_step(world: World, email: str = BEN) -> httpx2.AsyncClient:
    client = world.browser()
    answer = await submit(client, LOGIN, email=email, password=PASSWORDS[email])
    assert answer.headers["location"] == LOGIN
    return client


async def test_the_second_factor_opens_the_console_and_a_code_serves_once(world: World) -> None:
    app = await with_second_factor(world)
    client = await first_step(world)
    assert "One-time code" in (await client.get(LOGIN)).text
    assert (await client.get("/console/account")).status_code == 303, "half signed in is not signed in"
    pending = {c.name: c.value for c in client.cookies.jar}["staff"]
    code = now_code(world, app)
    assert (await submit(client, LOGIN, code=code)).headers["location"] == "/console"
    assert (await client.get("/console/account")).status_code == 200
    assert {c.name: c.value for c in client.cookies.jar}["staff"] != pending
    again = await first_step(world)
    refused = await submit(again, LOGIN, code=code)
    assert refused.status_code == 401
    assert "was used already" in refused.text
    world.clock.wind(seconds=31)
    assert (await submit(again, LOGIN, code=now_code(world, app))).status_code == 303
    await submit(again, "/console/logout", page="/console/account")
    assert (await again.get("/console/account")).headers["location"] == LOGIN


async def test_five_wrong_codes_make_the_sixth_wait_in_parallel_too(world: World) -> None:
    app = await with_second_factor(world)
    client = await first_step(world)
    page = await client.get(LOGIN)
    token = page.text.split('name="csrf_token" value="')[1].split('"')[0]
    answers = await asyncio.gather(
        *(client.post(LOGIN, data={"csrf_token": token, "code": f"{n:06}"}) for n in range(12))
    )
    assert sorted(a.status_code for a in answers) == [401] * 5 + [429] * 7
    assert (await submit(client, LOGIN, code=now_code(world, app))).status_code == 429
    world.clock.wind(minutes=15, seconds=1)
    client = await first_step(world)
    assert (await submit(client, LOGIN, code=now_code(world, app))).status_code == 303


async def test_wrong_password_and_unknown_colleague_look_the_same(world: World) -> None:
    for email in (BEN, "nobody@example.com"):
        answer = await submit(world.browser(), LOGIN, email=email, password="Not-My-Password!")
        assert answer.status_code == 401
        assert "Email or password is incorrect." in answer.text


async def test_a_console_idles_out_after_an_hour_and_ends_after_twelve(world: World) -> None:
    ben = await world.staff()
    world.clock.wind(minutes=59)
    assert (await ben.get("/console/account")).status_code == 200
    world.clock.wind(minutes=61)
    assert (await ben.get("/console/account")).status_code == 303
    busy = await world.staff()
    for _ in range(12):
        world.clock.wind(minutes=55)
        assert (await busy.get("/console/account")).status_code == 200
    world.clock.wind(minutes=61)
    assert (await busy.get("/console/account")).status_code == 303


async def test_who_has_left_is_out_at_once(world: World) -> None:
    ben = await world.staff()
    person = await world.desk.store.read(staff.staff_by_address, BEN)
    assert person is not None
    await world.desk.store.write(disable, world.desk.keys, System("operator"), person.id or 0)
    assert (await ben.get("/console/account")).status_code == 303
    assert (await submit(world.browser(), LOGIN, email=BEN, password=PASSWORDS[BEN])).status_code == 401


async def test_where_it_is_required_the_second_factor_is_set_up_at_the_first_sign_in(make_world: Any) -> None:
    async with make_world(agent_second_factor="required") as world:
        client = await first_step(world)
        page = await client.get(LOGIN)
        found = re.search(r"Key: <strong data-varies>([A-Z2-7 ]+)<", page.text)
        assert found
        assert 'src="data:image/png;base64,' in page.text
        app = pyotp.TOTP(found[1].replace(" ", ""))
        assert (await submit(client, LOGIN, code="000000")).status_code == 401
        assert (await submit(client, LOGIN, code=now_code(world, app))).headers["location"] == "/console"
        again = await first_step(world)
        assert "Key:" not in (await again.get(LOGIN)).text


async def test_recovery_codes_sign_in_once_each(world: World) -> None:
    app = await with_second_factor(world)
    client = await first_step(world)
    await submit(client, LOGIN, code=now_code(world, app))
    world.clock.wind(seconds=31)
    mine = "/console/account"
    assert (await submit(client, f"{mine}/recovery-codes", page=mine)).status_code == 401, (
        "not without a step-up"
    )
    shown = await submit(client, f"{mine}/recovery-codes", page=mine, code=now_code(world, app))
    codes = re.findall(r"<code>([A-Z]{4}-[A-Z]{4}-[A-Z]{4})</code>", shown.text)
    assert len(codes) == 10
    assert codes[0] not in (await client.get(mine)).text
    lost_phone = await first_step(world)
    assert (await submit(lost_phone, LOGIN, code=codes[3].lower())).status_code == 303
    again = await first_step(world)
    assert (await submit(again, LOGIN, code=codes[3])).status_code == 401


class Passkey:
    """A passkey in software: makes a key pair and answers challenges as a browser would."""

    def __init__(self, origin: str) -> None:
        self.origin, self.host = origin, origin.split("://")[1].split(":")[0]
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.id = secrets.token_bytes(16)
        self.count = 0

    def made(self, options: dict[str, Any]) -> str:
        numbers = self.key.public_key().public_numbers()
        public = {1: 2, 3: -7, -1: 1, -2: numbers.x.to_bytes(32, "big"), -3: numbers.y.to_bytes(32, "big")}
        attested = bytes(16) + len(self.id).to_bytes(2, "big") + self.id + cbor2.dumps(public)
        data = self._data(0x45) + attested
        statement = cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": data})
        client = self._client("webauthn.create", options["challenge"])
        return self._answer({"clientDataJSON": text(client), "attestationObject": text(statement)})

    def shown(self, options: dict[str, Any]) -> str:
        self.count += 1
        data = self._data(0x05)
        client = self._client("webauthn.get", options["challenge"])
        signed = self.key.sign(data + hashlib.sha256(client).digest(), ec.ECDSA(hashes.SHA256()))
        parts = {"clientDataJSON": text(client), "authenticatorData": text(data), "signature": text(signed)}
        return self._answer({**parts, "userHandle": None})

    def _data(self, flags: int) -> bytes:
        return hashlib.sha256(self.host.encode()).digest() + bytes([flags]) + self.count.to_bytes(4, "big")

    def _client(self, kind: str, challenge: str) -> bytes:
        return json.dumps({"type": kind, "challenge": challenge, "origin": self.origin}).encode()

    def _answer(self, response: dict[str, Any]) -> str:
        ident = text(self.id)
        return json.dumps(
            {
                "id": ident,
                "rawId": ident,
                "type": "public-key",
                "response": response,
                "clientExtensionResults": {},
            }
        )


def text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


async def test_a_passkey_is_a_second_factor_and_a_phishing_site_gets_nothing(world: World) -> None:
    mine, json_only = "/console/account", {"Accept": "application/json"}
    client = await world.staff()
    client.headers.update(json_only)
    passkey = Passkey(world.url)
    assert (await submit(client, f"{mine}/passkeys/offer", page=mine)).status_code == 401
    offer = await submit(client, f"{mine}/passkeys/offer", page=mine, password=PASSWORDS[BEN])
    kept = await submit(
        client, f"{mine}/passkeys", page=mine, answer=passkey.made(offer.json()), name="My laptop"
    )
    assert kept.status_code == 201, kept.text
    assert "My laptop" in (await client.get(mine)).text
    fresh = await first_step(world)
    fresh.headers.update(json_only)
    options = (await submit(fresh, f"{LOGIN}/passkey/ask", page=LOGIN)).json()
    phished = Passkey("https://evil.example")
    phished.key, phished.id = passkey.key, passkey.id
    assert (
        await submit(fresh, f"{LOGIN}/passkey", page=LOGIN, answer=phished.shown(options))
    ).status_code == 403
    answer = passkey.shown(options)
    signed_in = await submit(fresh, f"{LOGIN}/passkey", page=LOGIN, answer=answer)
    assert signed_in.json() == {"to": "/console"}, signed_in.text
    assert (await fresh.get(mine)).status_code == 200
    third = await first_step(world)
    third.headers.update(json_only)
    await submit(third, f"{LOGIN}/passkey/ask", page=LOGIN)
    assert (await submit(third, f"{LOGIN}/passkey", page=LOGIN, answer=answer)).status_code == 403, "a replay"
    cleo = await world.staff(CLEO)
    stolen = await submit(cleo, "/console/confirm", page=mine, email="ada@example.com", answer=answer)
    assert stolen.status_code == 403


async def test_nobody_can_read_the_second_factor_in_the_database(world: World) -> None:
    app = await with_second_factor(world)
    sealed = await world.desk.store.read(lambda tx: staff.staff_by_address(tx, BEN).totp_sealed)  # type: ignore[union-attr]
    assert sealed
    assert app.secret not in sealed
