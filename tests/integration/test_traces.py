"""Traces, as a collector gets them: from the page to the mail under one number, and nobody's secret in any span."""

import asyncio
import contextlib
import json
import signal
import time
import uuid
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, cast

import httpx2
import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from websockets.asyncio.client import connect

from helpdesk.settings import Settings, SettingsError
from tests.fault.processes import Process, served
from tests.smtp_sink import smtp_sink
from tests.world import link_in, submit

PLANTED = "My password is Zebra-Crossing-77!"
TOKEN = "wQ3planted3token3that3nobody3may3see3x"


class Span:
    """One span, with its attributes as a dict."""

    def __init__(self, raw: Any) -> None:
        self.name, self.text = raw.name, str(raw)
        self.trace, self.id, self.parent = raw.trace_id.hex(), raw.span_id.hex(), raw.parent_span_id.hex()
        values = {each.key: each.value for each in raw.attributes}
        self.facts = {key: value.string_value or value.int_value for key, value in values.items()}


@contextlib.asynccontextmanager
async def collector() -> AsyncIterator[tuple[str, list[Span]]]:
    """An OTLP endpoint on a free port, and what it got."""
    got: list[Span] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(asyncio.IncompleteReadError):
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
                length = int(head.split("content-length: ")[1].split("\r\n")[0])
                sent = ExportTraceServiceRequest.FromString(await reader.readexactly(length))
                got.extend(
                    Span(span) for r in sent.resource_spans for scope in r.scope_spans for span in scope.spans
                )
                writer.write(
                    b"HTTP/1.1 200 X\r\ncontent-type: application/x-protobuf\r\ncontent-length: 0\r\n\r\n"
                )
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    try:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}", got
    finally:
        server.close()


async def test_a_request_its_write_and_its_mail_are_one_trace_without_a_secret(tmp_path: Path) -> None:
    async with collector() as (where, spans), smtp_sink() as sink:
        settings = {
            "HELPDESK_TRACES": "otlp", "OTEL_EXPORTER_OTLP_ENDPOINT": where, "HELPDESK_SMTP_URL": sink.url,
            "HELPDESK_WORKER": "outside",
        }  # fmt: skip
        async with served(tmp_path, "embedded", **settings) as web:
            worker = Process(tmp_path, {**web.environment}, command="work")
            await worker.start()
            link, answer = await a_ticket_by_page_and_words_by_socket(web, sink)
            for process in (worker, web):
                process.tell(signal.SIGTERM)
                assert await process.ended(15) == 0
        everything = "".join(span.text for span in spans)
        for secret in (
            TOKEN,
            link.rpartition("/")[2],
            "Zebra-Crossing",
            "customer@example.com",
            "It is broken",
        ):
            assert secret not in everything
    by_name = {span.name: span for span in spans}
    posted, job = by_name["POST /tickets/new"], by_name["job ticket_confirmation"]
    assert posted.facts["helpdesk.request"] == posted.id == answer.headers["x-request-id"]
    assert (posted.facts["http.response.status_code"], posted.parent) == (answer.status_code, "")
    assert (job.trace, job.parent) == (posted.trace, posted.id)
    writes = [span for span in spans if span.trace == posted.trace and span.name.startswith("write ")]
    assert posted.id in {span.parent for span in writes}
    assert job.id in {span.parent for span in writes}
    said, opened = by_name["frame say"], by_name["open /ws/visitor"]
    assert (said.trace, said.parent) == (opened.trace, opened.id)
    assert {"GET /t/…", "GET /recover/…"} <= set(by_name)
    assert not [span for span in spans if span.name.endswith("outbox.claim")], "looking for work is no news"


async def a_ticket_by_page_and_words_by_socket(web: Process, sink: Any) -> tuple[str, httpx2.Response]:
    """(the private link, the answer to the form)."""
    async with httpx2.AsyncClient(base_url=web.url) as browser:
        fields = {"email": "customer@example.com", "subject": "It is broken", "text": PLANTED}
        answer = await submit(browser, "/tickets/new", **fields)
        assert answer.status_code in (200, 303), answer.text
        link = link_in(await sink.wait("customer@example.com", "/t/"), "/t/")
        assert (await browser.get(link)).status_code == 200
        assert (await browser.get(f"/recover/{TOKEN}?next={TOKEN}")).status_code in (404, 410)
    async with connect(web.url.replace("http", "ws") + "/ws/visitor", origin=cast(Any, web.url)) as socket:
        hello = {"type": "hello", "token": None, "after": 0, "identity": None, "locale": "en"}
        say = {"type": "say", "client_id": str(uuid.uuid4()), "text": PLANTED}
        await socket.send(json.dumps(hello))
        await socket.send(json.dumps(say))
        async with asyncio.timeout(10):
            while json.loads(await socket.recv()).get("client_id") != say["client_id"]:
                continue
    return link, answer


async def test_spans_go_to_a_file_and_nowhere_unless_asked(tmp_path: Path) -> None:
    lines = tmp_path / "traces.jsonl"
    async with served(tmp_path, "embedded", HELPDESK_TRACES=f"file:{lines}") as web:
        async with httpx2.AsyncClient(base_url=web.url) as browser:
            await browser.get("/help")
        web.tell(signal.SIGTERM)
        assert await web.ended(15) == 0
    names = [json.loads(line)["name"] for line in lines.read_text().splitlines()]
    assert "GET /help" in names


async def test_a_collector_that_is_away_holds_nothing_up(tmp_path: Path) -> None:
    settings = {"HELPDESK_TRACES": "otlp", "OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:9"}
    async with served(tmp_path, "embedded", **settings) as web:
        async with httpx2.AsyncClient(base_url=web.url) as browser:
            assert (await browser.get("/help")).status_code == 200
        begun = time.monotonic()
        web.tell(signal.SIGTERM)
        assert await web.ended(12) == 0
        assert time.monotonic() - begun < 10
        assert web.tracebacks() == []


@pytest.mark.parametrize("value", ["yes", "file:here", "http://collector:4318"])
def test_another_value_is_a_sentence(value: str) -> None:
    with pytest.raises(SettingsError, match="HELPDESK_TRACES: must be otlp"):
        Settings.from_env(traces=value)
