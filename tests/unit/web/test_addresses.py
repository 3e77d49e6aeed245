"""One address, as it is kept: canonical, or refused."""

import pytest

from helpdesk.errors import Invalid
from helpdesk.web.forms import email_address


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        (" ada@Example.COM\n", "ada@example.com"), ("ａｄａ＠ｅｘａｍｐｌｅ．ｃｏｍ", "ada@example.com"),
        ("ada+tag@example.com", "ada+tag@example.com"), ("bıll@example.com", "bıll@example.com"),
        ("ada@bücher.example", "ada@bücher.example"),
    ],
)  # fmt: skip
def test_an_address_is_kept_in_its_canonical_form(typed: str, kept: str) -> None:
    assert email_address(typed) == kept


@pytest.mark.parametrize(
    "typed",
    [
        None, 7, "", "ada", "a@b..c", "a@x.com,b@y.com", "a@x.com，b@y.com", "a@x.com\r\nBcc: b@y.com", "a\0@x.com",
        "a\u2028@x.com", "a\u202e@x.com", "\ud800@x.com", '"a b"@x.com', "a" * 300 + "@x.com", "ﷺ" * 60 + "@x.com",
        "a" * 65 + "@example.com", "ü" * 33 + "@example.com",
    ],
)  # fmt: skip
def test_what_is_not_one_address_is_refused(typed: object) -> None:
    with pytest.raises(Invalid) as refused:
        email_address(typed, "to")
    assert list(refused.value.fields) == ["to"]
