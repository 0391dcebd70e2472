"""Bookings of courses and their outcomes: record, correct and undo."""

from __future__ import annotations

import datetime as dt
from typing import Any

from learners.actions.training_evaluations import move_evaluations
from learners.actions.training_follow_ups import settle_follow_ups
from learners.models import Course, TrainingRecord
from learners.rules.training_attendance import check_status
from pqip.core.acting import acting_as
from pqip.core.clock import today
from pqip.core.errors import RuleBroken
from pqip.core.ledger import supersede, void
from workforce.models import Person
from workforce.models.holding import hold_people


def record_training(
    *,
    by: Any,
    person: Person,
    course: Course,
    booked_for: dt.date,
    status: str,
    delivery: str = "",
    reason: str = "Brought up to date",
) -> TrainingRecord:
    """Record a booking or its outcome, replacing what was recorded for it.

    Raises RuleBroken for attendance on a day to come. Attendance of a course that is followed up in
    practice makes the follow-up task.
    """
    check_status(status, booked_for, today())
    with acting_as(by=by, reason=reason):
        Person.objects.select_for_update(no_key=True, of=("self",)).get(pk=person.pk)
        rows = TrainingRecord.objects.live().filter(
            person=person, course=course, effective_on=booked_for
        )
        recorded = rows.first()
        if recorded is not None:
            row = supersede(recorded, by=by, reason=reason, status=status, delivery=delivery)
        else:
            row = TrainingRecord.objects.create(
                person=person,
                course=course,
                effective_on=booked_for,
                status=status,
                delivery=delivery,
            )
        settle_follow_ups([(person.pk, course.pk, booked_for)])
        return row


def correct_training(
    *,
    by: Any,
    training: TrainingRecord,
    reason: str,
    booked_for: dt.date,
    status: str,
    delivery: str = "",
) -> TrainingRecord:
    """Correct the day, the status or the delivery.

    Raises RuleBroken if that day has a record of the course already, and Conflict if this one was
    corrected or undone in the meantime.
    """
    check_status(status, booked_for, today())
    with acting_as(by=by, reason=reason):
        Person.objects.select_for_update(no_key=True, of=("self",)).get(pk=training.person_id)
        same_day = TrainingRecord.objects.live().filter(
            person=training.person_id, course=training.course_id, effective_on=booked_for
        )
        if same_day.exclude(pk=training.pk).exists():
            raise RuleBroken("This course is already recorded for that day.", "booked_for")
        row = supersede(
            training,
            by=by,
            reason=reason,
            effective_on=booked_for,
            status=status,
            delivery=delivery,
        )
        if status == "attended":
            move_evaluations(by=by, training=training, to=booked_for, reason=reason)
        settle_follow_ups(
            [(row.person_id, row.course_id, day) for day in {training.effective_on, booked_for}]
        )
        return row


def void_training(*, by: Any, training: TrainingRecord, reason: str) -> None:
    """Undo a record made in error. Raises Conflict if it was corrected or undone in the meantime."""
    with acting_as(by=by, reason=reason):
        hold_people([training.person_id])
        void([training], by=by, reason=reason)
        settle_follow_ups([(training.person_id, training.course_id, training.effective_on)])
