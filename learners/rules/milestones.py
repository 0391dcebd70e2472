"""A learner's milestones: the one place where they are worked out (rules C1 3, C2 29 to 36).

Pages, the line of time, what is next, what-if and reports ask here, or read the stretches these dates come from.
"""

from __future__ import annotations

import datetime as dt
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import NamedTuple

from learners.rules.modules import Required, due_on
from learners.rules.moves import COMPLETED, DID_NOT_START, DUE_TO_START, ENDED
from learners.rules.timeline import Stretch, at

DAY = dt.timedelta(days=1)
PLANNED_END = "Planned end of the programme"
FOURTH = "Fourth knowledge module"
#: Codes of the other modules' milestones begin with this, and go on with the module's own.
MODULE = "module_"


@dataclass(frozen=True)
class Dated:
    """Something with a date of its own, such as a module or a course: due on a day, if known, and done on a day, if done.

    `owed`: it is due and waits for the service, such as a course that nobody booked.
    """

    title: str
    due_on: dt.date | None
    done_on: dt.date | None = None
    owed: bool = False


@dataclass(frozen=True)
class Strands:
    """What the dates need beside the stretches: what was held at entry, and what the strands have dated themselves."""

    modules: Sequence[Required] = ()
    foundation: Sequence[Dated] = ()
    units: int = 0
    units_achieved: int = 0


@dataclass(frozen=True)
class Milestone:
    """A day that matters. `on` None: not known, and never guessed. `code` is the same whatever the dates.

    `module`: the university module it is about, if it is about one. `owed`: it waits for the service, and is never the learner's
    delay.
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
    """The stretches of an enrolment, the day as at which its dates are asked for, and the stretch of that day."""

    parts: Sequence[Stretch]
    day: dt.date
    standing: Stretch


def milestones(parts: Sequence[Stretch], strands: Strands, day: dt.date) -> list[Milestone]:
    """Every milestone as at `day`, in order of date; what has no date comes last. None for whoever did not start.

    While somebody is on a break the dates ahead are those of a return on `day`. Of an enrolment that has ended, only
    what was due by then, and the end that was planned.
    """
    asked = _Asked(parts, day, at(parts, day))
    if asked.standing.start_date is None or asked.standing.status == DID_NOT_START:
        return []
    found = [*_programme(asked), *_university(asked, strands), *_training(strands), *_vocational(asked, strands)]
    if asked.standing.status in ENDED:
        found = [each for each in found if each.code == "planned_end" or (each.on and each.on <= asked.standing.from_on)]
    return sorted(found, key=lambda each: (each.on is None, each.on or day))


def _programme(asked: _Asked) -> Iterator[Milestone]:
    standing = asked.standing
    started = standing.start_date if standing.status != DUE_TO_START else None
    yield Milestone("start", "First day", standing.start_date, "", "Programme", started)
    end = standing.planned_end_on(asked.day)
    ended = standing.from_on if standing.status == COMPLETED else None
    how = "The pathway's length from the start, with breaks"
    if standing.extended_to is not None and standing.planned_end is not None and end == standing.extended_to:
        before = standing.planned_end + dt.timedelta(days=standing.days_paused(asked.day))
        if before < end:
            yield Milestone("end_before_extension", "Planned end before the extension", before, how, "Programme", before)
        how = "As extended"
    yield Milestone("planned_end", PLANNED_END, end, how if end else "No length is known for these hours", "Programme", ended)


def _university(asked: _Asked, strands: Strands) -> Iterator[Milestone]:
    for each in strands.modules:
        code, title = ("fourth_module", f"{FOURTH}: {each.title}") if each.is_fourth else (f"{MODULE}{each.code}", each.title)
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
    yield Milestone("foundation", "Foundation learning", last, how, "Role training", finished, owed=owed)


def _vocational(asked: _Asked, strands: Strands) -> Iterator[Milestone]:
    opens = asked.standing.assessment_opens_on(asked.day)
    opened = opens if opens and opens <= asked.day and asked.standing.status != DUE_TO_START else None
    how = "" if opens else "No opening is known for these hours"
    yield Milestone("assessment_opens", "Assessment opens", opens, how, "Vocational", opened)
    for number, on in enumerate(units_by(asked.parts, strands.units, asked.day), start=1):
        achieved = on if number <= strands.units_achieved else None
        title = f"{number} of {strands.units} units expected"
        yield Milestone(f"unit_{number}", title, on, "An even share of the assessment window", "Vocational", achieved)


def units_by(parts: Sequence[Stretch], units: int, day: dt.date) -> list[dt.date | None]:
    """The first day on which 1, 2 … of `units` are expected, as at `day`: the inverse of `Stretch.units_expected`.

    What was expected in earlier stretches stays dated there, unless a change has since made less expected.
    """
    return [_expected_from(parts, units, number, day) for number in range(1, units + 1)]


def _expected_from(parts: Sequence[Stretch], units: int, number: int, day: dt.date) -> dt.date | None:
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


def _expected_after(part: Stretch, units: int, days: int) -> int:
    return part.units_expected(units, part.from_on + days * DAY)


__all__ = ["MODULE", "Dated", "Milestone", "Strands", "milestones", "units_by"]
