"""What the staff may see of an address: the page, and nothing that opens anything or names anybody."""

import pytest

from helpdesk.chat.pages import MOST_CHARS, address

SHOP = "https://shop.example.com"


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        (
            "/help/how-to-reset-your-password-in-2024?from=mail#top",
            "/help/how-to-reset-your-password-in-2024",
        ),
        ("/orders/10023", "/orders/10023"),
        ("/p/Wireless-Mouse-B0BXYZ1234", "/p/Wireless-Mouse-B0BXYZ1234"),
        ("/caf%C3%A9/men%C3%BC", "/caf%C3%A9/men%C3%BC"),
        ("", ""),
        ("/people/ada@example.com/orders", "/people/…/orders"),
        ("/people/ada%40example.com", "/people/…"),
        ("/reset/eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.abc", "/reset/…"),
        ("/cart/3f2504e0-4f89-11d3-9a0c-0305e82c3301", "/cart/…"),
        ("/shop;jsessionid=1A2B3C4D5E6F7890", "/…"),
        ("/pay/4111111111111111", "/pay/…"),
        ("/login/Hunter2!xyz", "/login/…"),
        ("/wiki/Special:Search/What's-New?", "/wiki/Special%3ASearch/What%27s-New"),
        ("/say/my-password-is-Hunter2!x", "/say/…"),
        ("/t/AbCdefghijkl", "/t/…"),
        ("/recover/short/more", "/recover/…/more"),
        ("//Not-Me//short", "/Not-Me/…"),
        ("/a%0d%0aSet-Cookie:x", "/a%20%20Set-Cookie%3Ax"),
        ("/%E2%80%AEgpj.exe", "/%20gpj.exe"),
        ("/%3Cscript%3E", "/%3Cscript%3E"),
    ],
)
def test_an_address_keeps_the_page_and_loses_what_is_nobodys_business(given: str, shown: str) -> None:
    assert address(SHOP + given, {SHOP}) == SHOP + shown


@pytest.mark.parametrize(
    "given",
    [
        "https://evil.example.com/", "http://shop.example.com/", "https://shop.example.com:8443/", "//shop.example.com/",
        "https://shop.example.com@evil.example.com/", "https://user:pass@shop.example.com/", "javascript:alert(1)",
        "data:text/html,x", "https://shop.example.com\\@evil.example.com/", "https://[bad/", "", "null",
    ],
)  # fmt: skip
def test_a_page_of_no_site_of_ours_is_none(given: str) -> None:
    assert address(given, {SHOP}) == ""


def test_a_long_address_is_cut_and_shown_as_cut() -> None:
    shown = address(SHOP + "/a" * 900, {SHOP})
    assert len(shown) == MOST_CHARS + 1
    assert shown.endswith("…")
