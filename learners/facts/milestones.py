"""A learner's milestones from the stored stretches, and what they would be if something else
happened.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from learners.facts.modules import states_of
from learners.facts.timelines import STRETCH_COLUMNS, known_timings
from learners.facts.training import courses_of
from learners.models import Enrolment, Event
from learners.ports import vocational
from learners.rules.board import at_fault
from learners.rules.events import check_history
from learners.rules.milestones import Dated, Milestone, Strands, milestones
from learners.rules.milestones_what_if import Move, Supposed, compare
from learners.rules.modules import Required
from learners.rules.timeline import StatusPeriod, at, timeline

#: The prefix of the codes of the foundation learning modules, FL1 to FL8 (S3 §3.3).
FOUNDATION = "FL"


def stored_stretches(enrolment: Enrolment) -> list[StatusPeriod]:
    """Return the stored stretches of an enrolment, in order."""
    rows = enrolment.segments.order_by("from_on").values(*STRETCH_COLUMNS)
    return [StatusPeriod(**row) for row in rows]


def milestones_of(enrolment: Enrolment, day: dt.date) -> list[Milestone]:
    """Return every milestone of a learner as at a day, as known now."""
    parts = stored_stretches(enrolment)
    return milestones(parts, strands_of(enrolment, parts, day), day) if parts else []


def strands_of(enrolment: Enrolment, parts: Sequence[StatusPeriod], day: dt.date) -> Strands:
    """Return what the milestones need to know of the strands, as at a day."""
    progress = (
        vocational.vocational()
        .progress_of([enrolment.person_id], day)
        .get(enrolment.person_id, vocational.Progress())
    )
    return Strands(
        modules=[Required.of(row) for row in states_of([enrolment.pk], day)],
        foundation=_foundation(enrolment, day),
        units=progress.units_total,
        units_achieved=progress.units_achieved,
    )


def _foundation(enrolment: Enrolment, day: dt.date) -> list[Dated]:
    """Return each required course of foundation learning from which they are not exempt.

    Each has the day it was or is first due, and the day it was attended.
    """
    rows = [
        row
        for row in courses_of(enrolment.pk, day)
        if row["code"].startswith(FOUNDATION) and not row["is_exempt"]
    ]
    return [
        Dated(row["title"], row["first_due"], row["attended_on"], row["is_unbooked"])
        for row in rows
    ]


@dataclass(frozen=True)
class Comparison:
    """How the supposed events move the milestones, all as at `day`.

    `day` is that of the last supposed event, or today if that is later.
    """

    day: dt.date
    moves: list[Move]


def supposing(enrolment: Enrolment, supposed: Sequence[Supposed], today: dt.date) -> Comparison:
    """Return what would move if these events were recorded. Nothing is recorded.

    Both sides are as at the day of the last event, or today if that is later. The end of a break is
    compared with the day on which the break began, so that everything it moves is shown. Raises
    RuleBroken if the events may not be recorded.
    """
    events: list[Any] = list(Event.objects.live().filter(enrolment=enrolment))
    everything = [*events, *supposed]
    for each in supposed:
        check_history(everything, each, at_fault(events))
    timings = known_timings()
    day = max([today, *(each.effective_on for each in supposed)])
    before, after = timeline(events, timings), timeline(everything, timings)
    strands = strands_of(enrolment, before, today)
    period = at(before, day)
    ends_break = period.status == "deferred" and any(each.kind == "resumed" for each in supposed)
    before_day = period.from_on if ends_break else day
    return Comparison(
        day, compare(milestones(before, strands, before_day), milestones(after, strands, day))
    )
