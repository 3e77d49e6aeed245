"""One number runs from the request through the worker to the mail, so that a complaint can be found in the logs."""

import asyncio
import io
import json
import re
import uuid

import pytest
import structlog

from helpdesk import logs
from helpdesk.delivery.models import Job
from helpdesk.measures import HTTP_REQUESTS
from helpdesk.store.session import Tx
from tests.programs import program
from tests.world import ADA, World, submit, until


async def test_a_mail_names_the_request_that_caused_it(world: World) -> None:
    first, second = world.browser(), world.browser()
    asked = await submit(first, "/forgot-password", email=ADA)
    number = asked.headers["x-request-id"]
    assert re.fullmatch(r"[0-9a-f]{16}", number)
    assert (await world.mail(ADA))["X-Request-Id"] == number
    world.clock.wind(seconds=61)
    other = await submit(second, "/forgot-password", email=ADA)
    assert (await world.mail(ADA, count=2))["X-Request-Id"] == other.headers["x-request-id"] != number


async def test_what_a_socket_causes_names_the_socket(world: World) -> None:
    panel = await world.visitor()
    await panel.wait("welcome")
    assert panel.socket.response is not None
    number = panel.socket.response.headers["X-Request-Id"]
    await panel.send(
        type="handover", client_id=str(uuid.uuid4()), to="ticket", email="eve@example.com",
        subject="A question", text="Where is my parcel?",
    )  # fmt: skip
    assert (await world.mail("eve@example.com"))["X-Request-Id"] == number


async def test_the_worker_names_the_request_in_its_lines(world: World) -> None:
    async def fail(job: Job) -> None:
        raise ConnectionError

    world.desk.extras["worker"].runner._handlers["letter"] = fail
    before, said = structlog.get_config(), io.StringIO()
    structlog.configure(
        processors=[structlog.contextvars.merge_contextvars, structlog.processors.JSONRenderer()],
        wrapper_class=structlog.make_filtering_bound_logger(20),
        logger_factory=structlog.WriteLoggerFactory(file=said),
    )
    try:
        logs.belongs_to("0123456789abcdef")
        await world.desk.store.write(_put)
        logs.belongs_to("")
        while "job failed" not in said.getvalue():
            await world.desk.store.read(lambda tx: None)
    finally:
        structlog.configure(**before)
    lines = [json.loads(line) for line in said.getvalue().splitlines()]
    assert next(line for line in lines if line["event"] == "job failed")["request"] == "0123456789abcdef"


def _put(tx: Tx) -> None:
    from helpdesk.delivery.letters import Letter
    from helpdesk.delivery.outbox import enqueue_letter

    enqueue_letter(tx, Letter("eve@example.com", "accounts/recovery_paused", {"name": "E", "help_url": "x"}))


async def test_who_leaves_in_the_midst_of_a_request_is_a_line_and_no_crash(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    def left() -> float:
        return float(HTTP_REQUESTS.labels(method="POST", status="499")._value.get())

    async with await program(world) as api:
        bearer = api.headers["authorization"]
    for path, kind in (("/api/v1/faq/match", "json"), ("/forgot-password", "x-www-form-urlencoded")):
        before = left()
        _, writer = await asyncio.open_connection("127.0.0.1", world.port)
        head = f"POST {path} HTTP/1.1\r\nhost: 127.0.0.1:{world.port}\r\nauthorization: {bearer}\r\n"
        writer.write(f"{head}content-type: application/{kind}\r\ncontent-length: 100\r\n\r\nx".encode())
        await writer.drain()
        writer.transport.abort()
        await until(lambda before=before: left() > before)  # type: ignore[misc]
    assert [record.message for record in caplog.records if record.exc_info] == []
