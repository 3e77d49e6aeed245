"""One address, many spellings; two addresses that only look alike."""

import pytest

from helpdesk.accounts.addresses import address_mac, email_key, is_own_address, masked
from helpdesk.keys import Keys


@pytest.mark.parametrize(
    "spelling",
    ["bob@example.com", "BOB@Example.COM", " bob@example.com ", "ｂob@example.com", "bob@example.com."],
)
def test_spellings_of_one_address_are_one(spelling: str) -> None:
    assert email_key(spelling) == "bob@example.com"


def test_look_alikes_stay_two() -> None:
    assert email_key("bıll@example.com") != email_key("bill@example.com")


def test_a_host_is_compared_as_the_dns_spells_it() -> None:
    assert email_key("a@exämple.com") == email_key("a@xn--exmple-cua.com")


def test_an_address_is_shown_masked() -> None:
    assert masked("bob@example.com") == "b•••@e•••.com"
    assert masked("b@mail.example.co.uk") == "b•••@m•••.uk"
    assert masked("root@localhost") == "r•••@l•••"


def test_the_desk_knows_its_own_mailbox_with_any_tag() -> None:
    assert is_own_address("Support+t1042@example.com", "support@example.com")
    assert not is_own_address("support@example.org", "support@example.com")


def test_what_limits_count_by_names_nobody() -> None:
    mac = address_mac(Keys("k" * 40), "bob@example.com")
    assert "bob" not in mac
    assert mac == address_mac(Keys("k" * 40), "BOB@example.com")
    assert mac != address_mac(Keys("l" * 40), "bob@example.com")
