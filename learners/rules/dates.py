"""Arithmetic with calendar months, and with time that is stretched between two pathway lengths."""

from __future__ import annotations

import calendar
import datetime as dt
import math
from fractions import Fraction


def add_months(day: dt.date, months: int) -> dt.date:
    """Return `day` moved by whole months, or the last day of the month if that day does not exist.

    For example, 31 August and six months give 28 February.
    """
    total = day.year * 12 + day.month - 1 + months
    year, month = divmod(total, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return dt.date(year, month + 1, min(day.day, last))


def months_between(start: dt.date, day: dt.date) -> int:
    """Return the number of complete months from `start` to `day`; 0 before the first is complete."""
    months = (day.year - start.year) * 12 + day.month - start.month
    if add_months(start, months) > day:
        months -= 1
    return max(months, 0)


def stretch(days: int, old_months: int, new_months: int) -> int:
    """Return the days that are left when a length of `old_months` becomes `new_months`, rounded up."""
    return math.ceil(Fraction(days) * new_months / old_months)
