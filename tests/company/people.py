"""Who uses the company's desk: visitors, an agent at the console, and a program at the API."""

import asyncio
import contextlib
import json
import random
import re
import uuid
from collections.abc import AsyncIterator
from typing import Any, cast

import httpx2
import pyotp
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, WebSocketException

from tests.company.company import BEN, BEN_PASSWORD, Company
from tests.fault.people import Person
from tests.world import submit, until

AGAIN_S = 0.3
WITHIN_S = 60.0
Frame = dict[str, Any]


class Visitor(Person):
    """Says what the story wants, and until it is acknowledged. The pause keeps to the limits of the desk."""

    def __init__(self, company: Company, dice: random.Random, *, writes: bool = False) -> None:
        super().__init__(lambda: company.url, dice, writes=writes, with_people=False, pause_s=1.0)

    async def tell(self, **frame: Any) -> None:
        """One frame that needs no receipt."""
        await until(lambda: self.connected, WITHIN_S)
        assert self._socket is not None
        await self._socket.send(json.dumps(frame))

    async def sees(self, within_s: float = WITHIN_S, **wanted: Any) -> Frame:
        """The newest message with these values, once there is one."""
        found = await until(lambda: [m for m in self.record.shown if fits(m, wanted)], within_s)
        return cast(Frame, found[-1])

    async def is_told(self, kind: str, **wanted: Any) -> Frame:
        """The newest other frame with these values."""
        found = await until(
            lambda: [f for f in self.frames if f["type"] == kind and fits(f, wanted)], WITHIN_S
        )
        return cast(Frame, found[-1])

    async def says(self, *texts: str) -> None:
        """Say them, and wait for the receipts."""
        for text in texts:
            self.intend({"type": "say", "text": text})
        await until(lambda: not self.waiting, WITHIN_S)


def fits(frame: Frame, wanted: Frame) -> bool:
    """Whether every wanted value is there."""
    return all(frame.get(name) == value for name, value in wanted.items())


class Agent:
    """Ben at the console: forms that are sent until the desk has taken them, and a socket that comes back."""

    def __init__(self, company: Company, otpauth: str) -> None:
        app = pyotp.parse_uri(otpauth)
        assert isinstance(app, pyotp.TOTP)
        self.company, self.app = company, app
        self.browser = company.browser()
        self.frames: list[Frame] = []
        self.socket: ClientConnection | None = None

    async def signs_in(self) -> None:
        """The password, then a code of the app."""
        first = await submit(self.browser, "/console/login", email=BEN, password=BEN_PASSWORD)
        assert first.status_code == 303, first.text
        second = await submit(self.browser, "/console/login", code=self.app.now())
        assert (second.status_code, second.headers["location"]) == (303, "/console"), second.text

    async def live(self, conversation: str = "") -> None:
        """Look at the inbox, and at one conversation, until it is cancelled."""
        cookies = "; ".join(f"{each.name}={each.value}" for each in self.browser.cookies.jar)
        while True:
            with contextlib.suppress(WebSocketException, OSError, TimeoutError):
                await self._look(cookies, conversation)
            await asyncio.sleep(AGAIN_S)

    async def _look(self, cookies: str, conversation: str) -> None:
        url = self.company.url.replace("https", "wss") + "/ws/staff"
        origin = cast(Any, self.company.url)
        async with connect(url, origin=origin, additional_headers={"Cookie": cookies}) as socket:
            self.socket = socket
            hello = {"type": "hello", "view": "unassigned", "limit": 50, "html": False}
            await socket.send(json.dumps(hello))
            if conversation:
                follow = {"type": "follow", "conversation": conversation, "after": 0, "after_note": 0}
                await socket.send(json.dumps(follow))
            with contextlib.suppress(ConnectionClosed):
                while True:
                    self.frames.append(json.loads(await socket.recv()))

    async def sees(self, **wanted: Any) -> Frame:
        """The newest frame with these values."""
        found = await until(lambda: [f for f in self.frames if fits(f, wanted)], WITHIN_S)
        return cast(Frame, found[-1])

    async def does(self, conversation: str, act: str, **fields: str) -> None:
        """Send a form of the conversation until the desk says that it is done."""
        page = f"/console/c/{conversation}"
        said = await persistently(lambda: submit(self.browser, f"{page}/{act}", page, **fields))
        assert said.status_code == 303, said.text

    def code(self) -> str:
        """What the app shows now."""
        return str(self.app.now())


