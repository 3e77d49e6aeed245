"""The cast and the stage: a desk that really runs, and people who use it through the front door.

Ada is a customer, Ben an agent, Cleo a lead, Dora an editor; Mallory is whoever should not be there.
"""

import asyncio
import contextlib
import json
import re
import shutil
import ssl
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable
from copy import copy
from email import message_from_string, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any, cast

import httpx2
from sqlalchemy import select
from websockets.asyncio.client import ClientConnection, connect

from helpdesk.accounts.hashing import Hasher
from helpdesk.app import make_app
from helpdesk.clock import WoundClock
from helpdesk.delivery.transports import KeptMail
from helpdesk.demo.people import PEOPLE
from helpdesk.demo.people import ensure as ensure_people
from helpdesk.faq.watcher import Watcher
from helpdesk.server import Server, bind, config_for
from helpdesk.settings import Settings
from helpdesk.store import migrate
from helpdesk.store.session import Tx
from helpdesk.wiring import Desk, build, facts
from tests.folders import kept

PASSWORDS = {person.email: person.password for person in PEOPLE}
ADA, BEN, CLEO, DORA = (person.email for person in PEOPLE)
WAIT_S = 8.0
CLOSE_S = 0.5
"""Whoever has read nothing for long does not see the answer to its good-bye."""
TRUST = ssl.create_default_context()
"""Made once: for each client of its own it would cost more than all that most of them ask."""
ROOT = Path(__file__).resolve().parent.parent


async def until(what: Callable[[], Awaitable[Any]] | Callable[[], Any], within_s: float = WAIT_S) -> Any:
    """The first true value of `what()`; fails after `within_s`."""
    async with asyncio.timeout(within_s):
        while True:
            value = what()
            value = await value if asyncio.iscoroutine(value) else value
            if value:
                return value
            await asyncio.sleep(0.02)


class World:
    """A running desk."""

    def __init__(self, desk: Desk, clock: WoundClock, server: Server) -> None:
        self.desk, self.clock, self.server = desk, clock, server
        self.url = desk.settings.base_url
        self.port = server.config.port
        self._sockets: list[ClientConnection] = []
        self._browsers: list[httpx2.AsyncClient] = []

    def browser(self, **options: Any) -> httpx2.AsyncClient:
        """A new HTTP client with its own cookies, which follows no redirects by itself."""
        client = httpx2.AsyncClient(base_url=self.url, timeout=10, verify=TRUST, **options)
        self._browsers.append(client)
        return client

    async def mails(self, to: str | None = None) -> list[EmailMessage]:
        """The kept mails, oldest first."""
        raw = await self.desk.store.read(_all_mails)
        found = [cast(EmailMessage, message_from_string(text, policy=policy.default)) for text in raw]
        return [mail for mail in found if to is None or mail["To"] == to]

    async def mail(self, to: str, contains: str = "", count: int = 1) -> EmailMessage:
        """The newest mail to this address that contains a text, when there are `count` of them."""

        async def look() -> EmailMessage | None:
            found = [
                m for m in await self.mails(to) if contains in text_of(m) or contains in str(m["Subject"])
            ]
            return found[-1] if len(found) >= count else None

        return cast(EmailMessage, await until(look))

    async def visitor(self, token: str | None = None, after: int | None = 0, **hello: Any) -> "Panel":
        """A visitor's socket that has said hello."""
        cookies = hello.pop("cookies", None)
        headers = {"Cookie": cookies} if cookies else {}
        socket = await connect(
            self.url.replace("http", "ws") + "/ws/visitor",
            origin=cast(Any, self.url),
            additional_headers=headers,
            close_timeout=CLOSE_S,
        )
        self._sockets.append(socket)
        panel = Panel(socket)
        frame = {"identity": None, "locale": "en", **hello}
        await panel.send(type="hello", token=token, after=after, **frame)
        return panel

    async def customer(self, email: str = ADA, password: str | None = None) -> httpx2.AsyncClient:
        """A browser that is signed in as a customer."""
        client = self.browser()
        answer = await submit(client, "/login", email=email, password=password or PASSWORDS[email])
        assert answer.status_code == 303, answer.text
        return client

    async def staff(self, email: str = BEN) -> httpx2.AsyncClient:
        """A browser that is signed in to the console (the demo asks for no second factor)."""
        client = self.browser()
        answer = await submit(client, "/console/login", email=email, password=PASSWORDS[email])
        assert answer.status_code == 303, answer.text
        return client

    async def staff_socket(self, client: httpx2.AsyncClient, view: str = "unassigned") -> "Panel":
        """The console's socket of a signed-in browser."""
        cookie = "; ".join(f"{c.name}={c.value}" for c in client.cookies.jar)
        socket = await connect(
            self.url.replace("http", "ws") + "/ws/staff",
            origin=cast(Any, self.url),
            additional_headers={"Cookie": cookie},
            close_timeout=CLOSE_S,
        )
        self._sockets.append(socket)
        panel = Panel(socket)
        await panel.send(type="hello", view=view, limit=50, html=False)
        return panel

    async def close(self) -> None:
        """End the sockets and browsers that tests left open."""
        await asyncio.gather(
            *(browser.aclose() for browser in self._browsers), *(socket.close() for socket in self._sockets)
        )


