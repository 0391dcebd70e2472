"""By when a required module is due: shares of the time by hand, breaks, where its date comes from; without a database."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from learners.rules.modules import Required, breaks, due_on, moved_by_breaks
from learners.rules.timeline import StatusPeriod

DAY = dt.timedelta(days=1)
START = dt.date(2025, 3, 17)


def on(days: int) -> dt.date:
    return START + days * DAY


def stretch(**terms: Any) -> StatusPeriod:
    """On the programme from day 0, without an end; assessment opens on day 120, the planned end is day 240."""
    usual: dict[str, Any] = {
        "from_on": START, "to_on": None, "status": "active", "start_date": START, "assessment_opens": on(120),
        "planned_end": on(240),
    }  # fmt: skip
    return StatusPeriod(**usual | terms)


def due(module: Required, *parts: StatusPeriod, day: int = 300) -> int | None:
    found = due_on(parts or [stretch()], on(day), module)
    return None if found is None else (found - START).days


def module(level: int = 5, nth: int | None = 1, of_them: int | None = 4, **terms: Any) -> Required:
    return Required("CJS", "Justice", level, nth, of_them, **terms)


@pytest.mark.parametrize(("level", "nth", "of_them", "expected"), [
    (5, 1, 4, 30), (5, 3, 4, 90), (5, 4, 4, 120), (5, 1, 7, 17), (5, 2, 7, 34),  # 120 × 2 ÷ 7 = 34.3
    (6, 1, 4, 150), (6, 4, 4, 240), (6, 1, 7, 137), (4, 1, 4, 150), (7, 1, 4, 150),
])  # fmt: skip
def test_an_even_share_of_the_time_rounded_down(
    level: int, nth: int, of_them: int, expected: int
) -> None:
    assert due(module(level, nth, of_them)) == expected


def test_the_share_is_of_the_days_lived_on_the_programme() -> None:
    """30 days on a break, 10 of them in the window: 100 days lived before it, 120 within."""
    lived = stretch(deferred_days=30, window_days_deferred=10, planned_end=on(250))
    assert due(module(5, 1, 4), lived) == 25
    assert due(module(6, 1, 4), lived) == 130


def test_a_break_that_lasts_is_left_out_as_far_as_it_has_come() -> None:
    """Day 40 to day 60: the opening has moved to 140, 120 days of it lived; a quarter is day 30, before the break."""
    lasts = stretch(from_on=on(40), status="deferred")
    parts = stretch(to_on=on(40)), lasts
    assert due(module(5, 1, 4), *parts, day=60) == 30
    assert due(module(5, 2, 4), *parts, day=60) == 80  # half of it is day 60, moved by 20
    assert due(module(6, 1, 4), *parts, day=60) == 170  # 120 and a quarter of 120, moved by 20


def test_a_break_in_the_window_that_lasts() -> None:
    """Day 130 to day 150: the end has moved to 260; of the window 120 days are lived."""
    parts = stretch(to_on=on(130)), stretch(from_on=on(130), status="deferred")
    assert due(module(6, 1, 4), *parts, day=150) == 170
    assert due(module(5, 4, 4), *parts, day=150) == 120


def test_a_window_or_a_time_before_it_that_has_no_days() -> None:
    assert due(module(5, 4, 4), stretch(assessment_opens=on(-5))) == 0
    assert due(module(6, 4, 4), stretch(planned_end=on(115))) == 120


@pytest.mark.parametrize(("terms", "level", "nth", "of_them"), [
    ({"assessment_opens": None}, 5, 1, 4), ({}, 5, None, 4), ({}, 5, 1, None), ({}, 5, None, None),
    ({"planned_end": None}, 6, 1, 4), ({"start_date": None}, 5, 1, 4),
])  # fmt: skip
def test_where_something_is_not_known_nothing_is_due(
    terms: dict[str, Any], level: int, nth: int | None, of_them: int | None
) -> None:
    assert due(module(level, nth, of_them), stretch(**terms)) is None


def test_without_an_end_a_share_of_the_time_before_the_window_is_known() -> None:
    assert due(module(5, 1, 4), stretch(planned_end=None)) == 30


@pytest.mark.parametrize(("terms", "expected"), [
    ({}, 184), ({"own_on": on(100)}, 100), ({"own_on": on(183)}, 183), ({"own_on": on(185)}, 184), ({"plan_on": on(50)}, 184),
    ({"failed_on": on(90)}, 90), ({"failed_on": on(200)}, 184),
])  # fmt: skip
def test_the_fourth_within_six_months_or_on_the_universitys_earlier_day(
    terms: dict[str, Any], expected: int
) -> None:
    """Six months from 17 March 2025 are 184 days."""
    assert due(module(is_fourth=True, **terms)) == expected


@pytest.mark.parametrize(("terms", "expected"), [
    ({"own_on": on(100)}, 100), ({"own_on": on(20), "plan_on": on(50)}, 20), ({"plan_on": on(50)}, 50),
    ({"own_on": on(200), "plan_on": on(50)}, 200), ({"failed_on": on(10)}, 10), ({"failed_on": on(31)}, 30),
])  # fmt: skip
def test_another_on_the_universitys_day_else_as_planned(
    terms: dict[str, Any], expected: int
) -> None:
    assert due(module(**terms)) == expected


@pytest.mark.parametrize(("planned", "expected"), [(39, 39), (40, 40), (41, 51), (60, 70)])
def test_a_break_moves_what_was_due_after_it_began(planned: int, expected: int) -> None:
    parts = (
        stretch(to_on=on(40)),
        stretch(from_on=on(40), to_on=on(50), status="deferred"),
        stretch(from_on=on(50)),
    )
    assert due(module(plan_on=on(planned)), *parts) == expected
    assert moved_by_breaks(parts, on(300), on(planned)) == on(expected)


@pytest.mark.parametrize(("day", "found"), [
    (39, []), (40, [(40, 40)]), (41, [(40, 41)]), (49, [(40, 49)]), (50, [(40, 50)]), (51, [(40, 50)]),
])  # fmt: skip
def test_breaks_begun_by_a_day_as_far_as_they_have_come(
    day: int, found: list[tuple[int, int]]
) -> None:
    parts = (
        stretch(to_on=on(40)),
        stretch(from_on=on(40), to_on=on(50), status="deferred"),
        stretch(from_on=on(50)),
    )
    assert list(breaks(parts, on(day))) == [(on(began), on(back)) for began, back in found]


@pytest.mark.parametrize(("one", "how"), [
    (module(is_fourth=True, own_on=START), "Within the first 6 months, with breaks"),
    (module(own_on=START, plan_on=START), "The university's date"),
    (module(plan_on=START), "The plan of the intake, with breaks"),
    (module(5), "Spread evenly to the opening of assessment (assumed: no date is recorded)"),
    (module(6), "Spread evenly to the planned end (assumed: no date is recorded)"),
    (module(4), "Spread evenly to the planned end (assumed: no date is recorded)"),
])  # fmt: skip
def test_where_its_date_comes_from(one: Required, how: str) -> None:
    assert one.how == how


def test_a_module_from_a_row_of_the_facts() -> None:
    row = {
        "code": "CJS", "title": "Justice", "level": 5, "nth": 1, "of_them": 4, "is_fourth": True, "own_on": on(1),
        "plan_on": on(2), "passed_on": on(3), "first_failed_on": on(4), "is_attempted": True,
    }  # fmt: skip
    assert Required.of(row) == module(
        is_fourth=True,
        own_on=on(1),
        plan_on=on(2),
        passed_on=on(3),
        failed_on=on(4),
        is_attempted=True,
    )
    assert (module().is_fourth, module().is_attempted) == (False, False)
