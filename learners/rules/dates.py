"""Adding months and stretching time: the arithmetic of pathways."""

from __future__ import annotations

import calendar
import datetime as dt
import math
from fractions import Fraction


def add_months(day: dt.date, months: int) -> dt.date:
    """`day` moved by whole months, clipped to the month's last day: 31 August and six months give 28 February."""
    total = day.year * 12 + day.month - 1 + months
    year, month = divmod(total, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return dt.date(year, month + 1, min(day.day, last))


def months_between(start: dt.date, day: dt.date) -> int:
    """Whole months gone by from `start` to `day`; 0 before a month is complete, never negative."""
    months = (day.year - start.year) * 12 + day.month - start.month
    if add_months(start, months) > day:
        months -= 1
    return max(months, 0)


def stretch(days: int, old_months: int, new_months: int) -> int:
    """Days left when the length changes from `old_months` to `new_months`, rounded up to whole days."""
    return math.ceil(Fraction(days) * new_months / old_months)
