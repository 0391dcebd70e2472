"""What an absence may state: the order of its days, and how much of full time is lost."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from pqip.core.errors import RuleBroken
from workforce.rules.posts import check_dates

REDUCED_HOURS = "reduced_hours"


def check_absence(
    kind: str,
    starts_on: dt.date,
    expected_end_date: dt.date | None,
    ended_on: dt.date | None,
    fte_lost: Decimal | None,
) -> None:
    """Raise RuleBroken for a last day before the first, or for lost hours that are missing or
    impossible.
    """
    check_dates(starts_on, ended_on)
    check_dates(starts_on, expected_end_date, "expected_end_date")
    if kind == REDUCED_HOURS and fte_lost is None:
        raise RuleBroken("Enter how much of full time is lost.", "fte_lost")
    if fte_lost is not None and not 0 < fte_lost <= 1:
        raise RuleBroken(
            "What is lost must be more than 0 and no more than 1.0 of full time.", "fte_lost"
        )
