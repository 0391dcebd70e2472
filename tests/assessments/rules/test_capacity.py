"""The queue of decisions to countersign ahead, worked by hand: the rules alone, without a database."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from assessments.rules.countersigning_capacity import forecast, hours, weekly


@pytest.mark.parametrize(("waiting", "coming", "given", "weeks", "ahead"), [
    (10, 4, 4, 8, 10), (10, 5, 4, 4, 14), (10, 4, 7, 4, 0), (0, 0, 3, 12, 0), (1, Decimal("0.125"), 0, 4, 2),
])  # fmt: skip
def test_the_queue_ahead_at_todays_rates(
    waiting: int, coming: Any, given: Any, weeks: int, ahead: int
) -> None:
    """The last: 1 and 4 × 0.125 are 1.5, which is 2."""
    assert forecast(waiting, Decimal(coming), Decimal(given), weeks) == ahead


def test_hours_by_hand() -> None:
    """12 in 8 weeks are 1.5 a week; at 20 minutes each half an hour. 7 a week take 2.33 hours."""
    assert weekly(12) == Decimal("1.5")
    assert hours(weekly(12), 20) == Decimal("0.5")
    assert hours(Decimal(7), 20) == Decimal("2.3")
