"""Programs that use a desk: a client with a token, and a receiver of webhooks that really listens."""

import asyncio
import contextlib
import ssl
import uuid
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import httpx2
from sqlmodel import SQLModel

import helpdesk.schema  # noqa: F401 — every table
from helpdesk.accounts.staff import staff_by_address
from helpdesk.accounts.tokens import issue
from helpdesk.actor import System
from helpdesk.store.session import Tx
from tests.world import BEN, TRUST, World


async def program(world: World, email: str = BEN) -> httpx2.AsyncClient:
    """A client of the API with a fresh token of this member of staff."""

    def make(tx: Tx) -> str:
        staff = staff_by_address(tx, email)
        assert staff is not None
        return issue(tx, world.desk.keys, System("test"), staff)

    await asyncio.to_thread(SQLModel.metadata.create_all, world.desk.store.engine)
    token = await world.desk.store.write(make)
    headers = {"Authorization": f"Bearer {token}"}
    return httpx2.AsyncClient(base_url=world.url + "/api/v1", headers=headers, timeout=10, verify=TRUST)


async def waiting_conversation(world: World, text: str = "I am locked out and the code never comes") -> str:
    """The id of a conversation whose visitor asked for a person."""
    panel = await world.visitor()
    welcome = await panel.wait("welcome")
    await panel.say(text)
    await panel.send(type="handover", client_id=str(uuid.uuid4()), to="agent")
    await panel.wait("state", handled_by="queue")
    return str(welcome["conversation"])


def new_id() -> str:
    """A client id."""
    return str(uuid.uuid4())


@dataclass
class Receiver:
    """What a webhook receiver got; `answers` are the statuses that it gives, the last one for ever."""

    url: str
    answers: list[int] = field(default_factory=lambda: [200])
    got: list[tuple[dict[str, str], str]] = field(default_factory=list)
    location: str = ""


@contextlib.asynccontextmanager
async def receiver(*answers: int, tls: ssl.SSLContext | None = None) -> AsyncIterator[Receiver]:
    """An HTTP server on a free port that keeps what it is sent; with `tls` its name is localhost."""
    box = Receiver("", list(answers) or [200])

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode()
        except asyncio.IncompleteReadError:  # whoever called has died
            writer.close()
            return
        pairs = [line.split(": ", 1) for line in head.split("\r\n")[1:] if ": " in line]
        headers = {name.lower(): value for name, value in pairs}
        body = await reader.readexactly(int(headers.get("content-length", "0")))
        status = box.answers.pop(0) if len(box.answers) > 1 else box.answers[0]
        box.got.append((headers, body.decode()))
        where = f"location: {box.location}\r\n" if box.location else ""
        writer.write(f"HTTP/1.1 {status} X\r\n{where}content-length: 0\r\nconnection: close\r\n\r\n".encode())
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0, ssl=tls)
    port = server.sockets[0].getsockname()[1]
    box.url = f"https://localhost:{port}/hook" if tls else f"http://127.0.0.1:{port}/hook"
    try:
        yield box
    finally:
        server.close()


def problem_of(answer: httpx2.Response) -> dict[str, Any]:
    """The problem document of a refusal."""
    assert answer.headers["content-type"] == "application/problem+json", answer.text
    found: dict[str, Any] = answer.json()
    assert found["status"] == answer.status_code
    return found
