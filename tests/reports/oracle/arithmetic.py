"""Rounding, percentages and percentiles with exact fractions."""

from __future__ import annotations

import math
from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Any

Line = dict[str, Any]
MONTH = Fraction(304375, 10000)
Z = 1.959963984540054


def one_decimal(value: Any) -> float | None:
    """Half up, on the unrounded value."""
    if value is None:
        return None
    is_exact = isinstance(value, Fraction | int)
    exact = (
        Decimal(value.numerator) / Decimal(value.denominator)
        if is_exact
        else Decimal(repr(round(value, 9)))
    )
    return float(exact.quantize(Decimal("0.1"), ROUND_HALF_UP))


def percent(part: int, whole: int) -> float | None:
    return one_decimal(Fraction(100 * part, whole)) if whole else None


def percentile(values: Iterable[int], share: Fraction) -> Fraction | None:
    """Linear between the two nearest, as `percentile_cont`."""
    ordered = sorted(values)
    if not ordered:
        return None
    place = share * (len(ordered) - 1)
    low = math.floor(place)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (place - low) * (ordered[high] - ordered[low])
