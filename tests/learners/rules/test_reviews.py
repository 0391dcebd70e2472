"""When reviews are due: the rules alone, without a database."""

from __future__ import annotations

import datetime as dt

import pytest

from learners.rules.reviews import check_held, due_days
from pqip.core.errors import RuleBroken

DAY = dt.timedelta(days=1)


def test_reviews_every_three_months_moved_by_breaks() -> None:
    """From 31 August: the last of November, of February and of May; a break of 70 days from 1 January moves what follows."""
    start, end = dt.date(2025, 8, 31), dt.date(2026, 8, 31)
    planned = [
        dt.date(2025, 11, 30),
        dt.date(2026, 2, 28),
        dt.date(2026, 5, 31),
        dt.date(2026, 8, 31),
    ]
    assert due_days(start, end, 3, []) == planned
    away = [(dt.date(2026, 1, 1), dt.date(2026, 3, 12))]
    assert due_days(start, end, 3, away) == [
        dt.date(2025, 11, 30),
        dt.date(2026, 5, 9),
        dt.date(2026, 8, 9),
    ]
    check_held(end, end)
    with pytest.raises(RuleBroken):
        check_held(end + DAY, end)