class Program:
    """A program with a token, which opens tickets and repeats each until it has an answer."""

    def __init__(self, company: Company, token: str) -> None:
        self.http = company.browser(headers={"Authorization": f"Bearer {token}"})
        self.opened: dict[str, str] = {}
        self.is_resting = self.is_busy = False

    async def call(self, method: str, path: str, **sent: Any) -> Any:
        """The answer's body; a call that may be repeated is, until it has one."""
        headers = {"Idempotency-Key": str(uuid.uuid4())} if method == "POST" else {}
        said = await persistently(
            lambda: self.http.request(method, f"/api/v1{path}", headers=headers, **sent)
        )
        assert said.is_success, said.text
        return said.json() if said.content else None

    async def pages(self, path: str, **query: str) -> list[Any]:
        """Every item of a list."""
        items: list[Any] = []
        cursor: str | None = None
        while True:
            more = {"cursor": cursor} if cursor else {}
            page = await self.call("GET", path, params={**query, **more})
            items += page["items"]
            cursor = page["next"]
            if cursor is None:
                return items

    async def pages_after(self, path: str) -> list[Any]:
        """Every item of a list that goes on by number."""
        items: list[Any] = []
        after = 0
        while True:
            page = await self.call("GET", path, params={"after": after})
            items += page["items"]
            if page["next"] is None:
                return items
            after = page["next"]

    async def open_tickets(self, pause_s: float = 1.0) -> None:
        """One after another, each for somebody else, until it is cancelled."""
        while True:
            await asyncio.sleep(pause_s)
            if self.is_resting:
                continue
            self.is_busy = True
            who = f"customer{len(self.opened)}@example.com"
            sent = {"email": who, "subject": "It does not work", "text": "Since this morning."}
            self.opened[who] = (await self.call("POST", "/tickets", json=sent))["ref"]
            self.is_busy = False

    async def rests(self) -> None:
        """Begin nothing new; until the last answer is there."""
        self.is_resting = True
        await until(lambda: not self.is_busy, WITHIN_S)


async def persistently(send: Any) -> httpx2.Response:
    """The first answer that is neither an error of the way nor "later"."""
    async with asyncio.timeout(60):
        while True:
            with contextlib.suppress(httpx2.HTTPError, AssertionError):
                answer = cast(httpx2.Response, await send())
                if answer.status_code < 500 and answer.status_code != 429:
                    return answer
            await asyncio.sleep(AGAIN_S)


@contextlib.asynccontextmanager
async def meanwhile(*lives: Any) -> AsyncIterator[None]:
    """They go on while the block runs; what one of them broke on comes out at its end."""
    tasks = [asyncio.ensure_future(each) for each in lives]
    try:
        yield
        broken = [task for task in tasks if task.done() and task.exception()]
        assert not broken, broken[0].exception()
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


@contextlib.asynccontextmanager
async def hired(company: Company) -> AsyncIterator[tuple[Agent, Program]]:
    """Ben and a program that acts as him, as an operator adds them."""
    code, said = await company.run("agent", "add", BEN, "--name", "Ben", typed=f"{BEN_PASSWORD}\n")
    otpauth = re.search(r"otpauth://\S+", said)
    assert code == 0, said
    assert otpauth, said
    code, said = await company.run("token", "add", "--agent", BEN)
    assert code == 0, said
    ben, program = Agent(company, otpauth[0]), Program(company, said.strip().splitlines()[-1])
    async with ben.browser, program.http:
        yield ben, program
