"""Learning in practice: protected days, effective time by stage, and who stays responsible for co-worked work."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from decimal import ROUND_HALF_UP, Decimal

from learners.rules.dates import add_months
from pqip.core.errors import RuleBroken

UNIVERSITY, VOCATIONAL = "university", "vocational"
#: Weeks that may be planned at once.
MOST_WEEKS = 52
CENT = Decimal("0.01")
#: Grades that may stay responsible for a case: probation officer and above (rule C2 41).
RESPONSIBLE = frozenset({"PO", "SPO"})

#: Months a stage lasts and the share of contracted hours it takes away, in order.
Stages = Sequence[tuple[int, int]]


def reduction_percent(start: dt.date, on: dt.date, stages: Stages) -> int | None:
    """The share of contracted hours taken for learning on a day; the next stage begins on the anniversary (rule C2 48).

    0 before the first day; None beyond the last stage, of which nothing is known. A break does not move the stages: assumed.
    """
    if on < start:
        return 0
    months = 0
    for length, percent in stages:
        months += length
        if on < add_months(start, months):
            return percent
    return None


def reduction_hours(contracted: Decimal, percent: int) -> Decimal:
    """Contracted hours a week × % ÷ 100, to two places, half up, never more than contracted (rules C2 49, 50)."""
    return min((contracted * percent / 100).quantize(CENT, ROUND_HALF_UP), contracted)


def effective_hours(contracted: Decimal, percent: int | None) -> Decimal | None:
    """Hours a week for work with people on probation; None where the stage is not known."""
    return None if percent is None else contracted - reduction_hours(contracted, percent)


def pattern(
    first: dt.date, weeks: int, weekdays: dict[str, int], is_free: Callable[[dt.date], bool]
) -> list[tuple[dt.date, str]]:
    """Days of `weeks` weeks from the week of `first`, on the weekday (Monday is 0) of each kind, but not on days off.

    One university day and one VQ day a week is what learners understand (rule C2 43). Raises RuleBroken for both on one
    weekday, at a weekend, and for more weeks than a year has.
    """
    if not 1 <= weeks <= MOST_WEEKS:
        raise RuleBroken(f"Plan between 1 and {MOST_WEEKS} weeks at a time.", "weeks")
    if len(set(weekdays.values())) < len(weekdays):
        raise RuleBroken("Choose two different weekdays.", "vocational")
    monday = first - dt.timedelta(days=first.weekday())
    days = (
        (monday + dt.timedelta(weeks=week, days=weekday), kind)
        for week in range(weeks) for kind, weekday in weekdays.items()
    )
    return sorted((day, kind) for day, kind in days if day >= first and not is_free(day))


def check_day(on: dt.date, taken: bool | None, reason_lost: str, today: dt.date) -> None:
    """What came of a day is known once it has come; only a lost day has a reason."""
    if taken is not None and on > today:
        raise RuleBroken("What came of a day is not known before it.", "taken")
    if reason_lost and taken is not False:
        raise RuleBroken("Only a day that was lost has a reason.", "reason_lost")


def check_officer(grade: str | None, *, is_learner: bool) -> None:
    """Somebody else, a probation officer or above, stays responsible for co-worked work (rule C2 41)."""
    if is_learner:
        raise RuleBroken("The learner is not the responsible officer of co-worked work.", "officer")
    if grade not in RESPONSIBLE:
        raise RuleBroken("The responsible officer must be a probation officer or above in post.", "officer")
