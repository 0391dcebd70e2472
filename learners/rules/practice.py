"""Learning in practice: protected days, effective time by stage, and responsibility for co-working."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from decimal import ROUND_HALF_UP, Decimal

from learners.rules.dates import add_months
from pqip.core.errors import RuleBroken
from pqip.core.formats import date_gov

UNIVERSITY, VOCATIONAL = "university", "vocational"
#: The most weeks that may be planned at once.
MOST_WEEKS = 52
CENT = Decimal("0.01")
#: Grades that may stay responsible for a case: probation officer and above (rule C2 41).
RESPONSIBLE = frozenset({"PO", "SPO"})

#: For each stage in order, its length in months and the percentage of contracted hours it takes.
Stages = Sequence[tuple[int, int]]


def reduction_percent(start: dt.date, on: dt.date, stages: Stages) -> int | None:
    """Return the percentage of contracted hours taken for learning on a day (rule C2 48).

    It is 0 before the first day, and None after the last stage, about which nothing is known. The
    next stage begins on the monthly anniversary. A break does not move the stages (assumed).
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
    """Return the weekly hours taken for learning: contracted hours × percent ÷ 100 (rules C2 49,
    50).

    The result has two decimal places, rounds half up, and is never more than the contracted hours.
    """
    return min((contracted * percent / 100).quantize(CENT, ROUND_HALF_UP), contracted)


def effective_hours(contracted: Decimal, percent: int | None) -> Decimal | None:
    """Return the weekly hours for work with people on probation, or None if the stage is not known."""
    return None if percent is None else contracted - reduction_hours(contracted, percent)


def pattern(
    first: dt.date, weeks: int, weekdays: dict[str, int], is_free: Callable[[dt.date], bool]
) -> list[tuple[dt.date, str]]:
    """Return the days and kinds of a weekly pattern over `weeks` weeks, from the week of `first`.

    `weekdays` gives the weekday of each kind (Monday is 0), and days for which `is_free` is true
    are left out. One university day and one VQ day a week is what learners understand (rule C2 43).
    Raises RuleBroken for both kinds on one weekday, for a weekend, and for more weeks than a year
    has.
    """
    if not 1 <= weeks <= MOST_WEEKS:
        raise RuleBroken(f"Plan between 1 and {MOST_WEEKS} weeks at a time.", "weeks")
    if len(set(weekdays.values())) < len(weekdays):
        raise RuleBroken("Choose two different weekdays.", "vocational")
    monday = first - dt.timedelta(days=first.weekday())
    days = (
        (monday + dt.timedelta(weeks=week, days=weekday), kind)
        for week in range(weeks)
        for kind, weekday in weekdays.items()
    )
    return sorted((day, kind) for day, kind in days if day >= first and not is_free(day))


def check_day(on: dt.date, taken: bool | None, reason_lost: str, today: dt.date) -> None:
    """Raise RuleBroken for the outcome of a day to come, or for a reason without a lost day."""
    if taken is not None and on > today:
        raise RuleBroken("What came of a day is not known before it.", "taken")
    if reason_lost and taken is not False:
        raise RuleBroken("Only a day that was lost has a reason.", "reason_lost")


def check_theirs(*, is_theirs: bool) -> None:
    """Raise RuleBroken where somebody else would change a day that the learner recorded as lost (`is_theirs`)."""
    if is_theirs:
        raise RuleBroken("The learner recorded this day as lost. Only they can change it.")


def check_last(first: dt.date, last: dt.date | None, field: str) -> None:
    """Raise RuleBroken for a last day before the first."""
    if last is not None and last < first:
        raise RuleBroken("The last day cannot be before the first.", field)


def check_placement(
    began_on: dt.date, ended_on: dt.date | None, quality: str, today: dt.date
) -> None:
    """Raise RuleBroken for days to come or in the wrong order, and for a quality before the placement has ended."""
    if began_on > today or (ended_on is not None and ended_on > today):
        raise RuleBroken("A day cannot be to come.", "began_on" if began_on > today else "ended_on")
    check_last(began_on, ended_on, "ended_on")
    if quality and ended_on is None:
        raise RuleBroken("Say how it was once it has ended.", "quality")


def check_co_work(on: dt.date, tasks: str, review_on: dt.date | None) -> None:
    """Raise RuleBroken for co-working without agreed tasks, and for a review before it begins."""
    if not tasks.strip():
        raise RuleBroken("Say which tasks were agreed.", "tasks")
    if review_on is not None and review_on < on:
        raise RuleBroken("The review cannot be before it begins.", "review_on")


def check_end_of_co_work(began_on: dt.date, on: dt.date) -> None:
    """Raise RuleBroken where co-working would end before the day it began."""
    if on < began_on:
        raise RuleBroken(f"It began on {date_gov(began_on)}; its last day cannot be before.", "on")


def check_override(on: dt.date, until: dt.date, reason: str) -> None:
    """Raise RuleBroken where a kind of case is allowed early without a reason, or ends before it begins (rule C2 37)."""
    if not reason.strip():
        raise RuleBroken("Give the reason.", "reason")
    check_last(on, until, "until")


def check_officer(grade: str | None, *, is_learner: bool) -> None:
    """Raise RuleBroken unless the person may stay responsible for co-working (rule C2 41).

    They are a probation officer or above, and not the learner.
    """
    if is_learner:
        raise RuleBroken("The learner is not the responsible officer of co-worked work.", "officer")
    if grade not in RESPONSIBLE:
        raise RuleBroken(
            "The responsible officer must be a probation officer or above in post.", "officer"
        )
