"""Mails as they really come: quotes cut off, machines recognised, odd bytes survived."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpdesk.inbound.reading import read

PLAIN = b"""From: Night <Night@Example.com>\r
To: support+r-1-x@desk.example\r
Subject: Re: your\r
 request T-1001\r
Message-ID: <one@example.com>\r
%s\r
It works now, thanks!\r
\r
On Tue, 24 Nov 2026 at 10:00, Desk <support@desk.example> wrote:\r
> Please try again.\r
> It should work.\r
"""


def mail(headers: bytes = b"") -> bytes:
    """The plain mail with more headers."""
    return PLAIN % headers


def test_the_answer_is_kept_and_the_quote_is_folded_away() -> None:
    found = read(mail())
    assert found.text == "It works now, thanks!"
    assert "Please try again." in found.quoted
    assert (found.sender, found.message_id) == ("night@example.com", "<one@example.com>")
    assert found.subject == "Re: your request T-1001"
    assert found.recipients == ("support+r-1-x@desk.example",)
    assert found.automatic == ""


@pytest.mark.parametrize(
    ("header", "why"),
    [
        (b"Auto-Submitted: auto-replied\r\n", "auto-submitted"),
        (b"Auto-Submitted: no\r\n", ""),
        (b"Precedence: bulk\r\n", "bulk"),
        (b"List-Id: <news.example.com>\r\n", "list"),
        (b"X-Auto-Response-Suppress: All\r\n", "auto-reply"),
        (b"Return-Path: <>\r\n", "bounce"),
    ],
)
def test_mail_of_machines_is_recognised(header: bytes, why: str) -> None:
    assert read(mail(header)).automatic == why


def test_a_mailer_daemon_and_a_report_are_machines() -> None:
    assert (
        read(mail().replace(b"Night@Example.com", b"MAILER-DAEMON@example.com")).automatic
        == "automatic sender"
    )
    assert read(mail(b'Content-Type: multipart/report; boundary="x"\r\n')).automatic == "bounce"


def test_parts_that_nothing_divides_are_read_as_one() -> None:
    raw = b"From: a@example.com\r\nContent-Type: multipart/mixed\r\n\r\nWhere is the boundary?\r\n"
    assert read(raw).text == "Where is the boundary?"


def test_a_mail_longer_than_a_message_says_so() -> None:
    whole, longer = (read(b"From: a@example.com\r\n\r\n" + b"Ten signs.\r\n" * lines) for lines in (300, 500))
    assert (len(longer.text), longer.is_cut, whole.is_cut) == (4000, True, False)


def test_a_mail_of_html_alone_gives_its_words_and_nothing_that_runs() -> None:
    raw = (
        b"From: a@example.com\r\nContent-Type: text/html; charset=utf-8\r\n\r\n"
        b"<style>p{}</style><p>Hello <b>there</b></p><script>alert(1)</script><p>Second</p>"
    )
    text = read(raw).text
    assert "Hello there" in text
    assert "Second" in text
    assert "alert" not in text


@given(st.binary(max_size=2000))
def test_nothing_that_comes_breaks_the_reader(raw: bytes) -> None:
    found = read(raw, ("support@desk.example",))
    assert found.recipients[0] == "support@desk.example"
    found.text.encode()


@given(st.binary(max_size=300))
def test_nothing_in_a_body_breaks_the_reader(body: bytes) -> None:
    for kind in (
        b"text/plain; charset=utf-7",
        b"text/html; charset=nonsense",
        b"multipart/mixed; boundary=x",
    ):
        read(b"From: a@example.com\r\nContent-Type: " + kind + b"\r\n\r\n" + body).text.encode()
