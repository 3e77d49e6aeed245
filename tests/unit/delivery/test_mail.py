"""A mail is made of what its letter says, however many were made before."""

from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import cast

import pytest

from helpdesk.delivery.letters import Letter
from helpdesk.delivery.mail import as_html, render
from helpdesk.web.templates import letters

AT = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
CONTEXT = {"name": "Ada", "url": "https://example.com/hook", "why": "it did not answer", "id": "wh_1"}


def mail(to: str, ident: str, *, site: str = "Example") -> EmailMessage:
    letter = Letter(to, "webhooks/paused", CONTEXT, headers={"X-Note": "für " + "alle " * 30})
    return render(letters(), letter, sender="support@example.com", site=site, message_id=ident, at=AT)


def as_read(made: EmailMessage) -> EmailMessage:
    return cast(EmailMessage, message_from_bytes(made.as_bytes(), policy=policy.default))


def test_each_mail_has_headers_of_its_own() -> None:
    first, second = mail("ada@example.com", "1@desk"), mail("zoë@example.com", "2@desk", site="Ärger")
    assert (first["To"], second["To"]) == ("ada@example.com", "zoë@example.com")
    assert (first["Message-ID"], second["Message-ID"]) == ("<1@desk>", "<2@desk>")
    assert (first["From"], second["From"]) == (
        "Example <support@example.com>", "Ärger <support@example.com>",
    )  # fmt: skip


@pytest.mark.parametrize(
    "site", ["Example, Inc.", "O'Reilly & Söhne", 'Shop "24" <b>', "Acme (UK); a@b.example"]
)
def test_a_site_may_have_any_name(site: str) -> None:
    (sender,) = as_read(mail("ada@example.com", "1@desk", site=site))["From"].addresses
    assert (sender.display_name, sender.addr_spec) == (site, "support@example.com")


def test_the_same_mail_is_the_same_text_each_time() -> None:
    texts = set()
    for _ in range(5):
        made = mail("ada@example.com", "1@desk")
        made.set_boundary("b")
        texts.add(made.as_bytes())
    assert len(texts) == 1
    read = as_read(made)
    assert read["X-Note"].split() == ["für", *["alle"] * 30]
    assert [part.get_content_type() for part in read.iter_parts()] == ["text/plain", "text/html"]


def test_the_html_of_a_mail_links_what_is_an_address_and_wraps_what_is_long() -> None:
    shown = as_html('See https://example.com/help.\n(or https://example.com/a?b=1&c=2)\n\n<b> & "so"')
    assert '<a href="https://example.com/help">https://example.com/help</a>.<br>' in shown
    assert (
        '(or <a href="https://example.com/a?b=1&amp;c=2">https://example.com/a?b=1&amp;c=2</a>)</p>' in shown
    )
    assert "<p>&lt;b&gt; &amp; &quot;so&quot;</p>" in shown
    assert "overflow-wrap:anywhere" in shown
    assert '<meta name="color-scheme" content="light dark">' in shown


def test_a_code_stands_large_in_a_line_of_its_own_and_nothing_else_does() -> None:
    shown = as_html("here is it:\n\nBCDF-GHJK\n\nnot BCDF-GHJK")
    assert shown.count("font-size:28px") == 1
    assert '28px;letter-spacing:2px">BCDF-GHJK</p>' in shown
