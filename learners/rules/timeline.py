"""An enrolment's timeline: its events divided into stretches in which nothing changes, with the
dates that follow.

The planned end and the assessment window are worked out here only. Pages, reports and forecasts
read the stretches, which `learners/derived/enrolments.py` keeps in `Segment`.

During a break the learner's dates move day by day. A stretch gives them as at its first day, and
`planned_end_on`, `assessment_opens_on` and `window_deferred_on` give them for any day within it.
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
from learners.rules.events_moves import (
    ACTIVE,
    DEFERRED,
    DUE_TO_START,
    ENDED,
    STATUS_EVENTS,
    follow,
    in_order,
)

#: The first day of every timeline. Before its start an enrolment is due to start, whatever the day.
BEGINNING = dt.date.min
#: If no opening is known for a mode, assessment takes the last nine months (rule C2 33).
LATTER_MONTHS = 9


@dataclass(frozen=True)
class Timing:
    """The length of a pathway in one mode and the opening of its assessment, in whole months.

    None means not known.
    """

    months: int | None
    opens_months: int | None


#: A function that returns the timing for a pathway key, full time or not, and a start date.
Timings = Callable[[int, bool, dt.date], Timing]


@dataclass(frozen=True)
class StatusPeriod:
    """A stretch of time (`from_on` ≤ day < `to_on`) in which status and terms stay the same."""

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
        """Return the number of days of this stretch that were spent on a break by `day`."""
        return (day - self.from_on).days if self.status == DEFERRED else 0

    def planned_end_on(self, day: dt.date) -> dt.date | None:
        """Return the planned end as at `day`.

        Breaks up to then are added; the latest extension counts if it is later.
        """
        if self.planned_end is None:
            return self.extended_to
        moved = self.planned_end + dt.timedelta(days=self.days_paused(day))
        return max(moved, self.extended_to or moved)

    def assessment_opens_on(self, day: dt.date) -> dt.date | None:
        """Return the day assessment opens, as at `day`. A break that begins earlier moves it."""
        if self.assessment_opens is None or self.assessment_opens <= self.from_on:
            return self.assessment_opens
        return self.assessment_opens + dt.timedelta(days=self.days_paused(day))

    def window_deferred_on(self, day: dt.date) -> int:
        """Return the number of days of the assessment window that were spent on a break by `day`."""
        opened = self.assessment_opens is not None and self.assessment_opens <= self.from_on
        return self.window_days_deferred + (self.days_paused(day) if opened else 0)

    def units_expected(self, units: int, day: dt.date) -> int:
        """Return the number of units, of `units` in all, that are expected by `day`.

        It is the share of the window that has passed, without breaks, rounded down.
        """
        opens, closes = self.assessment_opens_on(day), self.planned_end_on(day)
        if opens is None or closes is None or day <= opens:
            return 0
        paused = self.window_deferred_on(day)
        length = (closes - opens).days - paused
        gone = (min(day, closes) - opens).days - paused
        return units if length <= 0 else min(units, units * max(gone, 0) // length)

    def units_expected_from(self, units: int, number: int, as_at: dt.date) -> dt.date | None:
        """Return the first day on which `number` of `units` are expected, by the dates as at a day.

        Return None if one of the dates is not known.
        """
        opens, closes = self.assessment_opens_on(as_at), self.planned_end_on(as_at)
        if opens is None or closes is None:
            return None
        paused = self.window_deferred_on(as_at)
        length = (closes - opens).days - paused
        days = math.ceil(Fraction(number * length, units))
        return opens + dt.timedelta(days=paused + max(days, 1))


def timeline(events: Iterable[Any], timings: Timings) -> list[StatusPeriod]:
    """Return the stretches of an enrolment, worked out from its events.

    An event has kind, effective_on, id, to_*, expected_return and extended_to. The first stretch
    lasts from the earliest date until the start, and the last has no end. Events after an ending
    are left out. Raises ValueError if no event states the first terms.
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
            stretches.append(_dated(after, ordered, timings))
            current = after
    return stretches


def _first(ordered: list[Any]) -> StatusPeriod:
    enrolled = next((event for event in ordered if event.kind == "enrolled"), None)
    if enrolled is None:
        raise ValueError("An enrolment needs an event that states its first terms.")
    start = next(
        (event.effective_on for event in ordered if event.kind == "started"), enrolled.effective_on
    )
    return StatusPeriod(
        BEGINNING,
        None,
        DUE_TO_START,
        start_date=start,
        region_id=enrolled.to_region_id,
        pdu_id=enrolled.to_pdu_id,
        pathway_id=enrolled.to_pathway_id,
        cohort_id=enrolled.to_cohort_id,
        fte=enrolled.to_fte,
    )


def _apply(before: StatusPeriod, event: Any) -> StatusPeriod:
    """Return the stretch after an event, which changes the status, a term, an extension or the
    expected return.
    """
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
    """The planned end and the opening of assessment while events are applied, for one pathway."""

    end: dt.date | None
    opens: dt.date | None
    timing: Timing
    deferred_days: int = 0
    window_days: int = 0
    broke_on: dt.date | None = None

    def pause(self, day: dt.date) -> None:
        """Add the break up to `day`. It moves the opening only if it began before the opening."""
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
        """Change what is left to the length of the other mode.

        An opening that is still to come moves so that the last months stay the assessment window.
        """
        old, self.timing = self.timing, timing
        if self.end is None or not old.months or not timing.months:
            self.end = None
            self.opens = self.opens if self.opens and self.opens <= day else None
            return
        left = max((self.end - day).days, 0)
        self.end = (
            day + dt.timedelta(days=stretch(left, old.months, timing.months)) if left else self.end
        )
        if self.opens is None or self.opens > day:
            self.opens = max(add_months(self.end, -LATTER_MONTHS), day)


def _dated(stretch_: StatusPeriod, events: list[Any], timings: Timings) -> StatusPeriod:
    """Return the stretch with its dates as at its first day, as if its pathway had applied from the
    start.
    """
    start, pathway = stretch_.start_date, stretch_.pathway_id
    if start is None or pathway is None:
        return stretch_
    clock = _run(start, pathway, stretch_.from_on, events, timings)
    return replace(
        stretch_,
        planned_end=clock.end,
        assessment_opens=clock.opens,
        deferred_days=clock.deferred_days,
        window_days_deferred=clock.window_days,
    )


def _run(
    start: dt.date, pathway: int, until: dt.date, events: list[Any], timings: Timings
) -> _Clock:
    full_time = next(event.to_fte for event in events if event.kind == "enrolled") == 1
    timing = timings(pathway, full_time, start)
    clock = _Clock(_plus(start, timing.months), _plus(start, _opening(timing)), timing)
    status = DUE_TO_START
    for event in (each for each in events if each.effective_on <= until):
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
    """Return the months until assessment opens: as known, or what leaves the last nine of the
    planned length.
    """
    if timing.opens_months is not None or timing.months is None:
        return timing.opens_months
    return timing.months - LATTER_MONTHS


def at(stretches: Iterable[StatusPeriod], day: dt.date) -> StatusPeriod:
    """Return the stretch that contains `day`."""
    return next(
        part
        for part in stretches
        if part.from_on <= day and (part.to_on is None or day < part.to_on)
    )


__all__ = ["ACTIVE", "BEGINNING", "StatusPeriod", "Timing", "at", "timeline"]
