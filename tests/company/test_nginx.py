"""The configuration that ships, in a real nginx, before web processes that misbehave."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from pathlib import Path

import httpx2
import pytest

from tests.company import nginx
from tests.company.nginx import Nginx
from tests.listening import free_ports

pytestmark = pytest.mark.skipif(nginx.program() is None, reason=nginx.WHY_NOT)


class Web:
    """What a web process was sent; `answer` is what it says, and without one it hangs up."""

    def __init__(self, answer: bytes = b"") -> None:
        self.answer, self.port = answer, 0
        self.sent: list[str] = []

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One request a connection."""
        with contextlib.suppress(asyncio.IncompleteReadError):
            self.sent.append((await reader.readuntil(b"\r\n\r\n")).decode())
            writer.write(self.answer)
        writer.close()


@contextlib.asynccontextmanager
async def behind_nginx(folder: Path, *webs: Web) -> AsyncIterator[tuple[Nginx, httpx2.AsyncClient]]:
    """A browser before them."""
    async with contextlib.AsyncExitStack() as stack:
        for web in webs:
            server = await asyncio.start_server(web.serve, "127.0.0.1", 0)
            stack.callback(server.close)
            web.port = server.sockets[0].getsockname()[1]
        front = Nginx(folder / "nginx", [web.port for web in webs], *free_ports(2))
        stack.callback(front.stop)
        await asyncio.to_thread(front.start)
        client = httpx2.AsyncClient(base_url=front.url, verify=front.trust, timeout=10)
        yield front, await stack.enter_async_context(client)


async def test_a_form_that_may_have_been_done_goes_to_no_second_process(tmp_path: Path) -> None:
    first, second = Web(), Web()
    async with behind_nginx(tmp_path, first, second) as (_, client):
        answer = await client.post("/forgot-password", data={"email": "ada@example.com"})
        assert (answer.status_code, answer.headers["retry-after"]) == (503, "2")
        assert "try again in a moment" in answer.text
        assert len(first.sent + second.sent) == 1
        await client.get("/help")
        assert len(first.sent + second.sent) == 3, "a page may be asked for twice"


async def test_a_refusal_of_the_desk_reaches_its_reader_and_closes_nothing(tmp_path: Path) -> None:
    busy = b"HTTP/1.1 503 X\r\ncontent-length: 9\r\nconnection: close\r\n\r\nour words"
    first, second = Web(busy), Web(busy)
    async with behind_nginx(tmp_path, first, second) as (_, client):
        for count in range(1, 7):
            answer = await client.post("/forgot-password", data={"code": "x"})
            assert (answer.status_code, answer.text) == (503, "our words")
            assert len(first.sent + second.sent) == count


async def test_what_is_for_operators_stays_inside_and_plain_http_leads_to_https(tmp_path: Path) -> None:
    web = Web(b"HTTP/1.1 200 X\r\ncontent-length: 2\r\nconnection: close\r\n\r\nok")
    async with behind_nginx(tmp_path, web, web) as (front, client):
        for path in ("/metrics", "/readyz", "/healthz"):
            assert (await client.get(path)).status_code == 404
        assert web.sent == []
        assert (await client.get("/help", headers={"X-Forwarded-For": "203.0.113.9"})).text == "ok"
        assert f"\r\nHost: 127.0.0.1:{front.tls_port}\r\n" in web.sent[0]
        assert "\r\nX-Forwarded-For: 203.0.113.9, 127.0.0.1\r\n" in web.sent[0]
        plain = await client.get(f"http://127.0.0.1:{front.plain_port}/t/secret?x=1")
        assert (plain.status_code, plain.headers["location"]) == (308, "https://127.0.0.1/t/secret?x=1")
