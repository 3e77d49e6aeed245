"""The clock of a ticket: office hours, changes of the clock, leap days, and the pause while the customer is asked."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpdesk.tickets import sla
from helpdesk.tickets.sla import ALWAYS, Hours, Spoke, Target, between, later_by, standing

NINE_TO_FIVE = ((time(9), time(17)),)
BERLIN = Hours("Europe/Berlin", dict.fromkeys(range(5), NINE_TO_FIVE), frozenset({date(2026, 12, 25)}))
NIGHTS = Hours("America/New_York", {day: ((time(22), time(0)), (time(0), time(6))) for day in range(7)})
HOURS = st.sampled_from([ALWAYS, BERLIN, NIGHTS])
MOMENTS = st.datetimes(datetime(2023, 1, 1), datetime(2029, 1, 1)).map(lambda at: at.replace(tzinfo=UTC))
LENGTHS = st.integers(0, 60 * 100).map(lambda minutes: timedelta(minutes=minutes))


def berlin(*at: int) -> datetime:
    """A moment by the wall clock of Berlin."""
    return datetime(*at, tzinfo=ZoneInfo("Europe/Berlin")).astimezone(UTC)  # type: ignore[arg-type,misc]


@given(HOURS, MOMENTS, LENGTHS)
def test_what_is_due_after_some_office_time_lies_that_much_office_time_ahead(
    hours: Hours, start: datetime, amount: timedelta
) -> None:
    due = later_by(hours, start, amount)
    assert due >= start
    assert between(hours, start, due) == amount


@given(HOURS, MOMENTS, LENGTHS, LENGTHS)
def test_office_time_adds_up_and_never_exceeds_real_time(
    hours: Hours, start: datetime, first: timedelta, second: timedelta
) -> None:
    middle, end = start + first, start + first + second
    assert between(hours, start, middle) + between(hours, middle, end) == between(hours, start, end)
    assert between(hours, start, end) <= end - start
    assert between(hours, end, start) == timedelta()


@given(HOURS, MOMENTS, LENGTHS, LENGTHS)
def test_more_time_is_never_due_earlier(
    hours: Hours, start: datetime, less: timedelta, more: timedelta
) -> None:
    assert later_by(hours, start, less) <= later_by(hours, start, less + more)


@pytest.mark.parametrize(
    ("start", "hours", "due"),
    [
        (
            berlin(2026, 3, 27, 16, 0),
            2,
            berlin(2026, 3, 30, 10, 0),
        ),  # Friday evening to Monday, across the change
        (berlin(2026, 10, 23, 16, 30), 1, berlin(2026, 10, 26, 9, 30)),
        (berlin(2028, 2, 28, 16, 0), 3, berlin(2028, 2, 29, 11, 0)),  # the leap day is a Tuesday
        (berlin(2026, 12, 24, 16, 0), 2, berlin(2026, 12, 28, 10, 0)),  # a holiday and a weekend
        (berlin(2026, 11, 25, 6, 0), 8, berlin(2026, 11, 25, 17, 0)),
    ],
)
def test_clock_changes_leap_days_and_holidays(start: datetime, hours: int, due: datetime) -> None:
    assert later_by(BERLIN, start, timedelta(hours=hours)) == due


def test_a_night_with_the_change_of_the_clock_is_as_long_as_it_really_is() -> None:
    start = datetime(2026, 3, 8, 5, 0, tzinfo=UTC)  # midnight in New York, before the clocks go forward
    assert between(NIGHTS, start, start + timedelta(hours=10)) == timedelta(hours=5)


NINE = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)
TARGET = Target(timedelta(hours=1), timedelta(hours=4))


def stand(*spoken: tuple[int, str], now: int, solved: int | None = None) -> sla.Standing:
    """Minutes after nine; the ticket was opened at nine."""
    words = [Spoke(NINE + timedelta(minutes=at), who) for at, who in spoken]
    end = None if solved is None else NINE + timedelta(minutes=solved)
    return standing(ALWAYS, "normal", NINE, words, NINE + timedelta(minutes=now), end, TARGET)


def test_the_first_reply_is_due_then_nothing_while_the_customer_is_asked_then_the_next_reply() -> None:
    due = stand((0, "visitor"), now=10)
    assert (due.due_for, due.due_at, due.breached) == ("first reply", NINE + timedelta(minutes=60), ())
    assert stand((0, "visitor"), (30, "agent"), now=600).due_at is None
    again = stand((0, "visitor"), (30, "agent"), (600, "visitor"), now=610)
    assert (again.due_for, again.due_at, again.breached) == ("reply", NINE + timedelta(minutes=660), ())


def test_the_clock_of_the_resolution_stands_still_while_the_customer_is_asked() -> None:
    spoken = (
        (0, "visitor"),
        (50, "agent"),
        (1000, "visitor"),
        (1050, "agent"),
        (2000, "visitor"),
        (2059, "agent"),
    )
    assert stand(*spoken, now=9000).breached == ()
    soon = stand((0, "visitor"), (60, "agent"), (500, "visitor"), (559, "agent"), (700, "visitor"), (758, "agent"),
                 (900, "visitor"), now=905)  # fmt: skip
    assert (soon.due_for, soon.due_at) == ("reply", NINE + timedelta(minutes=960))
    late = stand((0, "visitor"), now=300)
    assert late.breached == ("first reply", "resolution")


def test_what_was_missed_stays_missed_after_it_was_done() -> None:
    assert stand((0, "visitor"), (61, "agent"), now=62).breached == ("first reply",)
    assert stand((0, "visitor"), (59, "agent"), now=62).breached == ()
    assert stand((0, "visitor"), (59, "agent"), now=900, solved=70).due_at is None


@given(
    st.lists(st.tuples(st.integers(0, 5000), st.sampled_from(["visitor", "agent"])), max_size=12),
    st.integers(0, 9000),
)
def test_looking_later_never_takes_a_breach_back(spoken: list[tuple[int, str]], now: int) -> None:
    words = sorted(spoken)
    earlier = stand(*[word for word in words if word[0] <= now], now=now)
    later = stand(*[word for word in words if word[0] <= now], now=now + 500)
    assert set(earlier.breached) <= set(later.breached)


def test_hours_are_read_as_they_are_kept() -> None:
    kept = {"zone": "Europe/Berlin", "week": {"0": [["09:00", "17:00"]]}, "holidays": ["2026-12-25"]}
    found = sla.hours_from(kept)
    assert (found.zone, found.week, found.holidays) == (
        "Europe/Berlin",
        {0: NINE_TO_FIVE},
        {date(2026, 12, 25)},
    )
    assert sla.hours_from(None).is_always
