"""An enrolment's timeline: its events cut into stretches in which nothing changes, with every date that follows.

This is the one place where the planned end and the assessment window are worked out. Pages,
reports and forecasts read the stretches, which `actions/derive.py` keeps in `Segment`.

While a learner is on a break their dates move day by day: a stretch states them as at its first day, and
`planned_end_on`, `assessment_opens_on` and `window_days_gone` say them for any day within it.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from itertools import groupby
from typing import Any

from learners.rules.dates import add_months, stretch
from learners.rules.moves import ACTIVE, DEFERRED, DUE_TO_START, ENDED, STATUS_EVENTS, follow, in_order

#: The first day of every timeline: before it starts an enrolment is due to start, however early one asks.
BEGINNING = dt.date.min
#: Where no opening is known for a mode, assessment takes the latter nine months (rule C2 33).
LATTER_MONTHS = 9


@dataclass(frozen=True)
class Timing:
    """How long a pathway lasts in one mode, and when its assessment opens, in whole months; None where not known."""

    months: int | None
    opens_months: int | None


#: Looks a timing up: pathway key, whether full time, start date.
Timings = Callable[[int, bool, dt.date], Timing]


@dataclass(frozen=True)
class Stretch:
    """A stretch of time `from_on` ≤ day < `to_on` in which status and terms stay the same."""

    from_on: dt.date
    to_on: dt.date | None
    status: str
    start_date: dt.date | None = None
    region_id: int | None = None
    pdu_id: int | None = None
    pathway_id: int | None = None
    cohort_id: int | None = None
    fte: Decimal | None = None
    planned_end: dt.date | None = None
    extended_to: dt.date | None = None
    expected_return: dt.date | None = None
    assessment_opens: dt.date | None = None
    deferred_days: int = 0
    window_days_deferred: int = 0

    def days_paused(self, day: dt.date) -> int:
        """Days of this stretch spent on a break by `day`."""
        return (day - self.from_on).days if self.status == DEFERRED else 0

    def planned_end_on(self, day: dt.date) -> dt.date | None:
        """The planned end as at `day`: breaks up to then added, or the latest extension if later."""
        if self.planned_end is None:
            return self.extended_to
        moved = self.planned_end + dt.timedelta(days=self.days_paused(day))
        return max(moved, self.extended_to or moved)

    def assessment_opens_on(self, day: dt.date) -> dt.date | None:
        """When assessment opens, as at `day`: a break that begins before it moves it on."""
        if self.assessment_opens is None or self.assessment_opens <= self.from_on:
            return self.assessment_opens
        return self.assessment_opens + dt.timedelta(days=self.days_paused(day))

    def window_deferred_on(self, day: dt.date) -> int:
        """Days of the assessment window spent on a break by `day`."""
        opened = self.assessment_opens is not None and self.assessment_opens <= self.from_on
        return self.window_days_deferred + (self.days_paused(day) if opened else 0)

    def units_expected(self, units: int, day: dt.date) -> int:
        """Whole units of `units` expected by `day`: the share of the window gone by, breaks left out, rounded down."""
        opens, closes = self.assessment_opens_on(day), self.planned_end_on(day)
        if opens is None or closes is None or day <= opens:
            return 0
        paused = self.window_deferred_on(day)
        whole = (closes - opens).days - paused
        gone = (min(day, closes) - opens).days - paused
        return units if whole <= 0 else min(units, units * max(gone, 0) // whole)

    def units_expected_from(self, units: int, number: int, as_at: dt.date) -> dt.date | None:
        """The first day on which `number` of `units` are expected, by the dates as at a day; None where one is not known."""
        opens, closes = self.assessment_opens_on(as_at), self.planned_end_on(as_at)
        if opens is None or closes is None:
            return None
        paused = self.window_deferred_on(as_at)
        whole = (closes - opens).days - paused
        days = math.ceil(Fraction(number * whole, units)) if whole > 0 else 1
        return opens + dt.timedelta(days=paused + max(days, 1))


def timeline(events: Iterable[Any], timings: Timings) -> list[Stretch]:
    """The stretches of an enrolment from its events (kind, effective_on, id, to_*, expected_return, extended_to).

    The first lasts from the beginning until the start; the last has no end. Events after an ending are left out.
    Raises ValueError where no event states the first terms.
    """
    ordered = in_order(events)
    current = _first(ordered)
    stretches = [_dated(current, ordered, timings)]
    changes = [event for event in ordered if event.kind != "enrolled"]
    for day, todays in groupby(changes, key=lambda event: event.effective_on):
        after = current
        for event in todays:
            if after.status not in ENDED:
                after = _apply(after, event)
        if after != current:
            after = replace(after, from_on=day)
            stretches[-1] = replace(stretches[-1], to_on=day)
            stretches.append(_dated(after, [e for e in ordered if e.effective_on <= day or e.kind == "enrolled"], timings))
            current = after
    return stretches


def _first(ordered: list[Any]) -> Stretch:
    enrolled = next((event for event in ordered if event.kind == "enrolled"), None)
    if enrolled is None:
        raise ValueError("An enrolment needs an event that states its first terms.")
    start = next((event.effective_on for event in ordered if event.kind == "started"), enrolled.effective_on)
    return Stretch(
        BEGINNING, None, DUE_TO_START, start_date=start, region_id=enrolled.to_region_id, pdu_id=enrolled.to_pdu_id,
        pathway_id=enrolled.to_pathway_id, cohort_id=enrolled.to_cohort_id, fte=enrolled.to_fte,
    )


def _apply(before: Stretch, event: Any) -> Stretch:
    """What an event changes: the status, a term, an extension or the expected return."""
    changes: dict[str, Any] = {}
    if event.kind in STATUS_EVENTS:
        status = follow(before.status, event.kind)
        if status is None:
            return before
        changes["status"] = status
        changes["expected_return"] = event.expected_return if event.kind == "deferred" else None
    for term in ("region_id", "pathway_id", "cohort_id", "fte"):
        value = getattr(event, f"to_{term}")
        if value is not None:
            changes[term] = value
    if event.to_region_id is not None or event.to_pdu_id is not None:
        changes["pdu_id"] = event.to_pdu_id
    if event.kind == "extended":
        changes["extended_to"] = event.extended_to
    return replace(before, **changes)


@dataclass
class _Clock:
    """Planned end and opening while the events are gone through, for one pathway throughout."""

    end: dt.date | None
    opens: dt.date | None
    timing: Timing
    deferred_days: int = 0
    window_days: int = 0
    broke_on: dt.date | None = None

    def pause(self, day: dt.date) -> None:
        """Add the break up to `day`; it moves the opening only where it began before it."""
        if self.broke_on is None:
            return
        days = dt.timedelta(days=(day - self.broke_on).days)
        self.deferred_days += days.days
        if self.opens is not None and self.broke_on < self.opens:
            self.opens += days
        else:
            self.window_days += days.days
        if self.end is not None:
            self.end += days
        self.broke_on = day

    def change_mode(self, day: dt.date, timing: Timing) -> None:
        """Stretch what is left to the other mode's length; the opening, if still to come, leaves the latter months."""
        old, self.timing = self.timing, timing
        if self.end is None or not old.months or not timing.months:
            self.end = None
            self.opens = self.opens if self.opens and self.opens <= day else None
            return
        left = max((self.end - day).days, 0)
        self.end = day + dt.timedelta(days=stretch(left, old.months, timing.months)) if left else self.end
        if self.opens is None or self.opens > day:
            self.opens = max(add_months(self.end, -LATTER_MONTHS), day)


