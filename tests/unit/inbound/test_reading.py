"""Mails as they really come: quotes cut off, machines recognised, odd bytes survived."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpdesk.chat.file_kinds import shown_name
from helpdesk.inbound.reading import read

AFFORDABLE_S = 5.0  # of a machine's work; each of them cost minutes or hours
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
    "wrote",
    [
        "El mar, 1 dic 2026 a las 3:00, Desk (<support@desk.example>) escribió:",
        "Em ter., 1 de dez. de 2026 às 03:00, Desk <support@desk.example> escreveu:",
        "wt., 1 gru 2026 o 03:00 Desk <support@desk.example> napisał(a):",
        "2026年12月1日(火) 3:00 Desk <support@desk.example>:",
        "Den tis 1 dec. 2026 kl 03:00 skrev A Desk With A Long Name <\nsupport@desk.example>:",
    ],
)
def test_a_quote_is_folded_away_in_languages_that_the_parser_does_not_know(wrote: str) -> None:
    body = f"It works now.\n\n{wrote}\n\n> Please try again.\n>\n> Bye\n"
    assert read(b"From: a@example.com\nContent-Type: text/plain; charset=utf-8\n\n" + body.encode()).text == (
        "It works now."
    )


def test_two_fields_that_somebody_tells_of_are_no_mail_that_they_quote() -> None:
    told, quoted = "The page says:\nFrom: Ada\nTo: Ben\nand breaks.", "Sent: Monday\nSubject: Yours\n\nWords"
    head = b"From: a@example.com\nContent-Type: text/plain; charset=utf-8\n\n"
    assert read(head + told.encode()).text == told
    assert read(head + f"It works.\n\nFrom: Desk\n{quoted}".encode()).text == "It works."


def test_lines_that_somebody_marks_as_words_of_another_stay() -> None:
    body = b"I get at 10:00 from info@example.com, and since then on each page:\nthis\n> Error 5\n"
    assert read(b"From: a@example.com\n\n" + body).text.endswith("> Error 5")


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


def html(body: bytes) -> str:
    """The words of a mail that has no others."""
    return read(b"From: a@example.com\r\nContent-Type: text/html; charset=utf-8\r\n\r\n" + body).text


def test_words_of_html_do_not_run_together() -> None:
    assert html(b"<p>I&nbsp;forgot <b>it</b></p><table><tr><td>one</td><td>two</td></tr></table>") == (
        "I forgot it\n\none two"
    )
    assert html("<p>👩\u200d💻 می\u200cخواهم</p>".encode()) == "👩\u200d💻 می\u200cخواهم"
    assert html(b"5 < 6 &amp") == "5 < 6 &"


@pytest.mark.parametrize(
    ("charset", "content"),
    [
        (b"", "Grüße".encode()),
        (b"", "Grüße".encode("latin-1")),
        (b"; charset=us-ascii", "Grüße".encode()),
        (b"; charset=utf-8", "Grüße".encode("latin-1")),
        (b"; charset=no-such", "Grüße".encode()),
        (b"; charset=iso-8859-15", "Grüße".encode("latin-1")),
        (b"; charset=punycode", "Grüße".encode()),
    ],
)
def test_letters_are_read_as_they_were_meant(charset: bytes, content: bytes) -> None:
    assert read(
        b"From: a@example.com\r\nContent-Type: text/plain" + charset + b"\r\n\r\n" + content
    ).text == ("Grüße")


def test_quotation_marks_of_windows_survive_the_wrong_name() -> None:
    raw = b"From: a@example.com\r\nContent-Type: text/plain; charset=iso-8859-1\r\n\r\nIt\x92s \x93here\x94"
    assert read(raw).text == "It’s “here”"


def test_a_picture_that_is_the_whole_mail_is_attached() -> None:
    head = b"From: a@example.com\r\nSubject: See\r\nContent-Type: image/png"
    assert read(head + b"\r\n\r\nx").attachments == (("attachment.png", "image/png", b"x"),)
    (named,) = read(head + b"; name=scan.png\r\n\r\nx").attachments
    assert named[0] == "scan.png"


def test_a_file_without_an_ending_keeps_its_name() -> None:
    assert [shown_name(name) for name in ("README", ".png", "")] == ["README", "file.png", "file"]


@pytest.mark.parametrize(
    "name", ["my password is Hunter2!x", "notes.my password is Hunter2!x", "my password is Hunter2!x.png"]
)
def test_a_secret_is_no_name(name: str) -> None:
    assert "Hunter2" not in shown_name(name)


def test_a_forwarded_mail_is_a_file_that_is_not_empty() -> None:
    inner = b"--x\r\nContent-Type: message/rfc822\r\n\r\nSubject: inner\r\n\r\nwords\r\n--x--\r\n"
    raw = b"From: a@example.com\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n" + inner
    ((name, declared, content),) = read(raw).attachments
    assert (name, declared, b"Subject: inner" in content) == ("attachment.eml", "message/rfc822", True)


def _nested(depth: int) -> bytes:
    opened = (b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (n, n) for n in range(depth))
    return b"From: a@example.com\r\n" + b"".join(opened) + b"Content-Type: text/plain\r\n\r\nInside\r\n"


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        (b"From: a@example.com\r\n\r\nStart " + b"On " * 400_000, "Start On"),
        (b"From: a@example.com\r\n\r\nStart" + b"\r\n" * 400_000 + b"end", "Start\n\n\nend"),
        (b"From: a@example.com\r\nContent-Type: text/html\r\n\r\nStart" + b"<div>" * 400_000, "Start"),
        (b"From: a@example.com\r\n" + b"To: b@example.com\r\n" * 400_000 + b"\r\nStart", "Start"),
        (_nested(60), "Inside"),
        (_nested(3000), "--b0"),
        (_nested(300) + b"x\r\n" * 400_000, "--b0"),
        (b"From: a@example.com\r\nTo: " + b"(" * 50_000 + b"\r\n\r\nStart", "Start"),
    ],
)
def test_a_mail_made_to_cost_time_costs_little(raw: bytes, text: str) -> None:
    before = time.process_time()
    found = read(raw)
    assert found.text.startswith(text)
    assert found.sender == "a@example.com"
    assert time.process_time() - before < AFFORDABLE_S


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
