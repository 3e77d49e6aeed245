"""The demo's people: one of each kind, with passwords that are printed at start."""

import asyncio
from dataclasses import dataclass

from sqlalchemy import select
from sqlmodel import col

from helpdesk.accounts import people
from helpdesk.accounts.models import Staff
from helpdesk.store.session import Tx
from helpdesk.wiring import Desk


@dataclass(frozen=True)
class Person:
    """Somebody who can sign in to the demo."""

    kind: str
    email: str
    name: str
    password: str


PEOPLE = (
    Person("customer", "ada@example.com", "Ada", "Correct-Horse!"),
    Person("agent", "ben@example.com", "Ben", "Patient-Helper!"),
    Person("lead", "cleo@example.com", "Cleo", "Steady-Captain!"),
    Person("editor", "dora@example.com", "Dora", "Tidy-Sentences!"),
)


async def ensure(desk: Desk) -> None:
    """Add whoever is missing; nobody who is there is changed."""
    missing = await desk.store.read(_missing)
    for person in PEOPLE:
        if person.email in missing:
            hashed = await asyncio.to_thread(desk.hasher.hash_now, person.password)
            if person.kind == "customer":
                await desk.store.write(people.add_account, desk.trail, person.email, person.name, hashed)
            else:
                await desk.store.write(people.add_staff, desk.trail, person.email, person.name, person.kind, hashed)


def _missing(tx: Tx) -> set[str]:
    from helpdesk.accounts.models import Account

    there = set(tx.session.execute(select(col(Account.email))).scalars())
    there |= set(tx.session.execute(select(col(Staff.email))).scalars())
    return {person.email for person in PEOPLE} - there
