"""Protected days and effective time: the rules alone, without a database."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest

from learners.rules.practice import effective_hours, pattern, reduction_hours, reduction_percent
from pqip.core.errors import RuleBroken

DAY = dt.timedelta(days=1)
STAGES = [(6, 80), (6, 60), (6, 40)]
START = dt.date(2025, 8, 31)


@pytest.mark.parametrize(("on", "percent"), [
    (START - DAY, 0), (START, 80), (dt.date(2026, 2, 27), 80), (dt.date(2026, 2, 28), 60), (dt.date(2026, 8, 30), 60),
    (dt.date(2026, 8, 31), 40), (dt.date(2027, 2, 27), 40), (dt.date(2027, 2, 28), None),
])  # fmt: skip
def test_c2_48_the_reduction_changes_on_the_anniversaries(on: dt.date, percent: int | None) -> None:
    """From 31 August, six months end on the last of February; beyond eighteen months nothing is known."""
    assert reduction_percent(START, on, STAGES) == percent


@pytest.mark.parametrize(("contracted", "percent", "hours"), [
    ("37", 80, "29.60"), ("22.2", 80, "17.76"), ("29.6", 40, "11.84"), ("22.25", 33, "7.34"), ("37", 100, "37"),
    ("37", 150, "37"),
])  # fmt: skip
def test_c2_49_reduction_hours_to_two_places_and_never_more_than_contracted(
    contracted: str, percent: int, hours: str
) -> None:
    assert reduction_hours(Decimal(contracted), percent) == Decimal(hours)
    assert effective_hours(Decimal(contracted), None) is None


def test_c2_43_one_university_day_and_one_vq_day_a_week() -> None:
    wednesday = dt.date(2026, 1, 7)
    days = pattern(
        wednesday, 2, {"university": 1, "vocational": 3}, lambda day: day == dt.date(2026, 1, 13)
    )
    # The first Tuesday is before the first day; the second is a holiday.
    assert days == [(dt.date(2026, 1, 8), "vocational"), (dt.date(2026, 1, 15), "vocational")]
    for weeks, weekdays, field in (
        (0, {"university": 1}, "weeks"),
        (53, {"university": 1}, "weeks"),
        (1, {"university": 1, "vocational": 1}, "vocational"),
    ):
        with pytest.raises(RuleBroken) as broken:
            pattern(wednesday, weeks, weekdays, lambda day: False)
        assert broken.value.field == field
