"""A day at the desk: customers, agents at their sockets or browsers, and the count that the figures must agree with."""

import asyncio
import contextlib
import csv
import io
import random
import uuid
from collections import Counter
from collections.abc import Sequence
from typing import Any, Protocol

from playwright.async_api import Page, expect
from websockets.exceptions import ConnectionClosed

from helpdesk.accounts.staff import add_staff
from helpdesk.actor import System
from tests.world import BEN, CLEO, PASSWORDS, Panel, World, hidden_fields

AGENTS = (BEN, CLEO, "finn@example.com", "gita@example.com", "hugo@example.com")
JSON = {"Accept": "application/json"}


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


class Worker(Protocol):
    """An agent: what was sent, and how one conversation is served from claim to resolution."""

    email: str
    replies: int
    resolved: int

    async def serve(self, customer: Customer) -> None: ...

    async def breathe(self) -> None:
        """Between two conversations: a break, a sleep, a lost connection."""


class SocketAgent:
    """At a socket and plain requests; sends twice now and then, as an impatient finger does."""

    def __init__(self, world: World, client: Any, email: str, dice: random.Random) -> None:
        self.world, self.client, self.email, self.dice = world, client, email, dice
        self.replies = self.resolved = 0
        self._reading: asyncio.Task[None] | None = None

    async def start(self) -> None:
        self.socket = await self.world.staff_socket(self.client)
        await self.socket.wait("welcome")
        self.token = hidden_fields((await self.client.get("/console")).text)
        self._reading = asyncio.create_task(self._read())

    async def press(self, path: str, **fields: str) -> Any:
        return await self.client.post(path, data={**self.token, **fields}, headers=JSON)

    async def breathe(self) -> None:
        if self.dice.random() < 0.15:
            await self.socket.close()
            await self.start()

    async def serve(self, customer: Customer) -> None:
        page = f"/console/c/{customer.ident}"
        assert (await self.press(f"{page}/claim")).status_code == 200
        for number in (1, 2):
            fields = {"client_id": str(uuid.uuid4()), "text": f"to {customer.mark} answer {number}"}
            for _ in range(self.dice.choice([1, 2])):
                assert (await self.press(f"{page}/reply", **fields)).status_code == 200
            self.replies += 1
            await customer.answers(number)
            await customer.say(f"thanks {number}")
        assert (await self.press(f"{page}/resolve")).status_code == 200
        self.resolved += 1

    async def _read(self) -> None:
        """An open console takes what it is told; one that does not is hung up on."""
        with contextlib.suppress(ConnectionClosed):
            async for _ in self.socket.socket:
                pass


class BrowserAgent:
    """At a real console, with the keyboard; reloads, goes away and loses the network."""

    def __init__(self, world: World, page: Page, email: str, dice: random.Random) -> None:
        self.world, self.page, self.email, self.dice = world, page, email, dice
        self.replies = self.resolved = 0

    async def breathe(self) -> None:
        what = self.dice.random()
        if what < 0.1:
            await self.page.reload()
        elif what < 0.2:
            for state in ("away", "online"):
                await self.page.get_by_label("Availability").select_option(state)
                await expect(self.page.get_by_text(f"You are {state}.").last).to_be_visible()

    async def serve(self, customer: Customer) -> None:
        row = self.page.locator(f'li.row[data-id="{customer.ident}"] a')
        if await row.count():
            await row.click()
        else:
            await self.page.goto(f"{self.world.url}/console/c/{customer.ident}")
        log = self.page.get_by_role("log", name="Conversation")
        await expect(log).to_contain_text(f"{customer.mark} I am locked out")
        await expect(self.page.get_by_text("Live", exact=True)).to_be_visible()
        await self.page.get_by_role("button", name="Claim").click()
        box = self.page.get_by_role("textbox", name="Reply to Visitor")
        await expect(box).to_be_focused()
        for number in (1, 2):
            offline = self.dice.random() < 0.2
            await box.fill(f"to {customer.mark} answer {number}")
            await self.page.context.set_offline(offline)
            await self.page.keyboard.press("Control+Enter")
            self.replies += 1
            if offline:
                await expect(log.get_by_text("Not sent yet. Trying again…")).to_be_visible()
                await self.page.context.set_offline(False)
            await customer.answers(number)
            await customer.say(f"thanks {number}")
            await expect(log.get_by_text(f"{customer.mark} thanks {number}")).to_have_count(1, timeout=15_000)
            await expect(log.get_by_text(f"to {customer.mark} answer {number}")).to_have_count(1)
        await self.page.get_by_role("button", name="Resolve", exact=True).click()
        await expect(self.page.get_by_role("button", name="Reopen")).to_be_visible()
        self.resolved += 1


async def hire(world: World) -> None:
    """The agents beside Ben and Cleo."""
    hashed = await world.desk.passwords.hash("Quiet-Evening!")
    for email in AGENTS[2:]:
        await world.desk.store.write(
            add_staff, world.desk.keys, System(), email=email, name="", role="agent", password_hash=hashed
        )
        PASSWORDS.setdefault(email, "Quiet-Evening!")


async def spend(world: World, agents: Sequence[Worker], count: int) -> None:
    """So many conversations come in and are served; nothing is lost, doubled or astray, and the figures agree."""
    dice = random.Random(7)
    todo: asyncio.Queue[Customer] = asyncio.Queue()
    customers: list[Customer] = []
    done: list[str] = []

    async def work(agent: Worker) -> None:
        while len(done) < count:
            try:
                customer = todo.get_nowait()
            except asyncio.QueueEmpty:
                await asyncio.sleep(0.02)
                continue
            await agent.breathe()
            await agent.serve(customer)
            done.append(customer.ident)

    working = [asyncio.create_task(work(agent)) for agent in agents]
    for number in range(count):
        customer = await _comes(world, f"case-{number:04}")
        customers.append(customer)
        todo.put_nowait(customer)
        if dice.random() < 0.1:
            world.clock.wind(minutes=1)
    await asyncio.gather(*working)
    for customer in customers:
        wanted = [f"to {customer.mark} answer {number}" for number in (1, 2)]
        assert await customer.answers(2) == wanted, "lost, doubled or astray"
    await _agrees(world, agents, count)


async def _comes(world: World, mark: str) -> Customer:
    panel = await world.visitor()
    welcome = await panel.wait("welcome")
    customer = Customer(panel, welcome["conversation"], mark)
    await customer.say("I am locked out")
    await panel.send(
        type="handover", client_id=str(uuid.uuid4()), to="agent", email=None, subject=None, text=None
    )
    await panel.wait("state", handled_by="queue")
    return customer


async def _agrees(world: World, agents: Sequence[Worker], count: int) -> None:
    lead = await world.staff(CLEO)
    rows = list(csv.DictReader(io.StringIO((await lead.get("/console/figures.csv?days=2")).text)))
    total = next(row for row in rows if row["group"] == "total")
    assert int(total["conversations"]) == count
    assert int(total["replies"]) == sum(agent.replies for agent in agents) == 2 * count
    assert int(total["solved"]) == sum(agent.resolved for agent in agents) == count
    counted = Counter({row["name"]: int(row["replies"]) for row in rows if row["group"] == "agent"})
    own = Counter({agent.email.partition("@")[0].capitalize(): agent.replies for agent in agents})
    assert +counted == +own
