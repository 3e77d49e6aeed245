"""The demo's people: one of each kind, with passwords that are printed at start."""

import base64
from dataclasses import dataclass

from sqlalchemy import select
from sqlmodel import col

from helpdesk.accounts import people, staff
from helpdesk.accounts.models import Account
from helpdesk.accounts.staff_models import Staff
from helpdesk.actor import System
from helpdesk.keys import Keys
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


def second_factor(keys: Keys, person: Person) -> str:
    """The secret of this person's authenticator in this demo, "" for the customer. Shown to everybody: a demo."""
    if person.kind == "customer":
        return ""
    return base64.b32encode(keys.mac("demo second factor", person.email)[:20]).decode()


async def ensure(desk: Desk, *, with_second_factor: bool = True) -> None:
    """Add whoever is missing; nobody who is there is changed."""
    for person in await desk.store.read(_missing):
        hashed = await desk.passwords.hash(person.password)
        secret = second_factor(desk.keys, person) if with_second_factor else ""
        await desk.store.write(_add, desk.keys, person, hashed, secret)


def _add(tx: Tx, keys: Keys, person: Person, hashed: str, secret: str) -> None:
    if person.kind == "customer":
        people.add_account(
            tx, keys, System("demo"), email=person.email, name=person.name, password_hash=hashed
        )
    else:
        staff.add_staff(
            tx,
            keys,
            System("demo"),
            email=person.email,
            name=person.name,
            role=person.kind,
            password_hash=hashed,
            totp_secret=secret,
        )


def _missing(tx: Tx) -> list[Person]:
    there = {*tx.session.execute(select(col(Account.email))).scalars()}
    there |= {*tx.session.execute(select(col(Staff.email))).scalars()}
    return [person for person in PEOPLE if person.email not in there]