def _dated(stretch_: Stretch, events: list[Any], timings: Timings) -> Stretch:
    """The stretch with its dates as at its first day, worked out as if its pathway had held from the start."""
    start, pathway = stretch_.start_date, stretch_.pathway_id
    if start is None or pathway is None:
        return stretch_
    clock = _run(start, pathway, stretch_.from_on, events, timings)
    return replace(
        stretch_, planned_end=clock.end, assessment_opens=clock.opens,
        deferred_days=clock.deferred_days, window_days_deferred=clock.window_days,
    )


def _run(start: dt.date, pathway: int, until: dt.date, events: list[Any], timings: Timings) -> _Clock:
    full_time = next(event.to_fte for event in events if event.kind == "enrolled") == 1
    timing = timings(pathway, full_time, start)
    clock = _Clock(_plus(start, timing.months), _plus(start, _opening(timing)), timing)
    status = DUE_TO_START
    for event in events:
        if event.effective_on > until or event.kind == "enrolled" or status in ENDED:
            continue
        clock.pause(event.effective_on)
        if event.kind in STATUS_EVENTS:
            status = follow(status, event.kind) or status
            clock.broke_on = event.effective_on if status == DEFERRED else None
        if event.to_fte is not None and (event.to_fte == 1) != full_time:
            full_time = event.to_fte == 1
            clock.change_mode(max(event.effective_on, start), timings(pathway, full_time, start))
    return clock


def _plus(start: dt.date, months: int | None) -> dt.date | None:
    return None if months is None else add_months(start, months)


def _opening(timing: Timing) -> int | None:
    """Months to the opening: as known, or what leaves the latter nine of the planned length."""
    if timing.opens_months is not None or timing.months is None:
        return timing.opens_months
    return timing.months - LATTER_MONTHS


def at(stretches: Iterable[Stretch], day: dt.date) -> Stretch:
    """The stretch that holds on `day`."""
    return next(part for part in stretches if part.from_on <= day and (part.to_on is None or day < part.to_on))


__all__ = ["ACTIVE", "BEGINNING", "Stretch", "Timing", "at", "timeline"]
