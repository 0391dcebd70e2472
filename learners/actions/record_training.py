"""Record a booking of a course, and what came of it."""

from __future__ import annotations

import datetime as dt
from typing import Any

from learners.actions.follow_up import settle_follow_ups
from learners.models import Course, TrainingRecord
from pqip.core.acting import act
from pqip.core.clock import today
from pqip.core.errors import RuleBroken
from pqip.core.ledger import supersede
from workforce.models import Person


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
    """Record the booking, or void what was recorded of it and record it anew. Nobody has attended what is to come.

    Attendance of a course that is followed up into practice makes the task to do so.
    """
    if status in {TrainingRecord.Status.ATTENDED, TrainingRecord.Status.DID_NOT_ATTEND} and booked_for > today():
        raise RuleBroken("It has not taken place yet. Record it as booked.", "status")
    with act(by=by, reason=reason):
        Person.objects.select_for_update(of=("self",)).get(pk=person.pk)
        rows = TrainingRecord.objects.live().filter(person=person, course=course, effective_on=booked_for)
        recorded = rows.first()
        if recorded is not None:
            row = supersede(recorded, by=by, reason=reason, status=status, delivery=delivery)
        else:
            row = TrainingRecord.objects.create(
                person=person, course=course, effective_on=booked_for, status=status, delivery=delivery
            )
        settle_follow_ups([(person.pk, course.pk, booked_for)])
        return row
