"""Arithmetic of published figures: percentages half up on unrounded values, intervals, months."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from math import sqrt

#: Days of a mean month, for durations counted from a start.
DAYS_IN_MONTH = Decimal("30.4375")
#: The 97.5th percentile of the normal distribution, for 95% intervals.
Z95 = 1.959963984540054
TENTH = Decimal("0.1")

Number = int | float | Decimal | Fraction | None


def tenths(value: Number) -> float | None:
    """`value` to one decimal, half up; None stays None."""
    if value is None:
        return None
    exact = Decimal(value.numerator) / Decimal(value.denominator) if isinstance(value, Fraction) else Decimal(str(value))
    return float(exact.quantize(TENTH, ROUND_HALF_UP))


def percent(part: Number, whole: Number) -> float | None:
    """`part` of `whole` as a percentage to one decimal, half up; None where there is nothing to divide by."""
    if part is None or not whole:
        return None
    return tenths(Fraction(part) * 100 / Fraction(whole))


def months(days: Number) -> float | None:
    """Days as months of 30.4375 days, to one decimal."""
    return None if days is None else tenths(Decimal(str(days)) / DAYS_IN_MONTH)


def wilson(part: int, whole: int) -> tuple[float | None, float | None]:
    """The 95% Wilson score interval of a share, as percentages to one decimal."""
    if not whole:
        return None, None
    share, spread = part / whole, Z95 * Z95 / whole
    middle = (share + spread / 2) / (1 + spread)
    half = Z95 / (1 + spread) * sqrt(share * (1 - share) / whole + Z95 * Z95 / (4 * whole * whole))
    return tenths(100 * max(middle - half, 0.0)), tenths(100 * min(middle + half, 1.0))
