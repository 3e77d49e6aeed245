"""The newest 50 messages of a short and of a very long conversation, from `hello` to the last of them.

python -m tests.benchmarks.bench_replay [--lengths 50,1000,100000]
"""

import argparse
import time
from typing import Any

import uvloop

from tests.benchmarks.server_process import LOAD_CORE, desk, pin
from tests.benchmarks.visitors import Visitor, add_messages, figures, rows, show, until

TRIES, NEWEST = 50, 50


async def run(lengths: list[int]) -> dict[str, Any]:
    """By length."""
    results: dict[str, Any] = {}
    async with desk() as running:
        for length in lengths:
            visitor = Visitor()
            await visitor.open(running)
            name = visitor.conversation
            visitor.leave()

            def fill(database: Any, name: str = name, length: int = length) -> None:
                found = database.execute(
                    "SELECT id FROM conversation WHERE public_id = ?", (name,)
                ).fetchone()
                add_messages(database, found[0], 1, length)

            rows(running, fill)
            results[f"of {length}"] = figures([await _replay(running, visitor, length) for _ in range(TRIES)])
    return results


async def _replay(running: Any, visitor: Visitor, length: int) -> float:
    """Milliseconds."""
    visitor.seqs.clear()
    await visitor.connect(running)
    ended = 0.0

    def heard(who: Visitor, frame: dict[str, Any]) -> None:
        nonlocal ended
        if len(who.seqs) == NEWEST and not ended:
            ended = time.perf_counter()

    visitor.on_frame = heard
    begun = time.perf_counter()
    visitor.hello(None)
    await until(lambda: bool(ended))
    assert visitor.seqs == list(range(length - NEWEST + 1, length + 1))
    visitor.leave()
    return (ended - begun) * 1000


if __name__ == "__main__":
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--lengths", default="50,1000,100000")
    pin(LOAD_CORE)
    show(uvloop.run(run([int(one) for one in options.parse_args().lengths.split(",")])))