class Panel:
    """A socket that speaks frames; what arrived but was not waited for is kept in `seen`."""

    def __init__(self, socket: ClientConnection) -> None:
        self.socket = socket
        self.seen: list[dict[str, Any]] = []
        self._from = 0

    async def send(self, **frame: Any) -> None:
        """One frame."""
        await self.socket.send(json.dumps(frame))

    async def say(self, text: str, client_id: str | None = None) -> dict[str, Any]:
        """Say it and wait for the echo."""
        ident = client_id or str(uuid.uuid4())
        await self.send(type="say", client_id=ident, text=text)
        return await self.wait("message", client_id=ident)

    async def receive(self, within_s: float = WAIT_S) -> dict[str, Any]:
        """The next frame."""
        async with asyncio.timeout(within_s):
            frame = json.loads(await self.socket.recv())
        self.seen.append(frame)
        return cast(dict[str, Any], frame)

    async def wait(self, kind: str, within_s: float = WAIT_S, **wanted: Any) -> dict[str, Any]:
        """The next frame of this kind with these values, from what came since the last wait."""
        async with asyncio.timeout(within_s):
            while True:
                while self._from < len(self.seen):
                    frame = self.seen[self._from]
                    self._from += 1
                    if frame["type"] == kind and all(frame.get(k) == v for k, v in wanted.items()):
                        return frame
                frame = json.loads(await self.socket.recv())
                self.seen.append(frame)

    def messages(self) -> list[dict[str, Any]]:
        """Every message frame so far."""
        return [frame for frame in self.seen if frame["type"] == "message"]

    async def close(self) -> None:
        """Hang up."""
        await self.socket.close()


async def submit(
    client: httpx2.AsyncClient, path: str, page: str | None = None, **fields: str
) -> httpx2.Response:
    """Fill in the form of a page as a browser does: fetch it, take its token, post the fields to `path`."""
    shown = await client.get(page or path)
    if shown.status_code >= 500:  # a page that could not be made has no form that anybody could send
        return shown
    origin = {"Origin": str(client.base_url).rstrip("/")}
    return await client.post(path, data={**hidden_fields(shown.text), **fields}, headers=origin)


def hidden_fields(html: str) -> dict[str, str]:
    """The token of the page's forms."""
    found = re.search(r'name="csrf_token" value="([^"]+)"', html)
    return {"csrf_token": found[1]} if found else {}


def text_of(mail: EmailMessage) -> str:
    """The plain text of a mail."""
    body = mail.get_body(("plain",))
    return body.get_content() if body else ""


def link_in(mail: EmailMessage, part: str) -> str:
    """The first link of a mail that contains `part`, as a path."""
    found = re.search(r"https?://[^/\s]+(\S*" + re.escape(part) + r"\S*)", text_of(mail))
    assert found, text_of(mail)
    return found[1]


def _all_mails(tx: Tx) -> list[str]:
    return list(tx.session.execute(select(KeptMail.raw).order_by(KeptMail.id)).scalars())  # type: ignore[call-overload]


SECRET = "test-secret-0123456789-abcdefghijk"


@contextlib.asynccontextmanager
async def start_world(
    folder: Path, *, demo: bool = True, quick: bool = True, **changes: Any
) -> AsyncIterator[World]:
    """A desk on a free port with its data in `folder`; `changes` are settings.

    `quick`: its hashes of passwords cost nearly nothing; else they would be half of what most tests cost.
    """
    (folder / "data").mkdir(parents=True, exist_ok=True)
    sock = bind("127.0.0.1", 0)
    values: dict[str, Any] = {
        "data_dir": folder / "data", "base_url": f"http://127.0.0.1:{sock.getsockname()[1]}", "faq_dir": ROOT / "faq",
        "secret_key": SECRET, "agent_second_factor": "optional", "site_name": "Example", **changes,
    }  # fmt: skip
    settings = Settings(**values)
    if settings.store_url.startswith("sqlite") and not (folder / "data" / "helpdesk.db").exists():
        shutil.copy(await furnished(quick=quick), folder / "data" / "helpdesk.db")
    clock = WoundClock()
    desk = build(settings, clock, demo=demo, watcher=reader_of(settings))
    await furnish(desk, quick=quick)
    server = Server(config_for(make_app(desk), "127.0.0.1", sock.getsockname()[1]), lambda: asyncio.sleep(0))
    sock.listen(512)
    sock.setblocking(False)
    running = asyncio.create_task(server._serve(sockets=[sock]))
    await until(lambda: server.started, 60)
    world = World(desk, clock, server)
    try:
        yield world
    finally:
        await world.close()
        server.should_exit = True
        await running


_kept: dict[Any, Any] = {}


async def furnish(desk: Desk, *, quick: bool) -> None:
    """The newest schema, and the cast."""
    if quick:
        desk.passwords = Hasher(desk.keys, time_cost=1, memory_kib=8)
    await asyncio.to_thread(migrate.upgrade, desk.store.engine)
    await ensure_people(desk, with_second_factor=False)


async def furnished(*, quick: bool = False) -> Path:
    """A database with schema and cast, made once a session: each world starts from a copy."""
    if (kind := ("database", quick)) not in _kept:
        folder = await asyncio.to_thread(kept, "template")
        await furnish_one(quick=quick, data_dir=folder)
        _kept[kind] = folder / "helpdesk.db"
    return cast(Path, _kept[kind])


async def furnish_one(*, quick: bool, **where: Any) -> None:
    """Schema and cast into the database that these settings name."""
    settings = Settings(faq_dir=ROOT / "faq", secret_key=SECRET, **where)
    desk = build(settings, demo=True, watcher=reader_of(settings))
    await furnish(desk, quick=quick)
    await asyncio.to_thread(desk.close)


def reader_of(settings: Settings) -> Watcher | None:
    """A watcher that has read the shipped articles, once a session; None for another folder or other facts."""
    is_plain = settings.faq_dir == ROOT / "faq" and settings.password_policy == "seed"
    if not is_plain or settings.matcher != "core":
        return None
    if "reader" not in _kept:
        _kept["reader"] = Watcher(settings.faq_dir, facts(settings))
    return copy(_kept["reader"])
