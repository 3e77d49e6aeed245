"""Nothing in the logs opens a door, and no value can write a line of its own."""

import io
import json
import logging
from collections.abc import Iterator

import pytest
import structlog

from helpdesk import logs

CANARIES = {
    "a link": ("GET /t/AbCdEfGhIjKlMnOpQrStUvWx0123 HTTP/1.1", "AbCdEfGhIjKl"),
    "an invitation": ("opened /recover/tok_Secret-42 now", "tok_Secret-42"),
    "a bearer": ("Authorization: Bearer hd_abcDEF123456789", "hd_abcDEF123456789"),
    "a visitor": ("header was Visitor v1.abcdefgh12345678", "abcdefgh12345678"),
    "a cookie": ("Cookie: sid=SESSIONsecret; csrf=x", "SESSIONsecret"),
    "a code": ("the code BCDF-GHJK was typed", "BCDF-GHJK"),
    "a code without its hyphen": ("typed BCDFGHJK", "BCDFGHJK"),
    "a form": ("email=ada@example.com&new_password=Hunter2!x&code=QWRT", "Hunter2!x"),
    "a JSON body": ('{"password": "Hunter2!x", "token":"abc"}', "Hunter2!x"),
    "a URL's password": ("smtp://user:Sup3rS3cret@mail.example.com:587", "Sup3rS3cret"),
    "a JWT": ("eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.c2lnbmF0dXJl", "eyJzdWIi"),
    "a webhook's secret": ("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "MfKQ9r8G"),
    "a database's values": ("(Error) x\n[SQL: INSERT …]\n[parameters: ('Hunter2!x', 7)]\n", "Hunter2!x"),
    "a signature": ("/files/abc?s=AbCdEf123456&x=1", "AbCdEf123456"),
}


@pytest.fixture
def written() -> Iterator[io.StringIO]:
    """The stream that everything is logged to; the usual set-up comes back afterwards."""
    root = logging.getLogger()
    handlers, level, known = root.handlers[:], root.level, structlog.get_config()
    stream = io.StringIO()
    logs.set_up(stream)
    yield stream
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.configure(**known)


@pytest.mark.parametrize("name", CANARIES)
def test_no_secret_is_written(written: io.StringIO, name: str) -> None:
    text, secret = CANARIES[name]
    structlog.get_logger().warning(text, field=text, nested={"deep": [text]})
    logging.getLogger("uvicorn.error").warning("something: %s", text)
    try:
        raise ValueError(text)
    except ValueError:
        structlog.get_logger().exception("failed")
        logging.getLogger("asyncio").exception("failed too")
    assert secret not in written.getvalue()
    assert len(written.getvalue().splitlines()) == 4


def test_a_field_with_a_telling_name_is_never_written(written: io.StringIO) -> None:
    for name in (
        "password",
        "new_password",
        "token",
        "csrf_token",
        "authorization",
        "cookie",
        "one_time_code",
        "secret_key",
    ):
        structlog.get_logger().info("event", **{name: "plain words"})
    assert "plain words" not in written.getvalue()


def test_what_an_operator_needs_is_still_there(written: io.StringIO) -> None:
    with structlog.contextvars.bound_contextvars(request="0123456789abcdef"):
        structlog.get_logger().info(
            "request", method="GET", path="/help/forgot-password", status=200, code="too_fast"
        )
    line = json.loads(written.getvalue())
    assert line["event"] == "request"
    assert line["path"] == "/help/forgot-password"
    assert (line["status"], line["code"], line["request"], line["level"]) == (
        200,
        "too_fast",
        "0123456789abcdef",
        "info",
    )
    assert line["at"].endswith("Z")


def test_a_value_with_line_breaks_and_controls_stays_one_line(written: io.StringIO) -> None:
    evil = 'x\n{"event":"forged"}\r\u2028\u202e\x1b[31m\x00'
    structlog.get_logger().info("event", name=evil)
    logging.getLogger("any").info(evil)
    lines = written.getvalue().split("\n")
    assert len([line for line in lines if line]) == 2
    assert all(line.isascii() for line in lines)
    assert json.loads(lines[0])["name"] == evil


def test_the_path_of_a_link_is_written_without_its_secret_however_it_is_spelled() -> None:
    for path in ("/t/AbCdEf", "/T/AbCdEf", "/recover/AbCdEf", "/Not-Me/AbCdEf/more", "//t//AbCdEf"):
        assert "AbCdEf" not in logs.masked_path(path)
        assert "AbCdEf" not in logs.masked_text(f"GET {path} HTTP/1.1")
    assert logs.masked_path("/help/forgot-password") == "/help/forgot-password"
