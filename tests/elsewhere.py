"""What the stories of accounts elsewhere share: the customer's way, and what the agent and the trail say of it."""

from typing import Any

import httpx2

from helpdesk.accounts import password_reset
from helpdesk.accounts.models import Account
from helpdesk.audit import trail
from helpdesk.delivery.models import Job
from helpdesk.store.session import Tx
from tests.integration.test_recovery import HERE, NEW, ask, new_code, set_password
from tests.world import ADA, World, submit, until

NEW_PASSWORD = NEW + "-Of-Mine"
__all__ = ["ADA", "HERE", "NEW_PASSWORD", "ask", "new_code", "set_password", "submit", "until"]


async def at_new_password(world: World, to: str = ADA, count: int = 1) -> httpx2.AsyncClient:
    """A browser that entered its code."""
    client = world.browser()
    assert (await ask(client, to)).status_code == 303
    assert (await submit(client, HERE, code=await new_code(world, count, to))).status_code == 303
    return client


async def said_to_agent(world: World) -> str:
    """What the agent of the case reads of the newest invitation."""
    seen = await world.desk.store.read(password_reset.state_of, "conversation-1")
    return seen[0][0]


async def trail_of(world: World, action: str) -> list[Any]:
    """The entries of one kind, newest first."""
    return await world.desk.store.read(lambda tx: trail.search(tx, action=action))


async def account(world: World, email: str = ADA) -> Account | None:
    """The desk's row."""
    from helpdesk.accounts.people import account_by_address

    return await world.desk.store.read(account_by_address, email)


async def jobs_done(world: World) -> None:
    """Wait until nothing is due any more, whatever became of it."""

    def none_due(tx: Tx) -> bool:
        from sqlalchemy import select
        from sqlmodel import col

        due = select(col(Job.id)).where(col(Job.state) == "waiting", col(Job.run_at) <= tx.now)
        return tx.session.execute(due.limit(1)).first() is None

    await until(lambda: world.desk.store.read(none_due))


async def try_again(world: World, **amount: float) -> None:
    """Time passes until what failed is tried again; it begins when that is put off, which comes after its entry in the trail."""
    await jobs_done(world)
    world.clock.wind(**(amount or {"seconds": 90}))
    await jobs_done(world)
