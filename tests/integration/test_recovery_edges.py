"""The seldom cases of recovery: who gets no mail, what everybody together may ask for, what is forgotten."""

from datetime import timedelta
from typing import Any

from sqlalchemy import func, select
from sqlmodel import col

from helpdesk.accounts import identity, people, recovery
from helpdesk.accounts.identity import VerifiedIdentity
from helpdesk.accounts.recovery_models import RecoveryFlow, RecoverySend
from helpdesk.accounts.sweep import sweep
from helpdesk.actor import System
from helpdesk.audit import trail
from helpdesk.delivery.models import Job
from helpdesk.errors import TooMany
from helpdesk.store.session import Tx
from helpdesk.web.browser import Browser, describe, in_a_sentence, wide_network_of
from tests.integration.test_recovery import HERE, ask
from tests.integration.test_recovery_limits import sent_to
from tests.world import ADA, World, submit

EVE = "eve@example.com"


async def test_unverified_disabled_and_own_addresses_get_no_code(make_world: Any) -> None:
    async with make_world(mail_from="help@example.com") as world:
        keys = world.desk.keys
        for email, changes in (
            (EVE, {"verified_at": None}),
            ("bob@example.com", {"disabled_at": world.clock.now()}),
            ("help+t1@example.com", {}),
        ):

            def add(tx: Tx, email: str = email, changes: dict[str, Any] = changes) -> None:
                account = people.add_account(
                    tx, keys, System("test"), email=email, name="", password_hash="none:x"
                )
                for name, value in changes.items():
                    setattr(account, name, value)
                tx.session.add(account)

            await world.desk.store.write(add)
            client = world.browser()
            assert (await ask(client, email)).status_code == 303
            assert "If this email is registered" in (await client.get(HERE)).text
            assert await sent_to(world, email) == 0
        await ask(world.browser())
        assert await sent_to(world) == 1, "the same request for a verified address is answered by a mail"


async def test_a_look_alike_is_somebody_else(world: World) -> None:
    keys = world.desk.keys
    await world.desk.store.write(
        people.add_account, keys, System("test"), email="bill@example.com", name="", password_hash="none:x"
    )
    await ask(world.browser(), "bıll@example.com")
    assert await sent_to(world, "bill@example.com") == 0
    await ask(world.browser(), "ｂill@example.com")
    assert await sent_to(world, "bill@example.com") == 1


async def test_no_page_of_the_way_back_is_kept_or_tells_where_it_came_from(world: World) -> None:
    client = world.browser()
    await ask(client)
    for path in (HERE, "/recover/" + "x" * 64, "/not-me/" + "x" * 64, "/login"):
        page = await client.get(path)
        assert page.headers["cache-control"] == "no-store"
        assert page.headers["referrer-policy"] == "no-referrer"
        assert "frame-ancestors 'none'" in page.headers["content-security-policy"]
    cookie = next(c for c in client.cookies.jar if c.name == "rec")
    assert cookie.has_nonstandard_attr("HttpOnly")
    assert cookie.get_nonstandard_attr("SameSite", "").lower() == "strict"  # type: ignore[union-attr]


async def test_a_network_of_many_addresses_is_counted_as_one(world: World) -> None:
    def flood(tx: Tx) -> int:
        for number in range(200):
            browser = Browser(f"203.0.113.{number}", f"203.0.113.{number}", "203.0.113.0/24")
            try:
                recovery.start(tx, world.desk.keys, f"person{number}@example.com", browser, "")
            except TooMany:
                return number
        return -1

    assert await world.desk.store.write(flood) == 60
    assert wide_network_of("2001:db8:1:2::3") == "2001:db8:1::/48"
    assert wide_network_of("::ffff:203.0.113.9") == "203.0.113.0/24"


async def test_a_rush_of_mails_is_slowed_and_raises_an_alarm(make_world: Any) -> None:
    async with make_world(worker="outside") as world:

        def rush(tx: Tx) -> list[float]:
            for number in range(62):
                browser = Browser(f"198.51.{number}.7", f"198.51.{number}.7", f"198.51.{number}.0/24")
                recovery.start(tx, world.desk.keys, f"person{number}@example.com", browser, "")
            jobs = tx.session.execute(
                select(Job).where(col(Job.kind) == "recovery_code").order_by(col(Job.id))
            ).scalars()
            return [(job.run_at - job.created_at).total_seconds() for job in jobs]

        waits = await world.desk.store.write(rush)
        assert waits == [0.0] * 60 + [60.0] * 2
        assert len(await world.desk.store.read(lambda tx: trail.search(tx, action="recovery:rush"))) == 1


async def test_an_address_that_was_only_typed_is_forgotten(world: World) -> None:
    client = world.browser()
    await ask(client, EVE)
    world.clock.wind(minutes=31)
    await world.desk.store.write(sweep)
    kept = await world.desk.store.read(
        lambda tx: tx.session.execute(select(col(RecoveryFlow.address))).scalars().all()
    )
    assert kept == [""]
    world.clock.wind(days=4)
    await world.desk.store.write(sweep)

    def rows(tx: Tx) -> int:
        return sum(
            int(tx.session.execute(select(func.count()).select_from(t)).scalar() or 0)
            for t in (RecoveryFlow, RecoverySend)
        )

    assert await world.desk.store.read(rows) == 0


async def test_a_token_of_a_site_belongs_to_the_visitor_who_showed_it_first(world: World) -> None:
    ends = world.clock.now() + timedelta(minutes=5)
    token = VerifiedIdentity("42", ADA, "Ada", "token-1", ends)
    shown = [await world.desk.store.write(identity.spend, token, holder) for holder in ("v:1", "v:1", "v:2")]
    assert shown == [True, True, False]


def test_a_browser_is_described_in_our_words_only() -> None:
    agent = (
        "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0 Safari/537.36"
    )
    assert describe(agent) == "Chrome on Linux"
    assert describe("<script>alert(1)</script>") == "An unknown browser"
    assert in_a_sentence(describe("curl on Linux")) == "an unknown browser on Linux"
    assert in_a_sentence(describe(agent)) == "Chrome on Linux"


async def test_use_a_different_email_starts_over_without_ending_anything(world: World) -> None:
    client = world.browser()
    await ask(client, EVE)
    assert "Registered email" in (await client.get(f"{HERE}?again=1")).text
    assert "Verification code" in (await client.get(HERE)).text
    await submit(client, HERE, page=f"{HERE}?again=1", email=ADA)
    assert await sent_to(world) == 1
