"""A learner's milestones from what is kept, and what they would be if something else were so."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from learners import ports
from learners.actions.derive import STRETCH_COLUMNS, known_timings
from learners.models import Enrolment, Event
from learners.module_facts import states_of
from learners.rules.history import check_history
from learners.rules.milestones import Dated, Milestone, Strands, milestones
from learners.rules.modules import Required
from learners.rules.timeline import Stretch, at, timeline
from learners.rules.what_if import Move, Supposed, compare
from learners.training_facts import courses_of

#: Codes of the foundation learning modules, FL1 to FL8 (S3 §3.3), begin with this.
FOUNDATION = "FL"


def kept(enrolment: Enrolment) -> list[Stretch]:
    """The stretches as kept for an enrolment."""
    rows = enrolment.segments.order_by("from_on").values(*STRETCH_COLUMNS)
    return [Stretch(**row) for row in rows]


def milestones_of(enrolment: Enrolment, day: dt.date) -> list[Milestone]:
    """Every milestone of a learner as at a day, as known now."""
    parts = kept(enrolment)
    return milestones(parts, strands_of(enrolment, parts, day), day) if parts else []


def strands_of(enrolment: Enrolment, parts: Sequence[Stretch], day: dt.date) -> Strands:
    """What the milestones need of the strands, as at a day."""
    progress = ports.vocational().progress_of([enrolment.person_id], day).get(enrolment.person_id, ports.Progress())
    return Strands(
        modules=[Required.of(row) for row in states_of([enrolment.pk], day)], foundation=_foundation(enrolment, day),
        units=progress.units_total, units_achieved=progress.units_achieved,
    )


def _foundation(enrolment: Enrolment, day: dt.date) -> list[Dated]:
    """Each required course of foundation learning they are not exempt from: when it first was or is due, and attended."""
    rows = [row for row in courses_of(enrolment.pk, day) if row["code"].startswith(FOUNDATION) and not row["is_exempt"]]
    return [Dated(row["title"], row["first_due"], row["attended_on"], row["is_unbooked"]) for row in rows]


@dataclass(frozen=True)
class Comparison:
    """Milestones without and with something supposed, all as at `day`; the last one recorded or supposed."""

    day: dt.date
    moves: list[Move]


def supposing(enrolment: Enrolment, supposed: Sequence[Supposed], today: dt.date) -> Comparison:
    """What would move if these things were recorded. Records nothing. Raises RuleBroken where they may not be.

    Both sides are as at the day of the last of them, or today if that is later; the end of a break is set beside the
    day it began, so that all it moves is seen.
    """
    events: list[Any] = list(Event.objects.live().filter(enrolment=enrolment))
    everything = [*events, *supposed]
    for each in supposed:
        check_history(everything, each)
    timings = known_timings()
    day = max([today, *(each.effective_on for each in supposed)])
    before, after = timeline(events, timings), timeline(everything, timings)
    strands = strands_of(enrolment, before, today)
    standing = at(before, day)
    ends_break = standing.status == "deferred" and any(each.kind == "resumed" for each in supposed)
    before_day = standing.from_on if ends_break else day
    return Comparison(day, compare(milestones(before, strands, before_day), milestones(after, strands, day)))
