"""Where a webhook may go."""

import pytest

from helpdesk.errors import Invalid
from helpdesk.webhooks.addresses import check_url, may_go_to

PRIVATE = [
    "127.0.0.1", "10.0.0.1", "172.16.5.5", "192.168.1.1", "169.254.169.254", "100.64.0.1",
    "0.0.0.0", "224.0.0.1",
    "255.255.255.255", "192.0.2.1", "198.18.0.1", "::1", "::", "fe80::1%eth0", "fd00::1", "fd00:ec2::254",
    "::ffff:127.0.0.1", "::ffff:a9fe:a9fe", "64:ff9b::7f00:1", "64:ff9b::a00:1", "2002:7f00:1::",
    "2001:db8::1", "ff02::1",
    "not an address", "",
]  # fmt: skip


@pytest.mark.parametrize("address", PRIVATE)
def test_no_webhook_goes_to_a_private_address(address: str) -> None:
    assert not may_go_to(address)


@pytest.mark.parametrize("address", ["1.1.1.1", "93.184.216.34", "2606:4700:4700::1111", "64:ff9b::101:101"])
def test_public_addresses_are_fine(address: str) -> None:
    assert may_go_to(address)


def test_a_named_network_is_allowed_and_nothing_beside_it() -> None:
    assert may_go_to("10.1.2.3", ["10.1.0.0/16"])
    assert may_go_to("::ffff:10.1.2.3", ["10.1.0.0/16"])
    assert not may_go_to("10.2.0.1", ["10.1.0.0/16"])


@pytest.mark.parametrize(
    "url",
    [
        "http://example.com/", "https://example.com:8443/", "https://user:pass@example.com/",
        "https://example.com/#x",
        "https://127.0.0.1/", "https://[::1]/", "https://2130706433/", "https://0x7f.1/", "https://127.1/",
        "https://localhost/", "https://db.internal/", "ftp://example.com/", "https:///x",
        "https://exa mple.com/",
        "https://example.com:99999/", "https://exämple.com/", "javascript:alert(1)", "https://" + "a" * 600,
    ],
)  # fmt: skip
def test_these_urls_are_refused_with_a_sentence(url: str) -> None:
    with pytest.raises(Invalid) as refused:
        check_url(url)
    assert refused.value.fields["url"].endswith(".")


def test_a_plain_https_url_is_taken_as_it_is() -> None:
    assert check_url("https://hooks.example.com/x?y=1") == "https://hooks.example.com/x?y=1"
    assert check_url("http://10.1.2.3:8080/x", ["10.0.0.0/8"]) == "http://10.1.2.3:8080/x"
