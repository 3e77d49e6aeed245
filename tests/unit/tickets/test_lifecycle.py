"""States that follow from the facts, urgency that follows from the words, tags and links."""

import pytest

from helpdesk.errors import Invalid
from helpdesk.keys import Keys
from helpdesk.tickets import lifecycle, links

FACTS = {
    "handled_by": "ticket", "said": "", "said_seq": 0, "last_seq": 5, "customer_waits": True, "has_reply": False,
    "assigned": False,
}  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({}, "new"),
        ({"assigned": True}, "open"),
        ({"has_reply": True}, "open"),
        ({"has_reply": True, "customer_waits": False}, "waiting"),
        ({"said": "waiting", "said_seq": 5}, "waiting"),
        ({"said": "waiting", "said_seq": 4}, "new"),
        ({"has_reply": True, "customer_waits": False, "said": "open", "said_seq": 5}, "open"),
        ({"handled_by": "closed"}, "solved"),
        ({"handled_by": "closed", "said": "closed"}, "closed"),
    ],
)
def test_the_state_follows_from_who_spoke_last_and_what_was_said_since(
    changes: dict[str, object], status: str
) -> None:
    assert lifecycle.status_of(**{**FACTS, **changes}) == status  # type: ignore[arg-type]


def test_only_steps_that_make_sense_are_allowed() -> None:
    for before, after in (
        ("new", "solved"),
        ("open", "waiting"),
        ("solved", "open"),
        ("closed", "open"),
        ("new", "new"),
    ):
        lifecycle.check_step(before, after)
    for before, after in (("solved", "waiting"), ("closed", "new"), ("open", "new"), ("open", "lost")):
        with pytest.raises(Invalid):
            lifecycle.check_step(before, after)


@pytest.mark.parametrize(
    "text",
    ["I forgot my password", "cannot log in", "i forgt my pasword", "Locked out!", "no code arrives", "Sign-in fails",
     "I can't get into my account", "please reset it"],
)  # fmt: skip
def test_who_cannot_get_in_is_urgent_by_itself(text: str) -> None:
    assert lifecycle.priority_for(text) == "urgent"


def test_other_questions_are_not() -> None:
    for text in ("Where is my invoice?", "Thank you", "Change of address", "My blog about logistics"):
        assert lifecycle.priority_for(text) == "normal"


def test_tags_are_words_each_once() -> None:
    assert lifecycle.clean_tags(["VIP ", "billing", "vip", "", " late payment "]) == [
        "billing",
        "late-payment",
        "vip",
    ]
    with pytest.raises(Invalid):
        lifecycle.clean_tags([f"tag{n}" for n in range(21)])
    with pytest.raises(Invalid):
        lifecycle.clean_tags(["x" * 41])


def test_a_subject_is_one_line_and_falls_back_to_the_text() -> None:
    assert lifecycle.subject_from("  No\n code ", "long") == "No code"
    assert lifecycle.subject_from("", "It   fails") == "It fails"
    assert lifecycle.subject_from("x" * 200, "") == "x" * 200
    assert len(lifecycle.subject_from("x" * 201, "")) == 200
    assert len(lifecycle.subject_from("", "x" * 500)) == 120


def test_a_link_is_the_same_every_time_and_nobody_else_can_make_it() -> None:
    ours, theirs = Keys("a" * 40), Keys("b" * 40)
    assert links.token_for(ours, "one") == links.token_for(ours, "one")
    assert (
        len({links.token_for(ours, "one"), links.token_for(ours, "two"), links.token_for(theirs, "one")}) == 3
    )
    assert len(links.token_for(ours, "one")) == 32


def test_a_reply_address_leads_to_its_ticket_only_with_its_mark() -> None:
    keys = Keys("a" * 40)
    address = links.reply_address(keys, "support@example.com", 42)
    assert links.ticket_behind(keys, address) == 42
    assert links.ticket_behind(keys, address.upper()) == 42
    assert links.ticket_behind(Keys("b" * 40), address) is None
    other = links.reply_address(keys, "support@example.com", 43)
    forged = address.replace("0000002a", "0000002b")
    assert links.ticket_behind(keys, forged) is None
    assert other != forged
    for wrong in ("support@example.com", "support+r-42-abc@example.com", "", "@", "support+r-0000002a-@x"):
        assert links.ticket_behind(keys, wrong) is None
