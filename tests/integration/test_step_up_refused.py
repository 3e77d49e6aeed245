"""A proof that was refused stands in the trail: who, for what, and why in a word; never what was typed."""

from helpdesk.accounts.step_up import purpose_of
from tests.integration.test_reset_invitation import deeds
from tests.integration.test_retention_settings import ask, confirm
from tests.integration.test_sign_in_passkey import MINE, prove, with_passkey
from tests.integration.test_sign_in_staff import LOGIN, Passkey, first_step, now_code, with_second_factor
from tests.world import BEN, CLEO, PASSWORDS, World, submit

WRONG = "Not-My-Password!"
Entry = tuple[str, str, str]


async def refused(world: World, action: str = "staff:step_up") -> list[Entry]:
    """(who, for what, why), oldest first."""
    found = [each for each in await deeds(world, action) if each.result == "refused"]
    assert all(each.ip == "127.0.0.1" and not each.step_up for each in found)
    return [(each.actor_name or each.actor, each.subject, each.reason) for each in reversed(found)]


async def test_every_wrong_proof_of_a_deed_is_recorded_with_its_purpose(world: World) -> None:
    cleo = await world.staff(CLEO)
    app = await with_second_factor(world, CLEO)
    code = now_code(world, app)
    assert await confirm(cleo, 30) == 401, "a form without a proof only asks for one"
    assert await refused(world) == []
    assert await confirm(cleo, 30, code=code) == 303
    assert await confirm(cleo, 0) == 303
    for wrong in ({"code": code}, {"code": "123456"}, {"password": PASSWORDS[CLEO]}):
        assert await confirm(cleo, 30, **wrong) == 401
    erase = {"what": "erase", "email": "night@example.com", "sure": "night@example.com", "code": "123456"}
    assert (await submit(cleo, "/console/privacy", **erase)).status_code == 401
    whose = purpose_of(world.desk.keys, {"email": "night@example.com", "erase": "person"})
    assert await refused(world) == [
        ("Cleo", "retention:30", "used code"),
        ("Cleo", "retention:30", "wrong code"),
        ("Cleo", "retention:30", "no code"),
        ("Cleo", whose, "wrong code"),
    ]
    shown = (await cleo.get("/console/audit?action=staff:step_up")).text
    assert "retention:30" in shown
    assert not any(secret in shown for secret in ("123456", code, PASSWORDS[CLEO], "night@"))


async def test_the_sixth_try_is_recorded_as_one_too_many(world: World) -> None:
    cleo = await world.staff(CLEO)
    assert [await confirm(cleo, 30, password=WRONG) for _ in range(6)] == [401] * 5 + [429]
    codes = f"{MINE}/recovery-codes"
    assert (await submit(cleo, codes, page=MINE, password=PASSWORDS[CLEO])).status_code == 429
    assert await refused(world) == [
        *[("Cleo", "retention:30", "wrong password")] * 5,
        ("Cleo", "retention:30", "too many tries"),
        ("Cleo", "own account", "too many tries"),
    ]


async def test_a_passkey_that_is_not_ones_own_is_recorded(world: World) -> None:
    cleo, passkey = await with_passkey(world, CLEO)
    assert await prove(cleo, Passkey(world.url), retention="30") == 403
    assert await prove(cleo, passkey, retention="30") == 200
    assert await confirm(cleo, 20, password=PASSWORDS[CLEO]) == 401
    assert (await ask(cleo, 20, previewed="20")).status_code == 401
    assert await refused(world) == [
        ("Cleo", "retention:30", "wrong passkey"),
        ("Cleo", "retention:20", "no passkey"),
    ]


async def test_a_wrong_second_step_of_a_sign_in_is_a_failed_sign_in(world: World) -> None:
    app = await with_second_factor(world)
    code = now_code(world, app)
    assert (await submit(await first_step(world), LOGIN, code=code)).status_code == 303
    client = await first_step(world)
    for wrong in (code, "123456", "bcdf-ghjk-lmnp"):
        assert (await submit(client, LOGIN, code=wrong)).status_code == 401
    (me,) = {each.subject for each in await deeds(world, "staff:sign_in") if each.result == "ok"}
    found = await refused(world, "staff:sign_in")
    assert [(subject, why) for _, subject, why in found] == [
        (me, "used code"),
        (me, "wrong code"),
        (me, "wrong recovery code"),
    ]
    stranger = {"answer": Passkey(world.url).shown({"challenge": "AAAA"})}
    assert (await submit(client, f"{LOGIN}/passkey", page=LOGIN, **stranger)).status_code == 403
    assert (await refused(world, "staff:sign_in"))[-1][1:] == (me, "wrong passkey")
    assert BEN not in str(await refused(world, "staff:sign_in"))
