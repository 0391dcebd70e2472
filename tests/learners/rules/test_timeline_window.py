"""The assessment window of a stretch, to the day: when it opens, what a break does to it, and the units expected within it."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from learners.rules.events_moves import ACTIVE, DEFERRED
from learners.rules.timeline import StatusPeriod, at

from .test_timeline import day, event, journey

#: PQIP15 from 17 March 2025: assessment opens on 17 September 2025, the planned end is 17 June 2026.
OPENS, ENDS = day("2025-09-17"), day("2026-06-17")
DAY = dt.timedelta(days=1)


def period(**terms: Any) -> StatusPeriod:
    return StatusPeriod(**{"from_on": day("2025-01-01"), "to_on": None, "status": ACTIVE} | terms)


@pytest.mark.parametrize(("begins", "opens", "in_window"), [
    ("2025-09-16", "2025-09-27", 0),  # the day before: the opening moves by the ten days
    ("2025-09-17", "2025-09-17", 10),  # the very day: it has opened, and the ten days are of the window
    ("2025-09-18", "2025-09-17", 10),
])  # fmt: skip
def test_a_break_of_ten_days_about_the_opening_day(begins: str, opens: str, in_window: int) -> None:
    back = (day(begins) + 10 * DAY).isoformat()
    parts = journey("2025-03-17", event("deferred", begins), event("resumed", back))
    for on in (back, "2026-02-01"):
        after = at(parts, day(on))
        assert after.assessment_opens_on(day(on)) == day(opens)
        assert after.window_deferred_on(day(on)) == in_window
        assert after.planned_end_on(day(on)) == ENDS + 10 * DAY
        assert after.deferred_days == 10


@pytest.mark.parametrize(("begins", "opens", "in_window"), [
    ("2025-09-16", "2025-09-22", 0),  # five days gone by on 21 September
    ("2025-09-17", "2025-09-17", 4),
    ("2025-09-18", "2025-09-17", 3),
])  # fmt: skip
def test_a_break_that_lasts_about_the_opening_day(begins: str, opens: str, in_window: int) -> None:
    on = day("2025-09-21")
    during = at(journey("2025-03-17", event("deferred", begins)), on)
    assert during.status == DEFERRED
    assert (during.assessment_opens_on(on), during.window_deferred_on(on)) == (
        day(opens),
        in_window,
    )
    assert during.planned_end_on(on) == ENDS + (on - day(begins))


def test_days_of_two_breaks_in_the_window_add_up_while_the_second_lasts() -> None:
    parts = journey(
        "2025-03-17", event("deferred", "2025-10-01"), event("resumed", "2025-10-11"), event("deferred", "2025-11-01")
    )  # fmt: skip
    assert at(parts, day("2025-11-08")).window_deferred_on(day("2025-11-08")) == 17


def test_where_no_opening_is_known_nothing_is_of_the_window() -> None:
    unknown = period(status=DEFERRED, planned_end=ENDS)
    assert unknown.window_deferred_on(day("2025-03-01")) == 0
    assert unknown.assessment_opens_on(day("2025-03-01")) is None


@pytest.mark.parametrize(("days_after", "expected"), [(-1, 0), (0, 0), (1, 6)])
def test_a_window_without_a_day_expects_everything_once_it_has_opened(
    days_after: int, expected: int
) -> None:
    no_day = period(assessment_opens=OPENS, planned_end=OPENS)
    assert no_day.units_expected(6, OPENS + days_after * DAY) == expected
    turned = period(assessment_opens=OPENS, planned_end=OPENS - 5 * DAY)
    assert turned.units_expected(6, OPENS + days_after * DAY) == expected


@pytest.mark.parametrize(("days_after", "expected"), [(1, 0), (10, 0), (11, 6), (12, 6)])
def test_of_a_window_of_eleven_days_ten_on_a_break_the_last_day_expects_everything(
    days_after: int, expected: int
) -> None:
    short = period(assessment_opens=OPENS, planned_end=OPENS + 11 * DAY, window_days_deferred=10)
    assert short.units_expected(6, OPENS + days_after * DAY) == expected


def test_nothing_is_expected_where_opening_or_end_is_not_known() -> None:
    for unknown in (period(planned_end=ENDS), period(assessment_opens=OPENS)):
        assert unknown.units_expected(6, day("2027-01-01")) == 0
        assert unknown.units_expected_from(6, 1, day("2027-01-01")) is None


@pytest.mark.parametrize(("number", "from_on"), [
    (1, "2025-11-02"),  # 273 days ÷ 6 = 45.5: the 46th day after the opening
    (2, "2025-12-17"),  # 91 days
    (6, "2026-06-17"),
])  # fmt: skip
def test_the_day_from_which_so_many_units_are_expected(number: int, from_on: str) -> None:
    window = period(assessment_opens=OPENS, planned_end=ENDS)
    assert window.units_expected_from(6, number, OPENS) == day(from_on)
    assert window.units_expected(6, day(from_on)) == number
    assert window.units_expected(6, day(from_on) - DAY) == number - 1


def test_days_of_the_window_on_a_break_put_off_what_is_expected() -> None:
    """273 days and ten on a break: the first of six after 10 + 46 days."""
    window = period(assessment_opens=OPENS, planned_end=ENDS + 10 * DAY, window_days_deferred=10)
    assert window.units_expected_from(6, 1, OPENS) == OPENS + 56 * DAY


@pytest.mark.parametrize("length", [-5, 0, 1])
def test_at_the_earliest_a_unit_is_expected_the_day_after_the_opening(length: int) -> None:
    short = period(assessment_opens=OPENS, planned_end=OPENS + length * DAY)
    assert short.units_expected_from(6, 1, OPENS) == OPENS + DAY


def test_the_end_is_that_of_the_extension_alone_where_no_length_is_known() -> None:
    assert period(extended_to=ENDS).planned_end_on(OPENS) == ENDS
    assert period().planned_end_on(OPENS) is None


def test_a_stretch_that_says_nothing_of_breaks_had_none() -> None:
    assert (period().deferred_days, period().window_days_deferred) == (0, 0)
