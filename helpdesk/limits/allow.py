"""Named limits over a kept library: in this process's memory, or in Redis or Valkey for many processes.

When Redis is away, sensitive limits fall back to memory with half the numbers: never open.
"""

import asyncio
import time
from typing import Any

import structlog
from limits import RateLimitItem, parse
from limits.aio.storage import MemoryStorage, RedisStorage
from limits.aio.strategies import MovingWindowRateLimiter

from helpdesk.counted import counted
from helpdesk.limits.refusal import too_many

log = structlog.get_logger()


class Limits:
    """`await limits.check("10/hour", "login", address)` raises TooMany with the wait; `off` lets everything pass."""

    def __init__(self, redis_url: str = "", *, on: bool = True, desk_id: str = "desk") -> None:
        self.on = on
        self._storage: Any = None
        self._memory = MovingWindowRateLimiter(MemoryStorage())
        self._shared: MovingWindowRateLimiter | None = None
        if redis_url:
            self._storage = RedisStorage(
                f"async+{redis_url}", implementation="redispy", key_prefix=f"helpdesk:{desk_id}", socket_timeout=1,
                socket_connect_timeout=1,
            )  # fmt: skip
            self._shared = MovingWindowRateLimiter(self._storage)

    async def close(self) -> None:
        """Let the connections go."""
        if self._storage is not None:
            await self._storage.bridge.storage.aclose()

    async def check(self, rule: str, name: str, *key: str, sentence: str = "") -> None:
        """Count one; raise TooMany when `rule` ("5/minute; 20/hour") is used up for this name and key."""
        if not self.on:
            return
        for part in rule.split(";"):
            if not await self.allowed(part.strip(), name, *key):
                wait = await self.wait_s(part.strip(), name, *key)
                raise too_many(name, sentence or _sentence(wait), retry_after_s=wait)

    async def allowed(self, rule: str, name: str, *key: str) -> bool:
        """Count one; whether it was within the rule."""
        if not self.on:
            return True
        item = parse(rule)
        if self._shared is not None:
            try:
                async with asyncio.timeout(1.5):
                    return await self._shared.hit(item, name, *key)
            except Exception as error:
                log.warning(
                    "shared limits are away; counting here with half the numbers", error=type(error).__name__
                )
                item = _half(item)
        return await self._memory.hit(item, name, *key)

    def allowed_now(self, rule: str, name: str, *key: str) -> bool:
        """As `allowed`, where that needs no waiting; False also where it does, and then nothing was counted."""
        if not self.on:
            return True
        if self._shared is not None:
            return False
        asked = self._memory.hit(parse(rule), name, *key)
        try:
            asked.send(None)
        except StopIteration as told:
            return bool(told.value)
        asked.close()
        return False

    async def full(self, rule: str, name: str, *key: str) -> bool:
        """Whether the rule is used up, without counting."""
        if not self.on:
            return False
        item = parse(rule)
        if self._shared is not None:
            try:
                async with asyncio.timeout(1.5):
                    return not await self._shared.test(item, name, *key)
            except Exception:
                item = _half(item)
        return not await self._memory.test(item, name, *key)

    async def wait_s(self, rule: str, name: str, *key: str) -> float:
        """Seconds until one more is allowed."""
        item = parse(rule)
        limiter = self._shared or self._memory
        try:
            async with asyncio.timeout(1.5):
                stats = await limiter.get_window_stats(item, name, *key)
        except Exception:
            stats = await self._memory.get_window_stats(item, name, *key)
        return max(1.0, stats.reset_time - time.time())

    async def left(self, rule: str, name: str, *key: str) -> tuple[int, float]:
        """(how many more are allowed now, seconds until the window has room again), without counting."""
        item = parse(rule)
        for limiter in (self._shared, self._memory):
            if limiter is None:
                continue
            try:
                async with asyncio.timeout(1.5):
                    stats = await limiter.get_window_stats(item, name, *key)
            except Exception as error:
                log.warning("a limit could not be read", error=type(error).__name__)
                continue
            return max(0, stats.remaining), max(0.0, stats.reset_time - time.time())
        return item.amount, 0.0

    async def clear(self, rule: str, name: str, *key: str) -> None:
        """Forget what was counted."""
        await self._memory.clear(parse(rule), name, *key)
        if self._shared is not None:
            try:
                async with asyncio.timeout(1.5):
                    await self._shared.clear(parse(rule), name, *key)
            except Exception as error:
                log.warning("a shared limit was not cleared", error=type(error).__name__)


def _half(item: RateLimitItem) -> RateLimitItem:
    return type(item)(max(1, item.amount // 2), item.multiples)


def _sentence(wait_s: float) -> str:
    if wait_s < 90:
        return f"Too many attempts. Try again in {counted(max(1, round(wait_s)), 'second')}."
    return f"Too many attempts. Try again in {counted(round(wait_s / 60), 'minute')}."
