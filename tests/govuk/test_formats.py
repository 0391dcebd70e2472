"""Dates, times and numbers as the service writes them."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from pqip.core import formats

DAY = date(2026, 6, 4)


def test_dates():
    assert formats.date_gov(DAY) == "4 June 2026"
    assert formats.short_date(DAY) == "4\N{NO-BREAK SPACE}Jun\N{NO-BREAK SPACE}2026"
    assert formats.month_gov(DAY) == "June 2026"
    assert formats.date_gov(None) == ""
    assert formats.date_range(DAY, date(2026, 7, 9)) == "4 June 2026 to 9 July 2026"
    assert formats.date_range(DAY, None) == "from 4 June 2026"


@pytest.mark.parametrize(
    ("hour", "minute", "words"),
    [
        (8, 32, "9:32am"),
        (8, 0, "9am"),
        (11, 0, "midday"),
        (11, 5, "12:05pm"),
        (16, 30, "5:30pm"),
        (23, 0, "midnight"),
    ],
)
def test_times_are_londons_on_a_twelve_hour_clock(hour, minute, words):
    assert formats.time_gov(datetime(2026, 6, 4, hour, minute, tzinfo=UTC)) == words


def test_an_instant_late_in_the_evening_is_the_next_day_in_london():
    assert (
        formats.datetime_gov(datetime(2026, 6, 4, 23, 30, tzinfo=UTC)) == "5 June 2026 at 12:30am"
    )


@pytest.mark.parametrize(
    ("value", "places", "words"),
    [
        (2176, None, "2,176"),
        (1204.5, None, "1,204.5"),
        (0, None, "0"),
        (-3, None, "−3"),
        (2.5, 0, "3"),
        (Decimal("0.10"), None, "0.1"),
        (Decimal("0"), None, "0"),
        (Decimal("1200"), None, "1,200"),
        (None, 1, ""),
    ],
)
def test_numbers(value, places, words):
    assert formats.number(value, places) == words


@pytest.mark.parametrize(
    ("value", "words"),
    [(12.5, "12.5%"), (12, "12%"), (12.04, "12%"), (100, "100%"), (0, "0%"), (None, "")],
)
def test_percentages(value, words):
    assert formats.percent(value) == words


def test_plurals():
    assert formats.plural(1, "learner") == "1 learner"
    assert formats.plural(2176, "person", "people") == "2,176 people"


@pytest.mark.parametrize(
    ("fte", "said"),
    [
        ("1.00", "Full time"),
        ("0.60", "0.6 FTE (22.2 hours)"),
        ("0.75", "0.75 FTE (27.75 hours)"),
        ("0.80", "0.8 FTE (29.6 hours)"),
    ],
)
def test_hours_are_full_time_or_a_share_of_37(fte: str, said: str) -> None:
    assert formats.hours(Decimal(fte)) == said


def test_hours_that_nothing_states_are_empty() -> None:
    assert formats.hours(None) == ""
