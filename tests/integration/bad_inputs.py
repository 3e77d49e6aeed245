"""How one row of the table of bad inputs is asked and judged: a page, frames on a socket, or bytes on a bare wire."""

import asyncio
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, cast

import httpx2
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

from tests.world import ADA, BEN, CLEO, DORA, PASSWORDS, Panel, World, hidden_fields, submit

STAFF = {"ben": BEN, "cleo": CLEO, "dora": DORA}
LATE_S = 8.0
LAST_WORD = '{"type":"last-word"}'


@dataclass(frozen=True)
class Page:
    """A request to a page or a call. `form` is sent with the form's token, `body` as it is ({csrf} is filled in)."""

    method: str
    path: str
    form: Mapping[str, str] | None = None
    body: bytes | None = None
    who: str = "stranger"
    headers: Mapping[str, str] = field(default_factory=dict)
    page: str = "/login"


@dataclass(frozen=True)
class Frames:
    """Frames on a visitor's socket, one after another, after `hello` unless they bring their own."""

    frames: tuple[str | bytes, ...]
    hello: bool = True
    path: str = "/ws/visitor"
    origin: str = "own"
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Wire:
    """Bytes on a bare connection; {host} is filled in. `then` follows an accepted upgrade."""

    data: bytes
    then: bytes = b""


@dataclass(frozen=True)
class Wanted:
    """What the answer must be: one of the statuses (or close codes), with and without certain words."""

    status: frozenset[int]
    says: str = ""
    never: str = ""


@dataclass(frozen=True)
class Row:
    """One line of the table."""

    id: str
    what: str
    ask: Page | Frames | Wire
    wanted: Wanted


def answer(*status: int, says: str = "", never: str = "") -> Wanted:
    """One of these statuses; for a socket the close code, or 0 for one that stays open."""
    return Wanted(frozenset(status), says, never)


def form(path: str, who: str = "stranger", page: str = "", **fields: str) -> Page:
    """A form as a browser sends it."""
    return Page("POST", path, form=fields, who=who, page=page or path)


def get(path: str, who: str = "stranger", **headers: str) -> Page:
    """A look at a page."""
    return Page("GET", path, who=who, headers={k.replace("_", "-"): v for k, v in headers.items()})


def say(text: str, **more: Any) -> str:
    """A message as a frame."""
    ident = "00000000-0000-4000-8000-0000000000ab"
    return json.dumps({"type": "say", "client_id": ident, "text": text, **more})


class Stage:
    """Everybody who asks, with a network of their own each, so that no row uses up the budget of another."""

    def __init__(self, world: World, places: Mapping[str, str]) -> None:
        self.world, self.places = world, places
        self._networks = 0
        self._known: dict[str, httpx2.AsyncClient] = {}

    def network(self) -> dict[str, str]:
        """A client address that nobody had before."""
        self._networks += 1
        return {"X-Forwarded-For": f"203.{self._networks // 250}.{self._networks % 250}.7"}

    async def client(self, who: str) -> httpx2.AsyncClient:
        """A stranger's new browser, or the one of somebody who is signed in."""
        if who == "stranger":
            return self.world.browser(headers=self.network())
        if who not in self._known:
            client = self.world.browser(headers=self.network())
            email, path = (ADA, "/login") if who == "ada" else (STAFF[who], "/console/login")
            signed = await submit(client, path, email=email, password=PASSWORDS[email])
            assert signed.status_code == 303, signed.text
            self._known[who] = client
        return self._known[who]

    def filled(self, text: str) -> str:
        """The places ({chat}, …) named in a path."""
        return re.sub(r"\{(\w+)\}", lambda found: self.places.get(found[1], found[0]), text)

    async def judge(self, row: Row) -> str:
        """Nothing, or what was wrong with the answer."""
        try:
            async with asyncio.timeout(LATE_S * 2):
                if isinstance(row.ask, Page):
                    status, text = await self._page(row.ask)
                elif isinstance(row.ask, Frames):
                    status, text = await self._frames(row.ask, row.wanted.says)
                else:
                    status, text = await self._wire(row.ask)
        except (TimeoutError, httpx2.TransportError) as error:
            return f"{row.id} {row.what}: no answer, {error!r}"
        if status not in row.wanted.status:
            return f"{row.id} {row.what}: {status}, not {sorted(row.wanted.status)}: {text[:300]}"
        if row.wanted.says and row.wanted.says not in text:
            return f"{row.id} {row.what}: does not say {row.wanted.says!r}: {text[:3000]}"
        if row.wanted.never and row.wanted.never in text:
            return f"{row.id} {row.what}: says {row.wanted.never!r}"
        return f"{row.id} {row.what}: shows a traceback" if "Traceback" in text else ""

    async def _page(self, ask: Page) -> tuple[int, str]:
        client = await self.client(ask.who)
        path = self.filled(ask.path)
        headers = {
            "Origin": self.world.url,
            **{name: self.filled(text) for name, text in ask.headers.items()},
        }
        content, data = ask.body, None
        if ask.form is not None or (content is not None and b"{csrf}" in content):
            shown = await client.get(self.filled(ask.page))
            token = hidden_fields(shown.text).get("csrf_token", "")
            data = {"csrf_token": token, **ask.form} if ask.form is not None else None
            content = content.replace(b"{csrf}", token.encode()) if content is not None else None
        if ask.method == "GET":
            headers.pop("Origin")
        got = await client.request(ask.method, path, data=data, content=content, headers=headers)
        head = "".join(f"{name}: {value}\n" for name, value in got.headers.items())
        return got.status_code, head + got.text

    async def _frames(self, ask: Frames, says: str) -> tuple[int, str]:
        origin = self.world.url if ask.origin == "own" else ask.origin or None
        url = self.world.url.replace("http", "ws") + ask.path
        text: list[str] = []
        try:
            async with connect(
                url, origin=cast(Any, origin), additional_headers={**self.network(), **ask.headers}
            ) as socket:
                panel = Panel(socket)
                if ask.hello:
                    await panel.send(type="hello", token=None, after=0, identity=None, locale="en")
                    await panel.wait("seen")
                for frame in ask.frames:
                    await socket.send(frame)
                await socket.send(LAST_WORD)  # which is always answered, so all before it were read
                while "no such frame" not in "".join(text) or says not in "\n".join(text):
                    text.append(cast(str, await asyncio.wait_for(socket.recv(), LATE_S)))
        except InvalidStatus as refused:
            return refused.response.status_code, (refused.response.body or b"").decode()
        except TimeoutError:
            return 0, "\n".join(text)
        except ConnectionClosed as ended:
            closed = ended.rcvd or ended.sent
            return closed.code if closed else 1006, "\n".join(text)
        return 0, "\n".join(text)

    async def _wire(self, ask: Wire) -> tuple[int, str]:
        reader, writer = await asyncio.open_connection("127.0.0.1", self.world.port)
        try:
            writer.write(ask.data.replace(b"{host}", self.world.url.partition("//")[2].encode()))
            if ask.then:
                head = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), LATE_S)
                assert b" 101 " in head.splitlines()[0], head
                writer.write(ask.then)
                found = await asyncio.wait_for(reader.read(), LATE_S)
                return (int.from_bytes(found[2:4], "big") if found[:1] == b"\x88" else 1006), ""
            found = await asyncio.wait_for(reader.read(1 << 20), LATE_S)
        except ConnectionError:
            return 0, ""
        finally:
            writer.close()
        return (int(found.split(b" ", 2)[1]) if found else 0), found.decode("latin-1")
