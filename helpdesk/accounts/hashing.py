"""Password hashes: Argon2id over an HMAC whose key (the pepper) is not in the database; a few at a time, in threads."""

import asyncio
import os
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple, TypeVar

from pwdlib.hashers.argon2 import Argon2Hasher

from helpdesk.accounts.passwords import is_usable, normalised
from helpdesk.errors import Unavailable
from helpdesk.keys import Keys

T = TypeVar("T")
PEPPER = "1"  # which pepper; stands in front of each hash, so that another one can follow
TIME_COST, MEMORY_KIB, LANES = 2, 32 * 1024, 1  # about 70 ms on a small machine; the floor is 2, 19456, 1
QUEUE_PER_CORE = 4
BUSY = "Too many people are signing in right now. Please try again in a moment."


class Checked(NamedTuple):
    """Whether the password fits; `fresh` is a new hash when the stored one has old parameters."""

    ok: bool
    fresh: str | None = None

    def __bool__(self) -> bool:
        """Whether it fits: so nobody takes a wrong password for a right one by asking `if checked`."""
        return self.ok


class Hasher:
    """Makes and checks hashes. The async methods refuse with Unavailable when too many wait already."""

    def __init__(self, keys: Keys, *, time_cost: int = TIME_COST, memory_kib: int = MEMORY_KIB) -> None:
        self._keys = keys
        self._argon = Argon2Hasher(time_cost=time_cost, memory_cost=memory_kib, parallelism=LANES)
        cores = os.cpu_count() or 1
        self._most_waiting = cores * (1 + QUEUE_PER_CORE)
        self._pool = ThreadPoolExecutor(cores, thread_name_prefix="password")
        self._waiting = 0
        self._nobody: str | None = None
        self._lock = threading.Lock()

    async def hash(self, password: str) -> str:
        """A hash of a usable password."""
        return await self._run(lambda: self.hash_now(password))

    async def verify(self, password: str, stored: str | None) -> Checked:
        """Whether `password` belongs to `stored`. None takes as long as a stored one and says no."""
        return await self._run(lambda: self.verify_now(password, stored))

    def hash_now(self, password: str) -> str:
        """As `hash`, in this thread."""
        return f"p{PEPPER}:{self._argon.hash(self._peppered(password))}"

    def verify_now(self, password: str, stored: str | None) -> Checked:
        """As `verify`, in this thread."""
        usable = is_usable(password)
        known = stored is not None and stored.startswith(f"p{PEPPER}:")
        phc = (stored if stored is not None and known else self._hash_of_nobody()).partition(":")[2]
        fits = self._argon.verify(self._peppered(password if usable else ""), phc)
        if not (fits and usable and known):
            return Checked(False)
        return Checked(True, self.hash_now(password) if self._argon.check_needs_rehash(phc) else None)

    def close(self) -> None:
        """Let the threads go."""
        self._pool.shutdown(wait=False, cancel_futures=True)

    def _peppered(self, password: str) -> str:
        return self._keys.mac("password pepper 1", normalised(password)).hex()

    def _hash_of_nobody(self) -> str:
        with self._lock:
            if self._nobody is None:
                self._nobody = self.hash_now("nobody has this password")
            return self._nobody

    async def _run(self, work: Callable[[], T]) -> T:
        if self._waiting >= self._most_waiting:
            raise Unavailable(BUSY)
        self._waiting += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._pool, work)
        finally:
            self._waiting -= 1
