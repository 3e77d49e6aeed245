"""The long form: `kill -9` of anything, at any moment, while everybody works."""

import asyncio
import random
from collections.abc import Sequence

from tests.company.company import Company, rounds
from tests.company.people import WITHIN_S, Program, Visitor
from tests.fault.processes import Process
from tests.world import until

KINDS = ("web1", "web2", "worker", "valkey", "postgres", "nginx", "receiver")


def go_on(crowd: Sequence[Visitor], program: Program) -> None:
    """After a rest."""
    for person in crowd:
        person.resting.clear()
    program.is_resting = False


async def more_are_killed(
    company: Company, crowd: Sequence[Visitor], program: Program, dice: random.Random
) -> None:
    """As many as were asked for; after each, everybody gets on with their work."""
    for _ in range(rounds()):
        await asyncio.sleep(dice.random())
        had, opened = {p: len(p.record.receipts) for p in crowd}, len(program.opened)
        await one_dies(company, dice.choice(KINDS), dice)
        await until(lambda had=had: all(len(p.record.receipts) > n for p, n in had.items()), WITHIN_S)  # type: ignore[misc]
        await until(lambda opened=opened: len(program.opened) > opened, WITHIN_S)  # type: ignore[misc]


async def one_dies(company: Company, kind: str, dice: random.Random) -> None:
    """It is dead for a moment."""
    dead_s = dice.random()
    if kind == "nginx":
        company.nginx.kill_its_workers()
    elif kind == "receiver":
        company.box.answers = [503]
        await asyncio.sleep(dead_s)
        company.box.answers = [200]
    elif kind == "valkey":
        await company.kill(company.valkey)
        await asyncio.sleep(dead_s)
        await asyncio.to_thread(company.valkey.start)
    elif kind == "postgres":
        await company.crash_postgres()
        await asyncio.sleep(dead_s)
        await asyncio.to_thread(company.postgres.start)
    else:
        process: Process = {"web1": company.web[0], "web2": company.web[1], "worker": company.worker}[kind]
        await process.kill()
        await asyncio.sleep(dead_s)
        await process.start()
