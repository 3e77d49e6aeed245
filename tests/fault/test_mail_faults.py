"""Mail through a worker that dies, a server that is away, that is slow or says no, and a database that will not write."""

import asyncio
import contextlib
import random
import sqlite3
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.smtp import SMTP
from sqlalchemy import func, select
from sqlmodel import col

from helpdesk.clock import WoundClock
from helpdesk.delivery import outbox
from helpdesk.delivery.letters import Letter
from helpdesk.delivery.models import Job
from helpdesk.delivery.runner import Runner
from helpdesk.settings import Settings
from helpdesk.store.session import Tx
from helpdesk.wiring import Desk, build
from tests.fault.length import BOTH, LONG, SEED, times
from tests.fault.processes import furnish
from tests.smtp_sink import Sink, smtp_sink
from tests.world import ADA, SECRET, reader_of, start_world, submit, until

LEASE_IS_OVER = outbox.LEASE_S + 1


class Post:
    """A desk without a web process: its rows, its clock, its mailer, and as many workers as wanted."""

    def __init__(self, settings: dict[str, Any]) -> None:
        self.settings, self.clock = settings, WoundClock()
        self.desks: list[Desk] = []
        self.desk = self.another()

    def another(self) -> Desk:
        """One more process on the same rows."""
        settings = Settings(**self.settings)
        desk = build(settings, self.clock, watcher=reader_of(settings))
        self.desks.append(desk)
        return desk

    def worker(self, desk: Desk | None = None, act: Callable[[Job], Awaitable[None]] | None = None) -> Runner:
        """A worker that sends letters, or does `act`."""
        desk = desk or self.desk
        return Runner(desk.store, desk.bus, {"letter": act or desk.mailer.send_job})

    async def put(self, count: int, to: str = "someone@example.com", **when: Any) -> list[str]:
        """Letters into the outbox; their Message-IDs."""
        return await self.desk.store.write(_put, count, to, **when)

    async def states(self) -> Counter[str]:
        """How many jobs are in each state."""
        return Counter(await self.desk.store.read(_states))

    async def close(self) -> None:
        """Let the rows go."""
        for desk in self.desks:
            await asyncio.to_thread(desk.close)
            await desk.limits.close()


def _put(tx: Tx, count: int, to: str, **when: Any) -> list[str]:
    context = {"subject": "s", "body": "b", "reference": "T-1", "name": "Ada", "link": "http://x.example/"}
    letter = Letter(to, "tickets/opened", context)
    return [outbox.enqueue_letter(tx, letter, **when).message_id for _ in range(count)]


def _states(tx: Tx) -> list[str]:
    return list(tx.session.execute(select(col(Job.state)).where(col(Job.kind) == "letter")).scalars())


async def post_office(folder: Path, kind: str, sink: Sink) -> Post:
    """With its mail going to `sink`."""
    named = await furnish(folder, kind)
    settings = {name.removeprefix("HELPDESK_").lower(): value for name, value in named.items()}
    return Post({**settings, "data_dir": folder, "smtp_url": sink.url, "secret_key": SECRET})


def taken(sink: Sink) -> Counter[str]:
    """How often each Message-ID arrived."""
    return Counter(str(mail["Message-ID"]).strip("<>") for mail in sink.mails)


@BOTH
@pytest.mark.timeout(1200 if LONG else 240)
async def test_a_worker_that_dies_around_the_250_loses_no_mail_and_doubles_only_what_was_taken(
    tmp_path: Path, kind: str
) -> None:
    dice = random.Random(SEED)
    async with smtp_sink() as sink:
        post = await post_office(tmp_path, kind, sink)
        idents = await post.put(times(40, 300))
        may_double: Counter[str] = Counter()
        for _ in range(200):
            dies, under_way = asyncio.Event(), set[str]()

            async def act(job: Job, dies: asyncio.Event = dies, under_way: set[str] = under_way) -> None:
                where = dice.choice(["before", "after", *["nowhere"] * 8])
                if where != "before":
                    under_way.add(job.message_id)
                    await post.desk.mailer.send_job(job)
                if where != "nowhere":
                    dies.set()
                    await asyncio.Event().wait()  # the process is dead from here on
                under_way.discard(job.message_id)

            running = asyncio.create_task(post.worker(act=act).run())
            ends = [
                asyncio.create_task(dies.wait()),
                asyncio.create_task(until(lambda: _all_done(post), 1.5)),
            ]
            await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)
            may_double.update(under_way)
            for task in (running, *ends):
                task.cancel()
            await asyncio.gather(running, *ends, return_exceptions=True)
            await post.desk.store.write(lambda tx: None)  # a last claim of the dead may still be in line
            if await _all_done(post):
                break
            post.clock.wind(seconds=LEASE_IS_OVER)
        came = taken(sink)
        assert set(came) == set(idents), "every mail went out"
        for ident, count in came.items():
            assert count <= 1 + may_double[ident], "only what was under way when the worker died comes twice"
        await post.close()


async def _all_done(post: Post) -> bool:
    return set(await post.states()) == {"done"}


@BOTH
async def test_two_workers_share_an_outbox_and_nothing_goes_twice(tmp_path: Path, kind: str) -> None:
    async with smtp_sink() as sink:
        post = await post_office(tmp_path, kind, sink)
        idents = await post.put(times(60, 1000))
        workers = [post.worker(), post.worker(post.another())]
        running = [asyncio.create_task(worker.run()) for worker in workers]
        await until(lambda: _all_done(post), 60)
        for worker in workers:
            worker.stop()
        await asyncio.gather(*running)
        assert taken(sink) == Counter(idents)
        await post.close()


