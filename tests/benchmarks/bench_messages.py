"""Durable messages, visitor → agent: how many, and how much later than with no storage at all.

    python -m tests.benchmarks.bench_messages [--seconds 5] [--conversations 64]

Each visitor keeps a few messages under way; one counts when its echo (the receipt) and the agent's copy are there.
Ours is compared with the bare relay of the same run, and its delay with what one sync of this disk takes.
"""

import argparse
import asyncio
import json
import os
import tempfile
import time
import uuid
from dataclasses import dataclass, field
from typing import Any

import httpx2
import uvloop

from tests.benchmarks.server_process import LOAD_CORE, Running, agent_token, bare_relay, desk, pin
from tests.benchmarks.visitors import figures
from tests.benchmarks.wire import Client, open_socket

UNDER_WAY = 4


@dataclass
class Load:
    """What one run saw."""

    echoed: int = 0
    delivered: int = 0
    delays_ms: list[float] = field(default_factory=list)
    stop: bool = False
    pace_s: float = 0.0


class Talker:
    """One visitor's side."""

    def __init__(self, load: Load) -> None:
        self.load = load
        self.client: Client | None = None
        self.welcome: asyncio.Future[dict[str, Any]] = asyncio.get_running_loop().create_future()
        self.sent_at: dict[str, float] = {}

    def take(self, client: Client, payload: bytes) -> None:
        """A frame from the server."""
        if b'"client_id":"' in payload[:80] or b'"client_id": "' in payload[:80]:
            start = payload.index(b'"client_id"') + 12
            start = payload.index(b'"', start - 1) + 1 if payload[start : start + 1] != b'"' else start + 1
            ident = payload[start : start + 36].decode()
            sent = self.sent_at.pop(ident, None)
            if sent is not None:
                self.load.echoed += 1
                self.load.delays_ms.append((time.perf_counter() - sent) * 1000)
                if not self.load.stop and not self.load.pace_s:
                    self.say()
        elif not self.welcome.done():
            frame = json.loads(payload)
            if frame["type"] == "welcome":
                self.welcome.set_result(frame)

    def say(self) -> None:
        """One more message."""
        assert self.client is not None
        ident = str(uuid.uuid4())
        self.sent_at[ident] = time.perf_counter()
        text = f'{{"type":"say","client_id":"{ident}","text":"Hello, I still cannot get in, what shall I do now?"}}'
        self.client.send(text.encode())


async def talk_ours(
    running: Running, load: Load, count: int, agents_at: Running | None = None
) -> list[Talker]:
    """`count` visitors whose conversations one agent has claimed, each followed on a socket of its own."""
    place = agents_at or running
    token = await agent_token(running)
    headers = {"Authorization": f"Bearer {token}"}
    talkers = []
    async with httpx2.AsyncClient(base_url=running.url, headers=headers, timeout=30) as api:
        for _ in range(count):
            talker = Talker(load)
            talker.client = await open_socket(running.url, "/ws/visitor", talker.take)
            talker.client.send(b'{"type":"hello","token":null,"after":0,"identity":null,"locale":"en"}')
            conversation = (await talker.welcome)["conversation"]
            handover = {
                "type": "handover",
                "client_id": str(uuid.uuid4()),
                "to": "agent",
                "email": None,
                "subject": None,
                "text": None,
            }
            talker.client.send(json.dumps(handover).encode())
            for _ in range(200):
                answer = await api.post(f"/api/v1/conversations/{conversation}/claim", json={})
                if answer.status_code == 200:
                    break
                await asyncio.sleep(0.02)
            assert answer.status_code == 200, answer.text
            agent = await open_socket(place.url, "/ws/staff", lambda c, p: _count(load, p), **headers)
            agent.send(b'{"type":"hello","view":"unassigned","limit":1,"html":false}')
            agent.send(
                json.dumps(
                    {"type": "follow", "conversation": conversation, "after": 0, "after_note": 0}
                ).encode()
            )
            talkers.append(talker)
    return talkers


