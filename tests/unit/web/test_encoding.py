"""What a client says that it takes is believed, weights and all."""

import pytest
from starlette.requests import Request

from helpdesk.web.encoding import prefers_json, takes_gzip


def asks(name: str, value: str) -> Request:
    """A request with this one header."""
    return Request({"type": "http", "headers": [(name.encode(), value.encode())]})


@pytest.mark.parametrize(
    ("header", "takes"),
    [
        ("gzip", True), ("GZIP", True), ("br;q=1.0, gzip;q=0.5", True), ("*", True), ("*;q=0, gzip", True),
        ("gzip;q=x", True), ("", False), ("identity", False), ("gzip;q=0", False), ("gzip; q=0.000, *", False),
        ("*;q=0", False), ("xgzip", False),
    ],
)  # fmt: skip
def test_gzip_goes_only_to_who_takes_it(header: str, takes: bool) -> None:
    assert takes_gzip(asks("accept-encoding", header)) is takes


@pytest.mark.parametrize(
    ("header", "program"),
    [
        ("application/json", True), ("application/problem+json", True), ("text/html;q=0, application/json", True),
        ("application/json, */*;q=0.1", True), ("", False), ("*/*", False), ("text/html,application/json;q=0.1", False),
        ("application/json;q=0", False), ("image/png", False),
    ],
)  # fmt: skip
def test_a_program_gets_json_and_a_person_a_page(header: str, program: bool) -> None:
    assert prefers_json(asks("accept", header)) is program
