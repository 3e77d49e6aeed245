"""A day at the desk: many conversations, five agents with breaks and reconnects; nothing lost, the figures agree."""

import asyncio
import csv
import io
import os
import random
import uuid
from collections import Counter
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from typing import Any

import pytest

from helpdesk.accounts.staff import add_staff
from helpdesk.actor import System
from tests.world import BEN, CLEO, PASSWORDS, Panel, World, hidden_fields

CONVERSATIONS = int(os.environ.get("HELPDESK_TEST_DAY", "12"))
AGENTS = (BEN, CLEO, "finn@example.com", "gita@example.com", "hugo@example.com")


class Customer:
    """Writes, waits for an answer, and says what arrived."""

    def __init__(self, panel: Panel, ident: str, mark: str) -> None:
        self.panel, self.ident, self.mark = panel, ident, mark

    async def say(self, text: str) -> None:
        await self.panel.say(f"{self.mark} {text}")

    async def answers(self, wanted: int) -> list[str]:
        """The answers of agents, once there are so many."""
        while len(found := [m["text"] for m in self.panel.messages() if m["author"] == "agent"]) < wanted:
            await self.panel.receive()
        return found


class Agent:
    """Claims what is unassigned, answers it twice and resolves it; sleeps and reconnects in between."""

    def __init__(self, world: World, client: Any, name: str, dice: random.Random) -> None:
        self.world, self.client, self.name, self.dice = world, client, name, dice
        self.replies: Counter[str] = Counter()
        self.resolved = 0
        self.token: dict[str, str] = {}

    async def start(self) -> None:
        self.socket = await self.world.staff_socket(self.client)
        await self.socket.wait("welcome")
        self.token = hidden_fields((await self.client.get("/console")).text)

    async def press(self, path: str, **fields: str) -> Any:
        return await self.client.post(
            path, data={**self.token, **fields}, headers={"Accept": "application/json"}
        )

    async def work(self, todo: "asyncio.Queue[Customer]", done: list[str]) -> None:
        while len(done) < CONVERSATIONS:
            try:
                customer = todo.get_nowait()
            except asyncio.QueueEmpty:
                await asyncio.sleep(0.02)
                continue
            if self.dice.random() < 0.15:
                await self.socket.close()
                await self.start()
            await self.serve(customer)
            done.append(customer.ident)

    async def serve(self, customer: Customer) -> None:
        page = f"/console/c/{customer.ident}"
        assert (await self.press(f"{page}/claim")).status_code == 200
        for number in (1, 2):
            fields = {"client_id": str(uuid.uuid4()), "text": f"to {customer.mark} answer {number}"}
            for _ in range(self.dice.choice([1, 2])):  # an impatient finger presses twice
                assert (await self.press(f"{page}/reply", **fields)).status_code == 200
            self.replies[customer.ident] += 1
            await customer.answers(number)
            await customer.say(f"thanks {number}")
        assert (await self.press(f"{page}/resolve")).status_code == 200
        self.resolved += 1


@pytest.mark.timeout(900)
async def test_a_day_at_the_desk(make_world: Callable[..., AbstractAsyncContextManager[World]]) -> None:
    dice = random.Random(7)
    async with make_world(limits="off") as world:
        desk = world.desk
        for email in AGENTS[2:]:
            hashed = await desk.passwords.hash("Quiet-Evening!")
            await desk.store.write(
                add_staff, desk.keys, System(), email=email, name="", role="agent", password_hash=hashed
            )
            PASSWORDS.setdefault(email, "Quiet-Evening!")
        agents = [
            Agent(world, await world.staff(email), email, random.Random(n)) for n, email in enumerate(AGENTS)
        ]
        await asyncio.gather(*(agent.start() for agent in agents))
        todo: asyncio.Queue[Customer] = asyncio.Queue()
        customers: list[Customer] = []
        done: list[str] = []
        working = [asyncio.create_task(agent.work(todo, done)) for agent in agents]
        for number in range(CONVERSATIONS):
            panel = await world.visitor()
            welcome = await panel.wait("welcome")
            customer = Customer(panel, welcome["conversation"], f"case-{number:04}")
            await customer.say("I am locked out")
            await panel.send(
                type="handover", client_id=str(uuid.uuid4()), to="agent", email=None, subject=None, text=None
            )
            await panel.wait("state", handled_by="queue")
            customers.append(customer)
            todo.put_nowait(customer)
            if dice.random() < 0.1:
                world.clock.wind(minutes=1)
        await asyncio.gather(*working)
        for customer in customers:
            texts = await customer.answers(2)
            assert texts == [f"to {customer.mark} answer 1", f"to {customer.mark} answer 2"], (
                "lost, doubled or astray"
            )
        lead = await world.staff(CLEO)
        rows = list(csv.DictReader(io.StringIO((await lead.get("/console/figures.csv?days=2")).text)))
        total = next(row for row in rows if row["group"] == "total")
        assert int(total["conversations"]) == CONVERSATIONS
        assert (
            int(total["replies"]) == sum(sum(agent.replies.values()) for agent in agents) == 2 * CONVERSATIONS
        )
        assert int(total["solved"]) == sum(agent.resolved for agent in agents) == CONVERSATIONS
        by_agent = {row["name"]: int(row["replies"]) for row in rows if row["group"] == "agent"}
        assert sorted(by_agent.values()) == sorted(
            sum(agent.replies.values()) for agent in agents if agent.replies
        )
