"""Arithmetic of published figures: percentages rounded half up from unrounded values, intervals, months."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from math import sqrt

#: The days of a mean month, for durations counted from a start.
DAYS_IN_MONTH = Decimal("30.4375")
#: The 97.5th percentile of the normal distribution, for 95% intervals.
Z95 = 1.959963984540054
TENTH = Decimal("0.1")

Number = int | float | Decimal | Fraction | None


def tenths(value: Number) -> float | None:
    """Return `value` rounded half up to one decimal; None stays None."""
    if value is None:
        return None
    exact = (
        Decimal(value.numerator) / Decimal(value.denominator)
        if isinstance(value, Fraction)
        else Decimal(str(value))
    )
    return float(exact.quantize(TENTH, ROUND_HALF_UP))


def percent(part: Number, total: Number) -> float | None:
    """Return `part` of `total` as a percentage rounded half up to one decimal; None where `total` is 0 or either is None."""
    if part is None or not total:
        return None
    return tenths(Fraction(part) * 100 / Fraction(total))


def months(days: Number) -> float | None:
    """Return days as months of 30.4375 days, to one decimal."""
    return None if days is None else tenths(Decimal(str(days)) / DAYS_IN_MONTH)


def wilson(part: int, total: int) -> tuple[float | None, float | None]:
    """Return the 95% Wilson score interval of a share, as percentages to one decimal."""
    if not total:
        return None, None
    lower, upper = _wilson(part, total)
    return tenths(100 * lower), tenths(100 * upper)


def _wilson(part: int, total: int) -> tuple[float, float]:
    share, spread = part / total, Z95 * Z95 / total
    middle = (share + spread / 2) / (1 + spread)
    half = Z95 / (1 + spread) * sqrt(share * (1 - share) / total + Z95 * Z95 / (4 * total * total))
    return max(middle - half, 0.0), min(middle + half, 1.0)


def difference(part: int, total: int, other: int, of_other: int) -> tuple[float, float]:
    """Return the 95% interval of one share less another, of different people, in percentage points (Newcombe, by Wilson's)."""
    first, second = part / total, other / of_other
    (low, high), (other_low, other_high) = _wilson(part, total), _wilson(other, of_other)
    middle = first - second
    return (
        100 * (middle - sqrt((first - low) ** 2 + (other_high - second) ** 2)),
        100 * (middle + sqrt((high - first) ** 2 + (second - other_low) ** 2)),
    )
