"""An agent who stops reading: every message of the visitor is acknowledged, and the server hardly grows.

python -m tests.benchmarks.bench_stalled [--messages 20000]
"""

import argparse
import asyncio
import json
import time
from functools import partial
from typing import Any

import uvloop

from tests.benchmarks.bench_messages import Load, talk_ours
from tests.benchmarks.server_process import LOAD_CORE, Running, command, desk, pin
from tests.benchmarks.visitors import show, until
from tests.benchmarks.wire import open_socket

UNDER_WAY = 32
WARM_UP = 3000


async def run(messages: int) -> dict[str, Any]:
    """The same load with the agent reading, then with a second one who does not."""
    async with desk() as running:
        load = Load(stop=True)
        talker = (await talk_ours(running, load, 1))[0]
        await _send(talker, load, WARM_UP)
        before = running.memory_kib()
        await _stall(running)
        took_s = await _send(talker, load, messages)
        grown = running.memory_kib() - before
        return {
            "sent": messages,
            "acknowledged": load.echoed - WARM_UP,
            "s": took_s,
            "grown MiB": grown / 1024,
        }


async def _send(talker: Any, load: Load, count: int) -> float:
    begun = time.perf_counter()
    wanted = load.echoed
    for start in range(0, count, UNDER_WAY):
        for _ in range(min(UNDER_WAY, count - start)):
            talker.say()
            wanted += 1
        await until(partial(_has, load, wanted), 20)
    return time.perf_counter() - begun


def _has(load: Load, wanted: int) -> bool:
    return load.echoed >= wanted


async def _stall(running: Running) -> None:
    token = (await command(running.environment, "token", "add", "--agent", "bench@example.com")).strip()
    welcome = asyncio.get_running_loop().create_future()

    def take(client: Any, payload: bytes) -> None:
        if not welcome.done() and payload.startswith(b'{"type":"welcome"'):
            welcome.set_result(json.loads(payload))

    agent = await open_socket(running.url, "/ws/staff", take, Authorization=f"Bearer {token}")
    agent.send(b'{"type":"hello","view":"mine","limit":5,"html":false}')
    row = (await welcome)["inbox"][0]
    follow = {"type": "follow", "conversation": row["conversation"], "after": None, "after_note": 0}
    agent.send(json.dumps(follow).encode())
    await asyncio.sleep(0.5)
    assert agent.transport is not None
    agent.transport.pause_reading()


if __name__ == "__main__":
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--messages", type=int, default=20_000)
    pin(LOAD_CORE)
    show(uvloop.run(run(options.parse_args().messages)))
