"""What is next for a learner across all strands, in date order."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Iterator
from itertools import islice

from learners.facts.milestones_outlook import Outlook
from learners.facts.promised import AFTER
from learners.models import Enrolment, ModuleResult, Review, Segment, TrainingRecord
from learners.models.enrolments import GOING, Status
from learners.ports.vocational import DueStep
from pqip.govuk.pages import Due

SHOWN = 5
#: Codes of milestones that are overdue once their day has passed.
OWED = frozenset({"foundation", "planned_end"})


def what_is_next(
    enrolment: Enrolment,
    segments: Iterable[Segment],
    results: Collection[ModuleResult],
    training: Iterable[TrainingRecord],
    reviews: Iterable[Review],
    vocational: Iterable[DueStep],
    outlook: Outlook,
    today: dt.date,
    promised: Iterable[Due] = (),
    most: int | None = SHOWN,
    who: str = "they",
) -> list[Due]:
    """Return the next things due, at most `most` (None for all): overdue ones first, undated ones
    last.

    Nothing is due once the enrolment has ended, except the officer's post of somebody who
    completed. During a break nothing vocational is due for the learner. `who` is the word for the
    learner in sentences.
    """
    if enrolment.status == Status.COMPLETED:
        return [due for due in promised if due.strand == AFTER]
    if enrolment.status not in GOING:
        return []
    owed = (
        [step for step in vocational if step.waiting_for == "service"]
        if outlook.is_paused
        else list(vocational)
    )
    turn = (
        "the service"
        if enrolment.pta is None or any(step.waiting_for == "service" for step in owed)
        else "the learner"
    )
    steps = [
        *_programme(enrolment, segments, today),
        *_milestones(outlook, today, turn, who),
        *_modules(
            outlook, today, who, {row.module.code for row in results if row.outcome == "pending"}
        ),
        *(
            _due(row, today)
            for row in results
            if row.outcome == "pending" and row.submitted_date is None
        ),
        *(
            Due(
                row.course.title,
                row.effective_on,
                "Role training",
                overdue=row.effective_on < today,
            )
            for row in training
            if row.status == "booked"
        ),
        *(
            Due(
                f"{row.get_kind_display()} review",
                row.effective_on,
                "Review",
                overdue=row.effective_on < today,
            )
            for row in reviews
            if row.held_on is None
        ),
        *(_vocational(step) for step in owed),
        *promised,
    ]
    return sorted(
        steps, key=lambda step: (not step.overdue, step.on is None, step.on or today, step.title)
    )[:most]


def _programme(enrolment: Enrolment, segments: Iterable[Segment], today: dt.date) -> Iterator[Due]:
    if enrolment.status == Status.DUE_TO_START:
        yield Due(
            "First day",
            enrolment.start_date,
            "Programme",
            waiting_for="the service",
            overdue=_past(enrolment.start_date, today),
        )
    back = next(
        (
            part.expected_return
            for part in segments
            if part.from_on <= today and (part.to_on is None or today < part.to_on)
        ),
        None,
    )
    if enrolment.status == Status.DEFERRED and back:
        yield Due("Expected back from the break", back, "Programme", overdue=back < today)


def _milestones(outlook: Outlook, today: dt.date, turn: str, who: str) -> Iterator[Due]:
    """Yield milestones that are still to come or to be done."""
    for each in outlook.milestones:
        if (
            each.on is None
            or each.done_on is not None
            or each.code not in OWED | {"assessment_opens"}
        ):
            continue
        if outlook.is_paused and each.strand == "Vocational":
            continue
        yield Due(
            each.title,
            each.on,
            each.strand,
            overdue=each.on < today and each.code in OWED,
            waiting_for="the service" if each.owed else "",
            condition=outlook.condition(each.code, who),
        )
    if not outlook.is_paused:
        yield from _units(outlook, today, turn, who)


def _units(outlook: Outlook, today: dt.date, turn: str, who: str) -> Iterator[Due]:
    """Yield units that should have been achieved by now, with the day and who must act; then the
    next expected.
    """
    units = [each for each in outlook.milestones if each.code.startswith("unit_")]
    missed = [each for each in units if each.on and each.on < today and each.done_on is None]
    if missed:
        achieved = sum(each.done_on is not None for each in units)
        yield Due(
            f"{missed[-1].title}, {achieved} achieved",
            missed[0].on,
            missed[0].strand,
            overdue=True,
            waiting_for=turn,
        )
    ahead = (each for each in units if each.on and each.on >= today and each.done_on is None)
    yield from (
        Due(each.title, each.on, each.strand, condition=outlook.condition(each.code, who))
        for each in islice(ahead, 1)
    )


def _modules(outlook: Outlook, today: dt.date, who: str, waiting: Collection[str]) -> Iterator[Due]:
    """Yield required modules that are not passed.

    They are a fourth module, modules without a recorded attempt, and failed ones without a later
    attempt. The day of an attempt in `waiting` is given with the attempt itself. If the day has
    passed and nothing is recorded, the service must record the result or the next step.
    """
    for each in outlook.milestones:
        module = each.module
        if module is None or each.on is None or each.done_on:
            continue
        failed = module.failed_on is not None and module.code not in waiting
        if module.is_attempted and not module.is_fourth and not failed:
            continue
        late = each.on < today
        unrecorded = late and not module.is_attempted and module.plan_on is None
        note = (
            ": failed, and no attempt after it is recorded"
            if failed
            else ": result not recorded"
            if unrecorded
            else ""
        )
        turn = "the service" if failed or unrecorded else "the learner"
        yield Due(
            f"{each.title}{note}",
            each.on,
            each.strand,
            overdue=late,
            waiting_for=turn,
            condition=outlook.condition(each.code, who),
        )


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
    return Due(
        step.title, step.on, "Vocational", url=step.url, overdue=step.overdue, waiting_for=waiting
    )


def _past(day: dt.date | None, today: dt.date) -> bool:
    return day is not None and day < today
