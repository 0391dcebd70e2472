"""By when a required university module is due, of one learner: what `learners/module_facts.py` says of many, in plain steps."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from learners.rules.dates import add_months
from learners.rules.entry import FOURTH_MODULE_MONTHS
from learners.rules.moves import DEFERRED
from learners.rules.timeline import Stretch, at


@dataclass(frozen=True)
class Required:
    """A module required of a learner: the `nth` of those of its level that they take, and what is on record of it.

    `nth` is None for one that is taken though nothing required it. `own_on` is the date of an attempt, `plan_on` the day the
    intake's plan gives, `failed_on` the day it was first failed.
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
        """From a row of `learners.module_facts.states_of`."""
        return cls(
            row["code"], row["title"], row["level"], row["nth"], row["of_them"], is_fourth=row["is_fourth"],
            own_on=row["own_on"], plan_on=row["plan_on"], passed_on=row["passed_on"], failed_on=row["first_failed_on"],
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


def due_on(parts: Sequence[Stretch], day: dt.date, module: Required) -> dt.date | None:
    """The day a module is due, by the dates as at `day`; None where a date it rests on is not known."""
    without = _without_breaks(parts, day, module)
    moved = moved_by_breaks(parts, day, without) if without else None
    known = [on for on in (module.own_on, moved) if on]
    due = min(known, default=None) if module.is_fourth else module.own_on or moved
    return min((on for on in (due, module.failed_on) if on), default=None)


def _without_breaks(parts: Sequence[Stretch], day: dt.date, module: Required) -> dt.date | None:
    standing = at(parts, day)
    start = standing.start_date
    if start is None:
        return None
    if module.is_fourth:
        return add_months(start, FOURTH_MODULE_MONTHS)
    return module.plan_on or _share(standing, day, start, module)


def _share(standing: Stretch, day: dt.date, start: dt.date, module: Required) -> dt.date | None:
    """An even share of the days lived on the programme, whole days, rounded down; the last falls on the end of the time."""
    opens, ends = standing.assessment_opens_on(day), standing.planned_end_on(day)
    if opens is None or module.nth is None or module.of_them is None or (ends is None and module.level != 5):
        return None
    in_window = standing.window_deferred_on(day)
    before = standing.deferred_days + standing.days_paused(day) - in_window
    opened = opens - dt.timedelta(days=before)
    if module.level == 5:
        return start + dt.timedelta(days=max((opened - start).days, 0) * module.nth // module.of_them)
    window = max((ends - opens).days - in_window, 0)  # type: ignore[operator]
    return opened + dt.timedelta(days=window * module.nth // module.of_them)


def moved_by_breaks(parts: Sequence[Stretch], day: dt.date, on: dt.date) -> dt.date:
    """A day moved by each break that begins before it, as known by `day`. The day itself is still in time."""
    for began, back in breaks(parts, day):
        if began < on:
            on += back - began
    return on


def breaks(parts: Iterable[Stretch], day: dt.date) -> Iterator[tuple[dt.date, dt.date]]:
    """First day and day of return of each break begun by `day`; one that lasts is counted up to `day`."""
    for part in parts:
        if part.status == DEFERRED and part.from_on <= day:
            yield part.from_on, min(part.to_on or day, day)


__all__ = ["Required", "breaks", "due_on", "moved_by_breaks"]
