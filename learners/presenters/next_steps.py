"""What is next for a learner across all strands, in order of date."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

from learners.models import Enrolment, ModuleResult, Review, Segment, TrainingRecord
from learners.models.enrolments import Status
from learners.ports import DueStep
from learners.promised_facts import AFTER
from learners.rules.milestones import Milestone
from pqip.govuk.pages import Due

SHOWN = 5
#: Milestones that are overdue once their day has passed.
OWED = frozenset({"foundation", "planned_end"})


def what_is_next(
    enrolment: Enrolment,
    segments: Iterable[Segment],
    results: Iterable[ModuleResult],
    training: Iterable[TrainingRecord],
    reviews: Iterable[Review],
    vocational: Iterable[DueStep],
    milestones: Sequence[Milestone],
    today: dt.date,
    promised: Iterable[Due] = (),
    most: int | None = SHOWN,
) -> list[Due]:
    """The next five things due (all where `most` is None); what has no date comes last.

    Nothing is due once the enrolment has ended, but an officer's post of whoever completed.
    """
    if enrolment.status == Status.COMPLETED:
        return [due for due in promised if due.strand == AFTER]
    if enrolment.status not in {Status.DUE_TO_START, Status.ACTIVE, Status.DEFERRED}:
        return []
    steps = [
        *_programme(enrolment, segments, today),
        *_milestones(milestones, today),
        *_modules(milestones, today),
        *(_due(row, today) for row in results if row.outcome == "pending" and row.submitted_date is None),
        *(Due(row.course.title, row.effective_on, "Role training", overdue=row.effective_on < today)
          for row in training if row.status == "booked"),
        *(Due(f"{row.get_kind_display()} review", row.effective_on, "Review", overdue=row.effective_on < today)
          for row in reviews if row.held_on is None),
        *(_vocational(step) for step in vocational),
        *promised,
    ]
    return sorted(steps, key=lambda step: (step.on is None, step.on or today, step.title))[:most]


def _programme(enrolment: Enrolment, segments: Iterable[Segment], today: dt.date) -> Iterator[Due]:
    if enrolment.status == Status.DUE_TO_START:
        yield Due(
            "First day", enrolment.start_date, "Programme", waiting_for="the service", overdue=_past(enrolment.start_date, today)
        )
    back = next((part.expected_return for part in segments if part.to_on is None), None)
    if enrolment.status == Status.DEFERRED and back:
        yield Due("Expected back from the break", back, "Programme", overdue=back < today)


def _milestones(milestones: Sequence[Milestone], today: dt.date) -> Iterator[Due]:
    """Those still to come or to do, and of the expected units the next: one that has passed is nobody's delay by itself."""
    for each in milestones:
        if each.on is None or each.done_on is not None or each.code not in OWED | {"assessment_opens"}:
            continue
        waiting = "the service" if each.owed else ""
        yield Due(each.title, each.on, each.strand, overdue=each.on < today and each.code in OWED, waiting_for=waiting)
    ahead = (each for each in milestones if each.code.startswith("unit_") and each.on and each.on >= today and not each.done_on)
    yield from (Due(each.title, each.on, each.strand) for each in islice(ahead, 1))


def _modules(milestones: Iterable[Milestone], today: dt.date) -> Iterator[Due]:
    """Required modules not passed: a fourth, and those of which no attempt is recorded, as an attempt tells its own day.

    Where its day has passed and nothing is on record of it, it is the service that records what came of it.
    """
    for each in milestones:
        module = each.module
        if module is None or each.on is None or each.done_on or (module.is_attempted and not module.is_fourth):
            continue
        late = each.on < today
        unrecorded = late and not module.is_attempted and module.plan_on is None
        title = f"{each.title}: result not recorded" if unrecorded else each.title
        yield Due(title, each.on, each.strand, overdue=late, waiting_for="the service" if unrecorded else "the learner")


def _due(row: ModuleResult, today: dt.date) -> Due:
    on = row.extended_to or row.due_date
    return Due(
        f"{row.module.title}: hand in attempt {row.attempt}",
        on,
        "University",
        overdue=_past(on, today),
        waiting_for="the learner",
    )


def _vocational(step: DueStep) -> Due:
    waiting = "the service" if step.waiting_for == "service" else "the learner"
    return Due(step.title, step.on, "Vocational", url=step.url, overdue=step.overdue, waiting_for=waiting)


def _past(day: dt.date | None, today: dt.date) -> bool:
    return day is not None and day < today
