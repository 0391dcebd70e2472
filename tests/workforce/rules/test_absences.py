"""What an absence may state; the rules alone, without a database."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest

from pqip.core.errors import RuleBroken
from workforce.rules.absences import REDUCED_HOURS, check_absence

ON, DAY = dt.date(2026, 3, 1), dt.timedelta(days=1)


def field_refused(
    kind: str = "sickness",
    expected: dt.date | None = None,
    ended: dt.date | None = None,
    lost: str | None = None,
) -> str | None:
    try:
        check_absence(kind, ON, expected, ended, None if lost is None else Decimal(lost))
    except RuleBroken as broken:
        return broken.field
    return None


@pytest.mark.parametrize("days", [-1, 0, 1])
def test_both_ends_are_the_first_day_or_later(days: int) -> None:
    day = ON + days * DAY
    assert field_refused(ended=day) == ("ended_on" if days < 0 else None)
    assert field_refused(expected=day) == ("expected_end_date" if days < 0 else None)


@pytest.mark.parametrize(("lost", "field"), [
    ("-0.1", "fte_lost"), ("0", "fte_lost"), ("0.1", None), ("0.5", None), ("1", None), ("1.1", "fte_lost"), ("2", "fte_lost"),
])  # fmt: skip
def test_what_is_lost_is_more_than_nothing_and_no_more_than_everything(
    lost: str, field: str | None
) -> None:
    assert field_refused(lost=lost) == field
    assert field_refused(REDUCED_HOURS, lost=lost) == field


def test_reduced_hours_say_how_many() -> None:
    assert field_refused(REDUCED_HOURS) == "fte_lost"
    assert field_refused() is None
