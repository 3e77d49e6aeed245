"""Hashes need the pepper, and nobody waits without end."""

import asyncio

import pytest

from helpdesk.accounts.hashing import Hasher
from helpdesk.errors import Unavailable
from helpdesk.keys import Keys

HASHER = Hasher(Keys("a" * 40))


def test_a_hash_fits_its_password_and_its_pepper_only() -> None:
    stored = HASHER.hash_now("Correct-Horse!")
    assert stored.startswith("p1:$argon2id$v=19$m=32768,t=2,p=1$")
    assert HASHER.verify_now("Correct-Horse!", stored)
    assert not HASHER.verify_now("correct-horse!", stored)
    assert not Hasher(Keys("b" * 40)).verify_now("Correct-Horse!", stored), "a stolen database is not enough"
    assert HASHER.hash_now("Correct-Horse!") != stored, "every hash has its own salt"


@pytest.mark.parametrize("stored", [None, "none:0123", "p2:$argon2id$x", ""])
def test_nobody_has_no_password(stored: str | None) -> None:
    assert not HASHER.verify_now("nobody has this password", stored)
    assert not HASHER.verify_now("x" * 100_000, stored)


async def test_too_many_at_once_are_told_to_come_back() -> None:
    tries = await asyncio.gather(*(HASHER.verify("x", None) for _ in range(60)), return_exceptions=True)
    assert any(isinstance(one, Unavailable) for one in tries)
    assert not any(bool(one) for one in tries if not isinstance(one, BaseException))
