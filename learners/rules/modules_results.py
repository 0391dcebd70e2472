"""What may be recorded about an attempt at a module."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from decimal import Decimal

from pqip.core.errors import RuleBroken


def check_result(
    *,
    due_date: dt.date | None,
    extended_to: dt.date | None,
    submitted_date: dt.date | None,
    mark: Decimal | None,
    outcome: str,
    today: dt.date,
) -> dt.date:
    """Return the day from which the result holds: the day it was handed in, or the day it was due.

    Raise RuleBroken for dates, a mark or an outcome that cannot be.
    """
    on = submitted_date or due_date
    if on is None:
        raise RuleBroken("Give the due date, or the day it was handed in.", "due_date")
    if submitted_date is not None and submitted_date > today:
        raise RuleBroken("The day it was handed in cannot be to come.", "submitted_date")
    check_extended(due_date, extended_to)
    if mark is not None and not 0 <= mark <= 100:
        raise RuleBroken("The mark must be from 0 to 100.", "mark")
    if mark is not None and outcome == "pending":
        raise RuleBroken("A mark needs an outcome: pass or fail.", "outcome")
    return on


def check_extended(due_date: dt.date | None, extended_to: dt.date | None) -> None:
    """Raise RuleBroken if the extended date lies before the due date."""
    if extended_to is not None and due_date is not None and extended_to < due_date:
        raise RuleBroken("An extension cannot end before the due date.", "extended_to")


def check_has_no_result(outcome: str) -> None:
    """Raise RuleBroken if the attempt already has its result, which is corrected instead."""
    if outcome != "pending":
        raise RuleBroken(
            "The result of this attempt is recorded already. Correct it instead.", "attempt"
        )


def check_before_next(outcome: str) -> None:
    """Raise RuleBroken unless an attempt that another follows is a fail."""
    if outcome != "fail":
        raise RuleBroken(
            "The next attempt is recorded, so this one must be a fail. Undo the next attempt first.",
            "outcome",
        )


def check_attempts(outcomes: Mapping[int, str], touched: Collection[int]) -> dict[int, RuleBroken]:
    """Return what is wrong with attempts at one module, by attempt number, of those in `touched`.

    `outcomes` are the outcomes as they will be; see `check_attempt`.
    """
    found: dict[int, RuleBroken] = {}
    for attempt in sorted(outcomes):
        try:
            if attempt in touched:
                check_attempt(attempt, outcomes)
            elif attempt - 1 in touched:
                check_before_next(outcomes[attempt - 1])
        except RuleBroken as broken:
            found[attempt if attempt in touched else attempt - 1] = broken
    return found


def check_attempt(attempt: int, outcomes: Mapping[int, str]) -> None:
    """Raise RuleBroken unless the attempt before this one is recorded as a fail."""
    if attempt < 1:
        raise RuleBroken("The first attempt is number 1.", "attempt")
    if attempt > 1 and outcomes.get(attempt - 1) != "fail":
        raise RuleBroken(
            f"Attempt {attempt} needs attempt {attempt - 1} to be recorded as a fail.", "attempt"
        )
