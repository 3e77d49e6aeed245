"""Processes that stand still and clocks that jump: what ends by time ends, and nothing waits backwards."""

import asyncio
import random
import signal
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlmodel import col

from helpdesk.delivery.models import Job
from helpdesk.store.session import Tx
from tests.fault.length import BOTH, SEED, times
from tests.fault.people import Person, everybody_has, living, rest_and_judge
from tests.fault.processes import served
from tests.integration.test_recovery import HERE, ask, code_in, new_code
from tests.profiles import settings_of
from tests.world import ADA, World, start_world, submit, until

TOO_LATE_MINUTES = 11


@BOTH
async def test_a_process_that_stood_still_goes_on_where_it_was(tmp_path: Path, kind: str) -> None:
    dice = random.Random(SEED)
    async with served(tmp_path, kind) as server:
        people = [Person(lambda: server.url, random.Random(dice.random())) for _ in range(4)]
        async with living(people):
            await everybody_has(people, 2)
            server.tell(signal.SIGSTOP)
            await asyncio.sleep(times(3, 30))  # this is the fault, not a wait
            server.tell(signal.SIGCONT)
            await everybody_has(people, max(len(p.record.receipts) for p in people) + 2, 30)
            await rest_and_judge(people)
        assert [p.errors() for p in people] == [[]] * len(people)
        assert server.tracebacks() == []


@pytest.mark.parametrize("hours", [1, -1])
async def test_a_clock_that_jumps_neither_stops_the_chat_nor_loses_a_message(
    tmp_path: Path, hours: int
) -> None:
    dice = random.Random(SEED)
    async with start_world(tmp_path, limits="off", **settings_of("embedded")) as world:
        people = [
            Person(lambda: world.url, random.Random(dice.random()), with_people=n > 0) for n in range(3)
        ]
        async with living(people):
            await everybody_has(people, 3)
            world.desk.store.on_commit = lambda rings: (
                None
            )  # the bells of the last moment are lost with the jump
            reader = Person(lambda: world.url, dice, token=people[1].token, writes=False)
            async with living([reader]):
                await until(lambda: reader.connected, 10)
                await everybody_has(people, max(len(p.record.receipts) for p in people) + 1)
                world.clock.wind(hours=hours)
                await rest_and_judge([*people, reader])
        assert [p.errors() for p in people] == [[]] * len(people)


async def test_a_code_is_dead_after_a_jump_forward(tmp_path: Path) -> None:
    async with start_world(tmp_path) as world:
        client = world.browser()
        assert (await ask(client)).status_code == 303
        code = await new_code(world)
        world.clock.wind(minutes=TOO_LATE_MINUTES)
        answer = await submit(client, HERE, code=code)
        assert answer.status_code != 303, "no code counts after its ten minutes"
        world.clock.wind(minutes=-TOO_LATE_MINUTES)
        assert code_in(await world.mail(ADA)) == code


async def test_a_mail_that_waited_goes_out_after_a_jump_and_none_waits_backwards(tmp_path: Path) -> None:
    async with start_world(tmp_path) as world:
        world.clock.wind(hours=-1)
        assert (await ask(world.browser())).status_code == 303
        await new_code(world)
        assert await until(lambda: none_waits(world), 10)


async def none_waits(world: World) -> bool:
    return await world.desk.store.read(_waiting) == 0


def _waiting(tx: Tx) -> int:
    return int(tx.session.execute(select(func.count()).where(col(Job.state) == "waiting")).scalar_one())