async def talk_bare(running: Running, load: Load, count: int) -> list[Talker]:
    """The same through the relay."""
    talkers = []
    for number in range(count):
        hello = json.dumps({"type": "hello", "conversation": str(number)}).encode()
        agent = await open_socket(running.url, "/ws/staff", lambda c, p: _count(load, p))
        agent.send(hello)
        talker = Talker(load)
        talker.client = await open_socket(running.url, "/ws/visitor", talker.take)
        talker.client.send(hello)
        await talker.welcome
        talkers.append(talker)
    return talkers


def _count(load: Load, payload: bytes) -> None:
    if b'"author":"visitor"' in payload or b'"author": "visitor"' in payload:
        load.delivered += 1


async def measure(
    running: Running, talkers: list[Talker], load: Load, seconds: float, pace: float = 0.0
) -> dict[str, float]:
    """Messages per second (wall and CPU) and the delay of the echo; `pace` messages a second in all, 0 for as many as go."""
    await asyncio.sleep(0.5)
    load.delays_ms.clear()
    echoed, delivered, cpu, begun = load.echoed, load.delivered, running.cpu_s(), time.perf_counter()
    load.pace_s = 1 / pace if pace else 0.0
    if pace:
        due = time.perf_counter()
        for number in range(int(pace * seconds)):
            talkers[number % len(talkers)].say()
            due += 1 / pace
            if (wait := due - time.perf_counter()) > 0:
                await asyncio.sleep(wait)
    else:
        for talker in talkers:
            for _ in range(UNDER_WAY):
                talker.say()
        await asyncio.sleep(seconds)
        load.stop = True
    took = time.perf_counter() - begun
    done, cpu_used = load.echoed - echoed, running.cpu_s() - cpu
    await asyncio.sleep(0.5)
    load.stop = False
    return {
        "per_s": done / took,
        "per_cpu_s": done / cpu_used if cpu_used else 0.0,
        "delivered": (load.delivered - delivered) / max(1, load.echoed - echoed),
        **figures(load.delays_ms),
    }


def one_sync(pace: float = 1000.0, times: int = 1000) -> dict[str, float]:
    """What the disk alone asks: 12 KiB written over others and synced, `pace` times a second at most."""
    took = []
    with tempfile.TemporaryFile() as file:
        file.write(bytes(1 << 20))
        for number in range(times):
            begun = time.perf_counter()
            os.pwrite(file.fileno(), bytes(12288), number % 64 * 12288)
            os.fdatasync(file.fileno())
            took.append((time.perf_counter() - begun) * 1000)
            time.sleep(1 / pace)
    return figures(took)


async def run(seconds: float, conversations: int, paced: float) -> dict[str, Any]:
    """Both, full speed and paced."""
    results: dict[str, Any] = {"one sync of the disk": one_sync()}
    for name, context, talk in (("bare", bare_relay(), talk_bare), ("ours", desk(), talk_ours)):
        async with context as running:
            load = Load()
            talkers = await talk(running, load, conversations)
            results[name] = await measure(running, talkers, load, seconds)
            results[f"{name} at {paced:.0f}/s"] = await measure(running, talkers, load, seconds, paced)
            results[f"{name} memory KiB"] = running.memory_kib()
    results["ratio per_s"] = results["ours"]["per_s"] / results["bare"]["per_s"]
    results["ratio per_cpu_s"] = results["ours"]["per_cpu_s"] / results["bare"]["per_cpu_s"]
    return results


def main() -> None:
    """The command."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--seconds", type=float, default=5)
    options.add_argument("--conversations", type=int, default=64)
    options.add_argument("--paced", type=float, default=1000)
    chosen = options.parse_args()
    pin(LOAD_CORE)
    print(json.dumps(uvloop.run(run(chosen.seconds, chosen.conversations, chosen.paced)), indent=1))


if __name__ == "__main__":
    main()
