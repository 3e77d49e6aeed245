"""All clients of a desk come back at once, each with 20 missed messages, while others chat on.

    python -m tests.benchmarks.bench_storm [--clients 2000] [--spread 5]

`--spread`: seconds over which they come, as our own clients do after a restart; 0 for all at the same moment.
"""

import argparse
import asyncio
import sqlite3
from collections.abc import Coroutine
from typing import Any

import uvloop

from tests.benchmarks.server_process import LOAD_CORE, desk, pin
from tests.benchmarks.visitors import add_messages, figures, many, rows, show, until

MISSED, OTHERS, PACE = 20, 16, 50.0


async def run(clients: int, spread: float) -> dict[str, Any]:
    """Seconds until all are whole, and the echo of the others meanwhile."""
    async with desk() as running:
        away = await many(clients, running)
        for one in away:
            one.leave()
        others = await many(OTHERS, running)
        names = {one.conversation for one in away}
        rows(running, lambda database: _miss(database, names))
        await asyncio.sleep(1)
        for one in away:
            one.seqs.clear()
        chat = asyncio.create_task(_chat(others))
        cpu = running.cpu_s()
        back = asyncio.gather(
            *(_later(n * spread / clients, one.open(running)) for n, one in enumerate(away))
        )
        whole_s = await until(lambda: all(len(one.seqs) >= MISSED for one in away))
        await back
        chat.cancel()
        await asyncio.gather(chat, return_exceptions=True)
        assert all(one.seqs == list(range(1, MISSED + 1)) for one in away)
        delays = [delay for one in others for delay in one.delays_ms]
        cpu_ms = 1000 * (running.cpu_s() - cpu) / clients
        echo = {"others' echo": figures(delays)}
        return {
            "clients": clients,
            "all whole after s": whole_s,
            "cpu ms each, with the others": cpu_ms,
            **echo,
        }


async def _later(seconds: float, what: Coroutine[Any, Any, None]) -> None:
    await asyncio.sleep(seconds)
    await what


def _miss(database: sqlite3.Connection, names: set[str]) -> None:
    for number, name in database.execute("SELECT id, public_id FROM conversation").fetchall():
        if name in names:
            add_messages(database, number, 1, MISSED)


async def _chat(others: list[Any]) -> None:
    number = 0
    while True:
        others[number % len(others)].say(f"thanks, number {number}")
        number += 1
        await asyncio.sleep(1 / PACE)


if __name__ == "__main__":
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--clients", type=int, default=2000)
    options.add_argument("--spread", type=float, default=5)
    chosen = options.parse_args()
    pin(LOAD_CORE)
    show(uvloop.run(run(chosen.clients, chosen.spread)))
