"""A whole turn of the bot, from the question to the stored and delivered answer, at 200 a second.

python -m tests.benchmarks.bench_bot [--seconds 5] [--pace 200]
"""

import argparse
import asyncio
import time
from typing import Any

import uvloop

from tests.benchmarks.server_process import LOAD_CORE, desk, pin
from tests.benchmarks.visitors import Visitor, figures, many, show, until

QUESTIONS = ("i forgt my pasword", "How do I change my email address?", "the code does not arrive")


async def run(seconds: float, pace: float) -> dict[str, Any]:
    """Each visitor asks once."""
    asked: dict[Visitor, float] = {}
    turns_ms: list[float] = []

    def heard(who: Visitor, frame: dict[str, Any]) -> None:
        if frame["type"] == "message" and frame["author"] == "bot" and who in asked:
            turns_ms.append((time.perf_counter() - asked.pop(who)) * 1000)

    async with desk() as running:
        people = await many(int(seconds * pace) + 50, running, on_frame=heard)
        due, cpu = time.perf_counter(), 0.0
        for number, person in enumerate(people):
            if number == 50:  # the first ones are warm-up
                await until(lambda: not asked, 20)
                turns_ms.clear()
                due, cpu = time.perf_counter(), running.cpu_s()
            asked[person] = time.perf_counter()
            person.say(QUESTIONS[number % len(QUESTIONS)])
            due += 1 / pace
            if (wait := due - time.perf_counter()) > 0:
                await asyncio.sleep(wait)
        await until(lambda: not asked, 20)
        each = (running.cpu_s() - cpu) / len(turns_ms) * 1000
        return {"turns": len(turns_ms), "cpu ms each": each, **figures(turns_ms)}


if __name__ == "__main__":
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--seconds", type=float, default=5)
    options.add_argument("--pace", type=float, default=200)
    chosen = options.parse_args()
    pin(LOAD_CORE)
    show(uvloop.run(run(chosen.seconds, chosen.pace)))
