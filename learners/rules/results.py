"""What may be recorded of an attempt at a module."""

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
    """The day the fact holds from: handed in, else due. Raises RuleBroken for what cannot be."""
    if submitted_date is None and due_date is None:
        raise RuleBroken("Give the due date, or the day it was handed in.", "due_date")
    if submitted_date is not None and submitted_date > today:
        raise RuleBroken("The day it was handed in cannot be to come.", "submitted_date")
    if extended_to is not None and due_date is not None and extended_to < due_date:
        raise RuleBroken("An extension cannot end before the due date.", "extended_to")
    if mark is not None and not 0 <= mark <= 100:
        raise RuleBroken("The mark must be from 0 to 100.", "mark")
    if mark is not None and outcome == "pending":
        raise RuleBroken("A mark needs an outcome: pass or fail.", "outcome")
    return submitted_date or due_date  # type: ignore[return-value]


def check_waits(outcome: str) -> None:
    """What came of an attempt is not recorded over."""
    if outcome != "pending":
        raise RuleBroken("The result of this attempt is recorded already. Correct it instead.", "attempt")


def check_before_next(outcome: str) -> None:
    """An attempt that another follows is a fail."""
    if outcome != "fail":
        raise RuleBroken("The next attempt is recorded, so this one must be a fail. Undo the next attempt first.", "outcome")


def check_attempts(outcomes: Mapping[int, str], touched: Collection[int]) -> dict[int, RuleBroken]:
    """What is wrong with attempts at one module as they will be, by the attempt that is touched: see `check_attempt`."""
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
    """Attempts follow each other: another one only after a fail."""
    if attempt < 1:
        raise RuleBroken("The first attempt is number 1.", "attempt")
    if attempt > 1 and outcomes.get(attempt - 1) != "fail":
        raise RuleBroken(f"Attempt {attempt} needs attempt {attempt - 1} to be recorded as a fail.", "attempt")
