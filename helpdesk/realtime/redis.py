"""Bells over Redis or Valkey: one channel, one publish per group of commits, a reconnect rings every bell."""

import asyncio
import uuid
from collections import deque
from collections.abc import Callable
from typing import Any

import structlog
from pydantic_core import from_json, to_json
from redis.asyncio import Redis
from redis.exceptions import RedisError

from helpdesk.realtime.bus import Listener, Ring
from helpdesk.realtime.memory import MemoryBus

MAX_WAITING = 10_000  # rings kept while the server is away; losing more is allowed, a bell is only a hint
RETRY_S = 0.5
log = structlog.get_logger()


class RedisBus:
    """Rings local listeners at once and other processes by pub/sub."""

    def __init__(self, url: str, desk_id: str = "desk") -> None:
        self._url = url
        self._channel = f"helpdesk:{desk_id}:rings"  # two desks may share one server
        self._local = MemoryBus()
        self._me = uuid.uuid4().hex
        self._own = to_json([self._me])[:-1]
        self._waiting: deque[Ring] = deque(maxlen=MAX_WAITING)
        self._tasks: list[asyncio.Task[None]] = []
        self._loop: asyncio.AbstractEventLoop | None = None
        self._wake = asyncio.Event()
        self._hears = self._speaks = False

    @property
    def healthy(self) -> bool:
        """Whether rings go out and come in."""
        return self._hears and self._speaks

    async def start(self) -> None:
        """Begin to publish and to listen; a server that is away is tried again for ever."""
        self._loop = asyncio.get_running_loop()
        await self._local.start()
        self._tasks = [asyncio.create_task(self._publish()), asyncio.create_task(self._subscribe())]

    async def stop(self) -> None:
        """End both connections."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._local.stop()
        self._loop = None

    def ring(self, rings: list[Ring]) -> None:
        """Tell this process now and the others by the next publish."""
        self._local.ring(rings)
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._queue, rings)

    def listen(self, topic: str, listener: Listener) -> Callable[[], None]:
        """As the memory bus does."""
        return self._local.listen(topic, listener)

    def _queue(self, rings: list[Ring]) -> None:
        self._waiting.extend(rings)
        self._wake.set()

    def _client(self, **options: Any) -> Redis:
        # With the newer protocol, the library writes each bell out for a log that nobody keeps.
        return Redis.from_url(
            self._url,
            socket_connect_timeout=2,
            socket_timeout=None,
            health_check_interval=10,
            protocol=2,
            **options,
        )

    async def _publish(self) -> None:
        async with self._client(single_connection_client=True) as client:
            await self._publish_by(client)

    async def _publish_by(self, client: Redis) -> None:
        while True:
            await self._wake.wait()
            self._wake.clear()
            rings = list(self._waiting)
            self._waiting.clear()
            try:
                async with asyncio.timeout(2):
                    await client.publish(self._channel, to_json([self._me, rings]))
                self._speaks = True
            except (RedisError, OSError, TimeoutError) as error:
                self._speaks = False
                log.warning("bus publish failed", error=type(error).__name__)
                await asyncio.sleep(RETRY_S)

    async def _subscribe(self) -> None:
        while True:
            try:
                async with self._client() as client, client.pubsub() as channel:
                    await channel.subscribe(self._channel)
                    self._hears = self._speaks = True
                    self._local.deliver_all()
                    async for message in channel.listen():
                        if message["type"] == "message":
                            self._take(message["data"])
            except (RedisError, OSError, TimeoutError) as error:
                log.warning("bus lost", error=type(error).__name__)
            self._hears = False
            await asyncio.sleep(RETRY_S)

    def _take(self, raw: bytes) -> None:
        if raw.startswith(self._own):  # most often: what comes back of what went out
            return
        try:
            _, rings = from_json(raw)
        except ValueError:
            return
        self._local.deliver(rings)
