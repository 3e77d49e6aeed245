"""Durable messages on PostgreSQL and Valkey with two web processes: visitors at one, agents at the other.

    python -m tests.benchmarks.bench_cluster [--seconds 5] [--conversations 64]

Five processes share two cores: both web processes one, the database, Valkey and the load the other. So the ratio of
messages is lower than with a core for each, and the processor time of each process is told besides. The database of
the tests keeps its files in memory and does not sync: its share is what it computes.
"""

import argparse
import os
from pathlib import Path
from typing import Any

import uvloop

from tests.benchmarks.bench_messages import Load, measure, talk_bare, talk_ours
from tests.benchmarks.server_process import LOAD_CORE, Running, bare_relay, desk, pin, started
from tests.benchmarks.visitors import show
from tests.services import fresh_database, postgres, redis_url, valkey


def cpu_s(*pids: int) -> float:
    """Their CPU seconds so far, user and system, with those of children that have ended."""
    total = 0
    for pid in pids:
        fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rsplit(")", 1)[1].split()
        total += sum(map(int, fields[11:15]))
    return total / os.sysconf("SC_CLK_TCK")


def everybody(first: Running, second: Running) -> dict[str, float]:
    """CPU seconds so far of all that take part. The servers of the tests only, not others that were given."""
    used = {"visitors' process": first.cpu_s(), "agents' process": second.cpu_s(), "load": cpu_s(os.getpid())}
    if "HELPDESK_TEST_POSTGRES_URL" not in os.environ and (server := postgres().process):
        backends = Path(f"/proc/{server.pid}/task/{server.pid}/children").read_text(encoding="ascii").split()
        used["PostgreSQL"] = cpu_s(server.pid, *map(int, backends))
    if "HELPDESK_TEST_REDIS_URL" not in os.environ and (bus := valkey().process):
        used["Valkey"] = cpu_s(bus.pid)
    return used


async def bare(seconds: float, conversations: int) -> dict[str, Any]:
    """The relay."""
    async with bare_relay() as running:
        load = Load()
        found = await measure(running, await talk_bare(running, load, conversations), load, seconds)
        return {**found, "CPU us a message": 1e6 / found["per_cpu_s"]}


async def run(seconds: float, conversations: int) -> dict[str, Any]:
    """The relay, ours, and the relay again: within half a minute the machine's speed can move by a third."""
    results: dict[str, Any] = {"bare": await bare(seconds, conversations)}
    settings = {"HELPDESK_DATABASE_URL": fresh_database(), "HELPDESK_REDIS_URL": redis_url()}
    async with desk(**settings) as first:
        serve = ("helpdesk", "serve", "--port", "0")
        async with started(*serve, folder=first.folder, environment=first.environment) as second:
            load = Load()
            talkers = await talk_ours(first, load, conversations, agents_at=second)
            before, echoed = everybody(first, second), load.echoed
            results["ours"] = await measure(first, talkers, load, seconds)
            used, echoed = everybody(first, second), load.echoed - echoed
            results["ours"]["CPU us a message"] = {
                name: (now - before[name]) * 1e6 / echoed for name, now in used.items()
            }
    results["bare again"] = await bare(seconds, conversations)
    relay = (results["bare"]["per_s"] + results["bare again"]["per_s"]) / 2
    results["ratio per_s"] = results["ours"]["per_s"] / relay
    return results


if __name__ == "__main__":
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--seconds", type=float, default=5)
    options.add_argument("--conversations", type=int, default=64)
    chosen = options.parse_args()
    pin(LOAD_CORE)
    show(uvloop.run(run(chosen.seconds, chosen.conversations)))
