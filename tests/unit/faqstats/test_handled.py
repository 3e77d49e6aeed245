"""A gap closes, comes back, and is forgotten."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlmodel import SQLModel

import helpdesk.schema  # noqa: F401 — every table must be known
from helpdesk.clock import WoundClock
from helpdesk.faqstats.gaps import (
    forget_old,
    gaps,
    mark_handled,
    past_misses,
    past_yes,
    record_helped,
    record_miss,
)
from helpdesk.store.engine import make_engine
from helpdesk.store.session import Store

CLOCK = WoundClock()


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    engine = make_engine(f"sqlite:///{tmp_path / 'desk.db'}")
    SQLModel.metadata.create_all(engine)
    made = Store(engine, CLOCK)
    yield made
    made.close()


@pytest.mark.parametrize(
    "said", ["Hunter2!x", "[removed: password]", "ada@example.com", "+49 170 1234567 ok"]
)
def test_what_says_nothing_once_the_secrets_are_out_is_no_gap(store: Store, said: str) -> None:
    assert not store.write_now(record_miss, said)
    store.write_now(record_helped, said, "change-password")
    assert store.read_now(gaps) == []
    assert store.read_now(past_yes) == []


def test_a_handled_gap_closes_and_is_counted_anew_when_it_comes_back(store: Store) -> None:
    for why in ("unanswered", "refused", "refused", "handed_over"):
        store.write_now(record_miss, "May I use a passkey?", "change-password", why)
    (gap,) = store.read_now(gaps)
    assert (gap.times, gap.reasons) == (4, "1 × no answer, 2 × said No, 1 × went on to a person")
    store.write_now(mark_handled, gap.wordings, "change-password")
    assert store.read_now(gaps) == []
    assert store.read_now(past_misses) == []
    store.write_now(record_miss, "may i use a PASSKEY", "", "rephrased")
    (gap,) = store.read_now(gaps)
    assert (gap.often, gap.reasons, gap.came_back) == ("once", "1 × asked again", "change-password")


def test_what_nobody_asks_any_more_is_forgotten(store: Store) -> None:
    store.write_now(record_miss, "where is the moon")
    store.write_now(record_helped, "i forgot it", "forgot-password")
    store.write_now(record_helped, "I forgot it!", "forgot-password")
    assert store.read_now(past_yes) == [("i forgot it", "forgot-password")]
    CLOCK.wind(days=91)
    store.write_now(forget_old)
    CLOCK.wind(days=-91)
    assert store.read_now(gaps) == []
    assert store.read_now(past_yes) == []
