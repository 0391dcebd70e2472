"""The length of the countersigning queue at today's rates, and the work needed to keep up. Pure arithmetic."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

#: The weeks over which today's rates are measured, and the weeks for which the queue is forecast.
RATE_WEEKS, AHEAD_WEEKS = 8, (4, 8, 12)


def weekly(count: int, weeks: int = RATE_WEEKS) -> Decimal:
    """Return the weekly average of a count over some weeks."""
    return Decimal(count) / weeks


def forecast(waiting: int, coming: Decimal, given: Decimal, weeks: int) -> int:
    """Return how many decisions will wait after some weeks at constant weekly rates; never below 0."""
    ahead = waiting + (coming - given) * weeks
    return max(int(ahead.quantize(Decimal(1), ROUND_HALF_UP)), 0)


def hours(coming: Decimal, minutes: int) -> Decimal:
    """Return the weekly hours that countersigning takes, at so many minutes each, rounded to one decimal."""
    return (coming * minutes / 60).quantize(Decimal("0.1"), ROUND_HALF_UP)
