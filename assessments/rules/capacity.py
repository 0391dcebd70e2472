"""What a queue of decisions to countersign comes to at today's rates, and what it takes to keep up. Pure arithmetic."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

#: Weeks over which today's rates are taken, and weeks ahead for which the queue is told.
RATE_WEEKS, AHEAD_WEEKS = 8, (4, 8, 12)


def weekly(count: int, weeks: int = RATE_WEEKS) -> Decimal:
    """A count over some weeks as so many a week."""
    return Decimal(count) / weeks


def forecast(waiting: int, coming: Decimal, given: Decimal, weeks: int) -> int:
    """How many will wait in so many weeks where as many come and are given a week as now; never below none."""
    ahead = waiting + (coming - given) * weeks
    return max(int(ahead.quantize(Decimal(1), ROUND_HALF_UP)), 0)


def hours(coming: Decimal, minutes: int) -> Decimal:
    """Hours a week that countersigning what comes takes, at so many minutes each, to one decimal."""
    return (coming * minutes / 60).quantize(Decimal("0.1"), ROUND_HALF_UP)
