"""A learner's milestones, worked out here only (rules C1 3, C2 29 to 36).

Pages, the timeline, the list of what is next, what-if and reports use these functions, or read the
stretches that the dates come from.
"""

from __future__ import annotations

import datetime as dt
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import NamedTuple

from learners.rules.events_moves import COMPLETED, DID_NOT_START, DUE_TO_START, ENDED
from learners.rules.modules import Required, due_on
from learners.rules.timeline import StatusPeriod, at

DAY = dt.timedelta(days=1)
PLANNED_END = "Planned end of the programme"
FOURTH = "Fourth knowledge module"
#: The prefix of a module's milestone code, followed by the code of the module.
MODULE = "module_"


@dataclass(frozen=True)
class Dated:
    """Something with a date of its own, such as a module or a course.

    It has the day it is due and the day it was done, either of which may be None. `owed` means that
    it is due and waits for the service, such as a course that nobody has booked.
    """

    title: str
    due_on: dt.date | None
    done_on: dt.date | None = None
    owed: bool = False


@dataclass(frozen=True)
class Strands:
    """What the dates need beside the stretches: the modules held at entry, and what other strands
    have dated.
    """

    modules: Sequence[Required] = ()
    foundation: Sequence[Dated] = ()
    units: int = 0
    units_achieved: int = 0


@dataclass(frozen=True)
class Milestone:
    """A day that matters in the programme.

    `on` is None if the day is not known; it is never guessed. `code` stays the same when dates
    change. `module` is the university module it is about, if any. `owed` means that it waits for
    the service, so that it is never counted as the learner's delay.
    """

    code: str
    title: str
    on: dt.date | None
    how: str
    strand: str
    done_on: dt.date | None = None
    module: Required | None = None
    owed: bool = False


class _Asked(NamedTuple):
    """The stretches of an enrolment, the day as at which dates are asked for, and the stretch of
    that day.
    """

    parts: Sequence[StatusPeriod]
    day: dt.date
    period: StatusPeriod


def milestones(parts: Sequence[StatusPeriod], strands: Strands, day: dt.date) -> list[Milestone]:
    """Return every milestone as at `day`, in date order, with undated ones last.

    The list is empty for somebody who did not start. During a break the dates ahead are those of a
    return on `day`. For an enrolment that has ended, the list holds what was due by then and the
    planned end.
    """
    asked = _Asked(parts, day, at(parts, day))
    if asked.period.start_date is None or asked.period.status == DID_NOT_START:
        return []
    found = [
        *_programme(asked),
        *_university(asked, strands),
        *_training(strands),
        *_vocational(asked, strands),
    ]
    if asked.period.status in ENDED:
        found = [
            each
            for each in found
            if each.code == "planned_end" or (each.on and each.on <= asked.period.from_on)
        ]
    return sorted(found, key=lambda each: (each.on is None, each.on or day))


def _programme(asked: _Asked) -> Iterator[Milestone]:
    period = asked.period
    started = period.start_date if period.status != DUE_TO_START else None
    yield Milestone("start", "First day", period.start_date, "", "Programme", started)
    end = period.planned_end_on(asked.day)
    ended = period.from_on if period.status == COMPLETED else None
    how = "The pathway's length from the start, with breaks"
    if (
        period.extended_to is not None
        and period.planned_end is not None
        and end == period.extended_to
    ):
        before = period.planned_end + dt.timedelta(days=period.days_paused(asked.day))
        if before < end:
            yield Milestone(
                "end_before_extension",
                "Planned end before the extension",
                before,
                how,
                "Programme",
                before,
            )
        how = "As extended"
    yield Milestone(
        "planned_end",
        PLANNED_END,
        end,
        how if end else "No length is known for these hours",
        "Programme",
        ended,
    )


def _university(asked: _Asked, strands: Strands) -> Iterator[Milestone]:
    for each in strands.modules:
        code, title = (
            ("fourth_module", f"{FOURTH}: {each.title}")
            if each.is_fourth
            else (f"{MODULE}{each.code}", each.title)
        )
        on = due_on(asked.parts, asked.day, each)
        how = each.how if on else "No date is known for these hours"
        yield Milestone(code, title, on, how, "University", each.passed_on, module=each)


def _training(strands: Strands) -> Iterator[Milestone]:
    if not strands.foundation:
        return
    dates = [each.due_on for each in strands.foundation]
    done = [each.done_on for each in strands.foundation]
    last = max(day for day in dates if day) if any(dates) else None
    how = f"{sum(each is not None for each in done)} of {len(done)} courses attended"
    if None in dates:
        how += "; not every course has a date"
    finished = max(day for day in done if day) if all(done) else None
    owed = any(each.owed for each in strands.foundation)
    yield Milestone(
        "foundation", "Foundation learning", last, how, "Role training", finished, owed=owed
    )


def _vocational(asked: _Asked, strands: Strands) -> Iterator[Milestone]:
    opens = asked.period.assessment_opens_on(asked.day)
    opened = opens if opens and opens <= asked.day and asked.period.status != DUE_TO_START else None
    how = "" if opens else "No opening is known for these hours"
    yield Milestone("assessment_opens", "Assessment opens", opens, how, "Vocational", opened)
    for number, on in enumerate(units_by(asked.parts, strands.units, asked.day), start=1):
        achieved = on if number <= strands.units_achieved else None
        title = f"{number} of {strands.units} units expected"
        yield Milestone(
            f"unit_{number}",
            title,
            on,
            "An even share of the assessment window",
            "Vocational",
            achieved,
        )


def units_by(parts: Sequence[StatusPeriod], units: int, day: dt.date) -> list[dt.date | None]:
    """Return the first days on which 1, 2 … of `units` are expected, as at `day`.

    This is the inverse of `StatusPeriod.units_expected`; a day that is not known is None. What was
    expected in an earlier stretch keeps its date there, unless a later change means that less is
    expected.
    """
    return [_expected_from(parts, units, number, day) for number in range(1, units + 1)]


def _expected_from(
    parts: Sequence[StatusPeriod], units: int, number: int, day: dt.date
) -> dt.date | None:
    found: dt.date | None = None
    for part in parts:
        if part.from_on > day:
            break
        lived = (min(part.to_on - DAY if part.to_on else day, day) - part.from_on).days + 1
        after = bisect_left(range(lived), number, key=partial(_expected_after, part, units))
        if after == lived:
            found = None
        elif after > 0 or found is None:
            found = part.from_on + after * DAY
    return found or at(parts, day).units_expected_from(units, number, day)


def _expected_after(part: StatusPeriod, units: int, days: int) -> int:
    return part.units_expected(units, part.from_on + days * DAY)


__all__ = ["MODULE", "Dated", "Milestone", "Strands", "milestones", "units_by"]