async def test_a_worker_whose_lease_ran_out_does_not_undo_what_the_other_did(tmp_path: Path) -> None:
    async with smtp_sink() as sink:
        post = await post_office(tmp_path, "embedded", sink)
        (ident,) = await post.put(1)
        hangs, goes_on = asyncio.Event(), asyncio.Event()

        async def slow(job: Job) -> None:
            hangs.set()
            await goes_on.wait()
            raise ConnectionError("and then it failed")

        first = asyncio.create_task(post.worker(act=slow).run_due())
        await hangs.wait()
        post.clock.wind(seconds=LEASE_IS_OVER)
        holding = asyncio.Event()

        async def second_sends(job: Job) -> None:
            holding.set()
            goes_on.set()
            await first
            assert await post.worker(post.another()).run_due() == 0, "the lease of the second still holds"
            await post.desk.mailer.send_job(job)

        assert await post.worker(post.another(), second_sends).run_due() == 1
        assert taken(sink) == Counter([ident])
        assert await post.states() == Counter(["done"])
        await post.close()


async def test_a_database_that_cannot_keep_sent_means_one_more_mail_with_the_same_id(tmp_path: Path) -> None:
    async with smtp_sink() as sink:
        post = await post_office(tmp_path, "embedded", sink)
        (ident,) = await post.put(1)
        other = sqlite3.connect(tmp_path / "helpdesk.db", isolation_level=None)

        async def act(job: Job) -> None:
            await post.desk.mailer.send_job(job)
            other.execute("BEGIN IMMEDIATE")  # from the 250 on, nobody else can write

        assert await post.worker(act=act).run_due() == 1
        other.execute("ROLLBACK")
        other.close()
        assert await post.states() == Counter(["waiting"])
        post.clock.wind(seconds=LEASE_IS_OVER)
        assert await post.worker().run_due() == 1
        assert taken(sink) == Counter({ident: 2})
        assert await post.states() == Counter(["done"])
        await post.close()


class Moody(Sink):
    """Answers by the address: `dead@` 550, `grey@` 451 the first time, `busy@` 421 the first time, `slow@` never."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: Counter[str] = Counter()

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:
        """aiosmtpd's hook."""
        name = address.partition("@")[0]
        self.asked[name] += 1
        if name == "dead":
            return "550 no such person"
        if name in ("grey", "busy") and self.asked[name] == 1:
            return "451 later" if name == "grey" else "421 too busy"
        if name == "slow":
            await asyncio.sleep(3600)
        envelope.rcpt_tos.append(address)
        return "250 ok"


@contextlib.asynccontextmanager
async def listening(sink: Sink, port: int = 0, patience_s: float = 300) -> AsyncIterator[Sink]:
    """`sink` as a mail server on this port; it hangs up on who says nothing for `patience_s`."""
    loop = asyncio.get_running_loop()
    server = await loop.create_server(
        lambda: SMTP(sink, hostname="sink", timeout=patience_s), "127.0.0.1", port
    )
    sink.url = f"smtp://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    try:
        yield sink
    finally:
        server.close()


async def test_refusals_are_dead_letters_pauses_are_tried_again_and_a_tarpit_starves_nobody(
    tmp_path: Path,
) -> None:
    async with listening(Moody()) as moody:
        assert isinstance(moody, Moody)
        post = await post_office(tmp_path, "embedded", moody)
        await post.put(1, "slow@example.com")
        for name in ("dead", "grey", "busy"):
            await post.put(1, f"{name}@example.com")
        good = await post.put(30)
        running = asyncio.create_task(post.worker().run())
        await until(lambda: set(good) <= set(taken(moody)), 20)
        await until(lambda: _in_state(post, "dead", 1), 10)
        assert moody.asked["dead"] == 1
        post.clock.wind(seconds=10)
        await until(lambda: moody.asked["grey"] == moody.asked["busy"] == 2, 10)
        assert moody.asked["slow"] == 1
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        await post.close()


async def test_a_server_that_hung_up_meanwhile_costs_no_wait(tmp_path: Path) -> None:
    async with listening(Sink(), patience_s=0.2) as sink:
        post = await post_office(tmp_path, "embedded", sink)
        for _ in range(2):
            await post.put(12)
            while await post.worker().run_due():
                continue
            assert await _all_done(post)
            await asyncio.sleep(0.4)  # longer than the server's patience: this is the fault
        assert len(sink.mails) == 24
        await post.close()


async def _in_state(post: Post, state: str, count: int) -> bool:
    return (await post.states())[state] == count


async def test_half_an_hour_without_a_mail_server_delays_letters_and_kills_codes(tmp_path: Path) -> None:
    away = await asyncio.start_server(lambda reader, writer: writer.close(), "127.0.0.1", 0)
    port = away.sockets[0].getsockname()[1]
    async with start_world(tmp_path, smtp_url=f"smtp://127.0.0.1:{port}", limits="off") as world:
        client = world.browser()
        assert (await submit(client, "/forgot-password", email=ADA)).status_code == 303
        idents = await world.desk.store.write(_put, 5, "someone@example.com")
        panel = await world.visitor()
        for minute in range(30):
            await panel.say(f"minute {minute}")
            world.clock.wind(minutes=1)
        away.close()
        async with listening(Sink(), port) as sink:
            world.clock.wind(minutes=40)  # past the longest pause that half an hour of failures can make
            await until(lambda: set(idents) <= set(taken(sink)), 20)
            await until(lambda: world.desk.store.read(_waiting_codes), 20)
            assert [mail["Subject"] for mail in sink.mails if mail["To"] == ADA] == []


def _waiting_codes(tx: Tx) -> bool:
    line = select(func.count()).where(col(Job.kind) == "recovery_code", col(Job.state) == "waiting")
    return tx.session.execute(line).scalar_one() == 0
