"""Durable messages on PostgreSQL and Valkey with two web processes: visitors at one, agents at the other.

    python -m tests.benchmarks.bench_cluster [--seconds 5] [--conversations 64]

The database, Valkey and the load share the other core, so the ratio is lower than with a core for each.
"""

import argparse
from typing import Any

import uvloop

from tests.benchmarks.bench_messages import Load, measure, talk_bare, talk_ours
from tests.benchmarks.server_process import LOAD_CORE, bare_relay, desk, pin, started
from tests.benchmarks.visitors import show
from tests.services import fresh_database, redis_url


async def run(seconds: float, conversations: int) -> dict[str, Any]:
    """The relay, then ours."""
    results: dict[str, Any] = {}
    async with bare_relay() as running:
        load = Load()
        results["bare"] = await measure(running, await talk_bare(running, load, conversations), load, seconds)
    settings = {"HELPDESK_DATABASE_URL": fresh_database(), "HELPDESK_REDIS_URL": redis_url()}
    async with desk(**settings) as first:
        serve = ("helpdesk", "serve", "--port", "0")
        async with started(*serve, folder=first.folder, environment=first.environment) as second:
            load = Load()
            talkers = await talk_ours(first, load, conversations, agents_at=second)
            other = second.cpu_s()
            results["ours"] = await measure(first, talkers, load, seconds)
            results["ours"]["cpu s of the second process"] = second.cpu_s() - other
    results["ratio per_s"] = results["ours"]["per_s"] / results["bare"]["per_s"]
    return results


if __name__ == "__main__":
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--seconds", type=float, default=5)
    options.add_argument("--conversations", type=int, default=64)
    chosen = options.parse_args()
    pin(LOAD_CORE)
    show(uvloop.run(run(chosen.seconds, chosen.conversations)))
