"""How the cost of a message grows: with the conversations in the database, and with the agents at the inbox.

python -m tests.benchmarks.bench_growth [--rows 100,10000,1000000] [--agents 1,20,200]
"""

import argparse
import asyncio
import sqlite3
import time
from functools import partial
from typing import Any

import uvloop

from tests.benchmarks.bench_messages import Load, measure, talk_ours
from tests.benchmarks.server_process import LOAD_CORE, Running, command, desk, pin
from tests.benchmarks.visitors import rows, show
from tests.benchmarks.wire import Client, open_socket

PACE, TALKING, SECONDS = 200.0, 16, 4.0
HELLO = b'{"type":"hello","view":"inbox","limit":50,"html":false}'
MORE = """
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?)
INSERT INTO conversation ({names}) SELECT {values} FROM n, (SELECT * FROM conversation LIMIT 1) AS first
"""


def grow(database: sqlite3.Connection, count: int) -> None:
    """`count` closed conversations in all, like the first one."""
    have = database.execute("SELECT count(*) FROM conversation").fetchone()[0]
    names = [row[1] for row in database.execute("PRAGMA table_info(conversation)") if row[1] != "id"]
    other = {
        "public_id": "'grown-' || hex(randomblob(12))",
        "handled_by": "'closed'",
        "touched_at": "date('now', '-30 days')",  # retention leaves them alone
    }
    values = ", ".join(other.get(name, f"first.{name}") for name in names)
    if count > have:
        database.execute(MORE.format(names=", ".join(names), values=values), (count - have,))


async def watch(running: Running, token: str) -> tuple[Client, float]:
    """A console that shows the inbox, and how many ms its first list took."""
    welcome = asyncio.get_running_loop().create_future()

    def take(client: Client, payload: bytes) -> None:
        if not welcome.done():
            welcome.set_result(None)

    agent = await open_socket(running.url, "/ws/staff", take, Authorization=f"Bearer {token}")
    begun = time.perf_counter()
    agent.send(HELLO)
    await welcome
    return agent, (time.perf_counter() - begun) * 1000


async def run(sizes: list[int], crowds: list[int]) -> dict[str, Any]:
    """First more rows, then more agents."""
    results: dict[str, Any] = {}
    async with desk() as running:
        load = Load()
        talkers = await talk_ours(running, load, TALKING)
        token = (await command(running.environment, "token", "add", "--agent", "bench@example.com")).strip()
        agents: list[Client] = []
        for size in sizes:
            # In a thread: a million take a minute, and who answers no ping for so long is closed.
            await asyncio.to_thread(rows, running, partial(grow, count=size))
            agent, first_ms = await watch(running, token)
            agents.append(agent)
            found = await measure(running, talkers, load, SECONDS, PACE)
            results[f"{size} conversations"] = {"first list ms": first_ms, **_in_short(found)}
        for crowd in crowds:
            while len(agents) < crowd:
                agents.append((await watch(running, token))[0])
            results[f"{crowd} agents"] = _in_short(await measure(running, talkers, load, SECONDS, PACE))
    return results


def _in_short(found: dict[str, float]) -> dict[str, float]:
    each = 1e6 / found["per_cpu_s"] if found["per_cpu_s"] else 0.0
    return {"cpu µs a message": each, "median_ms": found["median_ms"], "p99_ms": found["p99_ms"]}


if __name__ == "__main__":
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--rows", default="100,10000,1000000")
    options.add_argument("--agents", default="1,20,200")
    chosen = options.parse_args()
    pin(LOAD_CORE)
    sizes, crowds = ([int(n) for n in text.split(",")] for text in (chosen.rows, chosen.agents))
    show(uvloop.run(run(sizes, crowds)))
