"""When a required university module is due, for one learner.

`learners/facts/modules.py` works out the same dates for many learners in SQL.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from learners.rules.dates import add_months
from learners.rules.entry import FOURTH_MODULE_MONTHS
from learners.rules.events_moves import DEFERRED
from learners.rules.timeline import StatusPeriod, at


@dataclass(frozen=True)
class Required:
    """A module that a learner must take, and what is recorded of it.

    It is the `nth` of the learner's modules at its level; `nth` is None for a module that they take
    although nothing requires it. `own_on` is the due date of an attempt, `plan_on` the day in the
    intake's plan, and `failed_on` the day it was first failed.
    """

    code: str
    title: str
    level: int
    nth: int | None
    of_them: int | None
    is_fourth: bool = False
    own_on: dt.date | None = None
    plan_on: dt.date | None = None
    passed_on: dt.date | None = None
    failed_on: dt.date | None = None
    is_attempted: bool = False

    @classmethod
    def of(cls, row: Mapping[str, Any]) -> Required:
        """Return the module of a row of `learners.facts.modules.states_of`."""
        return cls(
            row["code"],
            row["title"],
            row["level"],
            row["nth"],
            row["of_them"],
            is_fourth=row["is_fourth"],
            own_on=row["own_on"],
            plan_on=row["plan_on"],
            passed_on=row["passed_on"],
            failed_on=row["first_failed_on"],
            is_attempted=row["is_attempted"],
        )

    @property
    def how(self) -> str:
        """Where its date comes from, in words."""
        if self.is_fourth:
            return f"Within the first {FOURTH_MODULE_MONTHS} months, with breaks"
        if self.own_on:
            return "The university's date"
        if self.plan_on:
            return "The plan of the intake, with breaks"
        to = "the opening of assessment" if self.level == 5 else "the planned end"
        return f"Spread evenly to {to} (assumed: no date is recorded)"


def due_on(parts: Sequence[StatusPeriod], day: dt.date, module: Required) -> dt.date | None:
    """Return the day a module is due, by the dates as at `day`.

    Return None if a date that it depends on is not known.
    """
    without = _without_breaks(parts, day, module)
    moved = moved_by_breaks(parts, day, without) if without else None
    known = [on for on in (module.own_on, moved) if on]
    due = min(known, default=None) if module.is_fourth else module.own_on or moved
    return min((on for on in (due, module.failed_on) if on), default=None)


def _without_breaks(
    parts: Sequence[StatusPeriod], day: dt.date, module: Required
) -> dt.date | None:
    period = at(parts, day)
    start = period.start_date
    if start is None:
        return None
    if module.is_fourth:
        return add_months(start, FOURTH_MODULE_MONTHS)
    return module.plan_on or _share(period, day, start, module)


def _share(period: StatusPeriod, day: dt.date, start: dt.date, module: Required) -> dt.date | None:
    """Return the end of the module's even share of the days on the programme, in whole days rounded
    down.

    The last module falls on the end of the time.
    """
    opens, ends = period.assessment_opens_on(day), period.planned_end_on(day)
    if opens is None or module.nth is None or module.of_them is None:
        return None
    in_window = period.window_deferred_on(day)
    before = period.deferred_days + period.days_paused(day) - in_window
    opened = opens - dt.timedelta(days=before)
    if module.level == 5:
        return start + dt.timedelta(
            days=max((opened - start).days, 0) * module.nth // module.of_them
        )
    if ends is None:
        return None
    window = max((ends - opens).days - in_window, 0)
    return opened + dt.timedelta(days=window * module.nth // module.of_them)


def moved_by_breaks(parts: Sequence[StatusPeriod], day: dt.date, on: dt.date) -> dt.date:
    """Return a day moved by each break that begins before it, as known by `day`.

    Work handed in on that day is still in time.
    """
    for began, back in breaks(parts, day):
        if began < on:
            on += back - began
    return on


def breaks(parts: Iterable[StatusPeriod], day: dt.date) -> Iterator[tuple[dt.date, dt.date]]:
    """Yield the first day and the day of return of each break that began by `day`.

    A break that continues is counted up to `day`.
    """
    for part in parts:
        if part.status == DEFERRED and part.from_on <= day:
            yield part.from_on, min(part.to_on or day, day)


__all__ = ["Required", "breaks", "due_on", "moved_by_breaks"]
