"""All strands of a learner on one timeline graphic."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence

from learners.facts.milestones_outlook import Outlook
from learners.models import (
    Enrolment,
    ModuleResult,
    Placement,
    ProtectedDay,
    Review,
    Segment,
    TrainingRecord,
)
from learners.models.enrolments import Status
from learners.rules.milestones import Milestone
from pqip.core.formats import lower_first
from pqip.govuk.axis import Axis, Mark, Span, Strand

MONTH = dt.timedelta(days=31)


def line_of_time(
    enrolment: Enrolment,
    segments: Sequence[Segment],
    results: Iterable[ModuleResult],
    training: Iterable[TrainingRecord],
    reviews: Iterable[Review],
    placements: Iterable[Placement],
    lost: Iterable[ProtectedDay],
    outlook: Outlook,
    today: dt.date,
) -> Axis | None:
    """Return the timeline from the start to the planned end, or to today if that is later.

    Return None if no start is known.
    """
    start, milestones = enrolment.start_date, outlook.milestones
    if start is None:
        return None
    planned = outlook.on("planned_end") or enrolment.planned_end
    end = max(filter(None, [planned, today if _going(enrolment) else None, start + MONTH]))
    strands = [
        Strand("Programme", _programme(segments, start, end, outlook.returns_on or today)),
        Strand(
            "University",
            marks=[
                *(_module(row, today) for row in results if row.due_date or row.submitted_date),
                *_modules_due(milestones),
            ],
        ),
        Strand("Vocational", _vocational(milestones, end, today), marks=_due(milestones, "unit_")),
        Strand(
            "Role training",
            marks=[
                *(_course(row) for row in training if row.status != "cancelled"),
                *_due(milestones, "foundation"),
            ],
        ),
        Strand(
            "Practice", [_placement(row, today) for row in placements], [_lost(day) for day in lost]
        ),
        Strand(
            "Reviews",
            marks=[
                Mark(
                    row.get_kind_display(), row.held_on or row.effective_on, row.held_on is not None
                )
                for row in reviews
            ],
        ),
    ]
    return Axis(strands, start, end, today, is_open=_going(enrolment))


def _going(enrolment: Enrolment) -> bool:
    return enrolment.status in {Status.ACTIVE, Status.DEFERRED}


def _programme(
    segments: Sequence[Segment], start: dt.date, end: dt.date, today: dt.date
) -> list[Span]:
    spans: list[Span] = []
    for part in segments:
        if part.status not in {Status.ACTIVE, Status.DEFERRED}:
            continue
        until = part.to_on or (max(today, part.from_on) if part.status == Status.DEFERRED else end)
        label, state = (
            ("Break", "break") if part.status == Status.DEFERRED else ("On the programme", "now")
        )
        if part.status == Status.ACTIVE and until <= today:
            state = "done"
        if spans and spans[-1].label == label and spans[-1].end == part.from_on:
            spans[-1] = Span(label, spans[-1].start, until, state)
        else:
            spans.append(Span(label, part.from_on, until, state))
    return spans or [Span("On the programme", start, end, "planned")]


def _due(milestones: Iterable[Milestone], code: str) -> list[Mark]:
    """Return the milestones of that kind as marks, filled in if they are done."""
    return [
        Mark(each.title, each.on, each.done_on is not None)
        for each in milestones
        if each.on and each.code.startswith(code)
    ]


def _modules_due(milestones: Iterable[Milestone]) -> list[Mark]:
    """Return marks for the fourth module's six months and for required modules without an attempt
    on the line.
    """
    own = (
        each
        for each in milestones
        if each.module and (each.module.is_fourth or not each.module.is_attempted)
    )
    return [Mark(each.title, each.on, each.done_on is not None) for each in own if each.on]


def _vocational(milestones: Iterable[Milestone], end: dt.date, today: dt.date) -> list[Span]:
    opens = next((each.on for each in milestones if each.code == "assessment_opens"), None)
    if opens is None or opens >= end:
        return []
    state = "planned" if today < opens else "done" if today > end else "now"
    return [Span("Assessment", opens, end, state)]


def _module(row: ModuleResult, today: dt.date) -> Mark:
    on = (
        row.submitted_date
        if row.submitted_date and row.submitted_date <= today
        else row.extended_to or row.due_date
    )
    return Mark(
        f"{row.module.title}, attempt {row.attempt}",
        on or row.effective_on,
        row.outcome != "pending",
    )


def _placement(row: Placement, today: dt.date) -> Span:
    begins, ends = (
        row.began_on or row.effective_on,
        row.ended_on or max(row.planned_to, row.began_on or row.planned_to),
    )
    state = (
        "done" if row.ended_on else "now" if row.began_on and row.began_on <= today else "planned"
    )
    return Span(f"Placement: {lower_first(row.get_setting_display())}", begins, ends, state)


def _lost(day: ProtectedDay) -> Mark:
    return Mark(f"{day.get_kind_display()} lost", day.effective_on, done=True)


def _course(row: TrainingRecord) -> Mark:
    return Mark(row.course.title, row.effective_on, row.status == "attended")
