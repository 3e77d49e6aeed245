"""What a connection that only waits costs, and what 200 messages a second cost beside thousands of them.

python -m tests.benchmarks.bench_idle [--connections 100,1000,10000]
"""

import argparse
import asyncio
import json
from typing import Any

import uvloop

from tests.benchmarks.bench_messages import Load, Talker, measure, one_sync, talk_bare, talk_ours
from tests.benchmarks.server_process import LOAD_CORE, Running, bare_relay, desk, pin
from tests.benchmarks.visitors import AT_ONCE, many, show
from tests.benchmarks.wire import open_socket

PACE, TALKING, SECONDS = 200.0, 16, 5.0


async def bare_idle(running: Running, count: int) -> list[Any]:
    """Sockets of the relay that have said hello."""
    kept: list[Any] = []
    for start in range(0, count, AT_ONCE):
        opened = await asyncio.gather(
            *(open_socket(running.url, "/ws/visitor", lambda c, p: None) for _ in range(AT_ONCE))
        )
        for number, client in enumerate(opened):
            client.send(json.dumps({"conversation": f"idle {start + number}"}).encode())
        kept += opened
    return kept


async def paced(running: Running, talkers: list[Talker], load: Load) -> dict[str, float]:
    """PACE messages a second, and how much of the server's core they and all that waits take."""
    cpu = running.cpu_s()
    found = await measure(running, talkers, load, SECONDS, PACE)
    return {**found, "core %": 100 * (running.cpu_s() - cpu) / (SECONDS + 1)}


async def run(counts: list[int]) -> dict[str, Any]:
    """Bare with the most connections, ours with each number of them; what the disk alone asks before and after."""
    results: dict[str, Any] = {"one sync of the disk": one_sync(PACE)}
    async with bare_relay() as running:
        load = Load()
        talkers = await talk_bare(running, load, TALKING)
        kept = await bare_idle(running, AT_ONCE)
        before = running.memory_kib()
        kept += await bare_idle(running, counts[-1])
        await asyncio.sleep(1)
        each = (running.memory_kib() - before) / counts[-1]
        results["bare"] = {"KiB each": each, **await paced(running, talkers, load)}
    async with desk() as running:
        load = Load()
        talkers = await talk_ours(running, load, TALKING)
        await measure(running, talkers, load, 2, PACE)  # what is made once is made now
        idle = await many(AT_ONCE, running)
        before, opened = running.memory_kib(), 0
        for count in counts:
            idle += await many(count - opened, running)
            opened = count
            await asyncio.sleep(1)
            each = (running.memory_kib() - before) / count
            results[f"ours with {count}"] = {"KiB each": each, **await paced(running, talkers, load)}
    results["one sync of the disk again"] = one_sync(PACE)
    results["ratio KiB"] = results[f"ours with {counts[-1]}"]["KiB each"] / results["bare"]["KiB each"]
    return results


if __name__ == "__main__":
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--connections", default="100,1000,10000")
    pin(LOAD_CORE)
    show(uvloop.run(run([int(one) for one in options.parse_args().connections.split(",")])))
