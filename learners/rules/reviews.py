"""Reviews: when they are due, and what may be recorded about them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from learners.rules.dates import add_months
from pqip.core.errors import RuleBroken

#: Months between reviews (assumed; not from the service).
MONTHS = 3
#: The number of days ahead for which reviews are listed as due.
SOON = dt.timedelta(days=28)


def due_days(
    start: dt.date, planned_end: dt.date, months: int, breaks: Iterable[tuple[dt.date, dt.date]]
) -> list[dt.date]:
    """Return the days of a review every that many months, from the start to the planned end.

    A break (its first day and the day of return) moves the reviews after it.
    """
    stretches, found, number = list(breaks), [], 1
    while (day := _moved(add_months(start, months * number), stretches)) <= planned_end:
        found.append(day)
        number += 1
    return found


def _moved(day: dt.date, breaks: list[tuple[dt.date, dt.date]]) -> dt.date:
    for begins, ends in breaks:
        if begins <= day:
            day += ends - begins
    return day


def check_held(held_on: dt.date | None, today: dt.date) -> None:
    """Raise RuleBroken if the day on which the review was held is missing or still to come."""
    if held_on is not None and held_on > today:
        raise RuleBroken("A review cannot have been held on a day to come.", "held_on")
