"""Two web processes get the same at the same moment: one ticket, one conversation, one use of a code, one account."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pyotp
import pytest

from helpdesk.accounts import people, staff, step_up, totp
from helpdesk.actor import System
from helpdesk.chat import presence
from helpdesk.chat.post import Draft, Posted, post
from helpdesk.clock import Clock
from helpdesk.inbound.attached import Sorted
from helpdesk.inbound.landing import land
from helpdesk.inbound.reading import read
from helpdesk.keys import Keys
from helpdesk.settings import Settings
from helpdesk.store.engine import make_engine
from helpdesk.store.session import Store, Tx
from helpdesk.tickets.intake import OpenedTicket, open_ticket
from helpdesk.visitor import identity
from helpdesk.visitor.identity import Proof
from tests.programs import new_id
from tests.services import fresh_database
from tests.world import ADA, BEN, SECRET

ROUNDS = 15
KEYS = Keys(SECRET)
MAIL = b"From: eve@example.com\r\nTo: support@localhost\r\nMessage-ID: <%d@example.com>\r\n\r\nThe code never comes.\r\n"
Both = Callable[..., Awaitable[list[Any]]]
pytestmark = pytest.mark.embedded


@pytest.fixture
async def both() -> AsyncIterator[Both]:
    """Run a rule in two processes at once."""
    url = fresh_database()
    stores = [Store(make_engine(url), Clock()) for _ in range(2)]

    async def run(rule: Any, *words: Any) -> list[Any]:
        return await asyncio.gather(*(each.write(rule, *words) for each in stores), return_exceptions=True)

    yield run
    for each in stores:
        await asyncio.to_thread(each.close)


def by_form(tx: Tx, email: str, client_id: str = "") -> OpenedTicket:
    """A ticket of the form; each has an id of its own unless one is given."""
    return open_ticket(
        tx, KEYS, email=email, subject="No code", text="It never comes.", conversation_id=None,
        client_id=client_id or new_id(), source="form",
    )  # fmt: skip


async def test_a_form_or_a_mail_that_comes_twice_is_one_ticket(both: Both) -> None:
    settings = Settings.from_env()
    for number in range(ROUNDS):
        one, other = await both(by_form, "eve@example.com", new_id())
        assert (one.reference, one.fresh) == (other.reference, not other.fresh)
        mail = read(MAIL % number)
        assert sorted(await both(land, KEYS, settings, mail, Sorted())) == ["opened", "repeated"]


async def test_two_tickets_of_a_new_address_are_both_kept(both: Both) -> None:
    for number in range(ROUNDS):
        one, other = await both(by_form, f"eve{number}@example.com")
        assert one.fresh
        assert other.fresh


async def test_two_tabs_that_open_at_once_talk_in_one_conversation(both: Both) -> None:
    for number in range(ROUNDS):
        opened, _ = await both(identity.open_conversation, None, Proof(), "en")
        proof = Proof("signed_in", None, f"eve{number}@example.com", "Eve")
        one, other = await both(identity.open_conversation, opened.token, proof, "en")
        assert one == other


async def test_words_that_come_to_two_processes_are_kept_once(both: Both) -> None:
    opened, _ = await both(identity.open_conversation, None, Proof(), "en")

    def say(tx: Tx, client_id: str) -> Posted:
        return post(tx, opened.conversation_id, Draft("visitor:1", "visitor", "You", "Hello?", client_id))

    for number in range(ROUNDS):
        one, other = await both(say, new_id())
        assert (one.seq, other.seq) == (number + 1, number + 1)
        assert one.fresh is not other.fresh


async def test_a_time_step_that_comes_twice_is_used_once(both: Both) -> None:
    secret = totp.new_secret()

    def add(tx: Tx, number: int) -> int:
        person = staff.add_staff(
            tx, KEYS, System("test"), email=f"{number}{BEN}", name="Ben", role="agent", password_hash="-",
            totp_secret=secret,
        )  # fmt: skip
        return person.id or 0

    def use(tx: Tx, email: str) -> None:
        person = staff.staff_by_address(tx, email)
        assert person is not None
        step_up.use_code(tx, KEYS, person, "invitation", pyotp.TOTP(secret).now())

    async def once(number: int) -> list[Any]:
        await both(add, number)
        return await both(use, f"{number}{BEN}")

    for number in range(5):
        results = await once(number)
        assert sorted(type(each).__name__ for each in results) == ["NoneType", "StepUpNeeded"]


async def test_an_address_that_is_added_twice_is_taken_the_second_time(both: Both) -> None:
    def add(tx: Tx, number: int) -> None:
        people.add_account(tx, KEYS, System("test"), email=f"{number}{ADA}", name="Ada", password_hash="-")

    for number in range(ROUNDS):
        results = await both(add, number)
        assert sorted(type(each).__name__ for each in results) == ["Conflict", "NoneType"]


async def test_the_first_two_consoles_of_a_person_open_at_once(both: Both) -> None:
    def join(tx: Tx, number: int) -> int:
        person = staff.add_staff(
            tx, KEYS, System("test"), email=f"{number}{BEN}", name="Ben", role="agent", password_hash="-"
        )  # fmt: skip
        return person.id or 0

    for number in range(ROUNDS):
        results = await both(join, number)
        assert sorted(type(each).__name__ for each in results) == ["Conflict", "int"]
        who = next(each for each in results if isinstance(each, int))
        assert await both(presence.beat, who) == [None, None]
