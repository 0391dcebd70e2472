"""The plan of an intake: course days that are entered once, and the booking of all its learners."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from typing import Any

from learners.actions.training_attendance import Sheet
from learners.facts.training import to_book
from learners.models import Cohort, Course, CoursePlan, TrainingRecord
from learners.rules.training_attendance import check_plan, check_status
from pqip.core.acting import acting_as
from pqip.core.clock import today
from pqip.core.errors import RuleBroken
from pqip.core.ledger import lock_live, void
from workforce.models import Region
from workforce.models.holding import hold_people

REASON = "Booked by the intake's plan"
GONE = "Somebody else has taken this day out of the plan. Nothing was booked."


def plan_course(
    *, by: Any, cohort: Cohort, region: Region, course: Course, on: dt.date, delivery: str = ""
) -> CoursePlan:
    """Plan the day on which an intake takes a course.

    Raises RuleBroken for a day in the past, and for a day that is planned already.
    """
    check_plan(on, today())
    with acting_as(by=by):
        Cohort.objects.select_for_update(no_key=True).get(pk=cohort.pk)
        of = {"cohort": cohort, "region": region, "course": course, "effective_on": on}
        if CoursePlan.objects.live().filter(**of).exists():
            raise RuleBroken("This course is planned for that day already.", "on")
        return CoursePlan.objects.create(**of, delivery=delivery)


def drop_plan(*, by: Any, plan: CoursePlan, reason: str) -> None:
    """Take a day out of the plan.

    Bookings stay. Raises Conflict if somebody has taken it out already.
    """
    void([plan], by=by, reason=reason)


def book_intake(*, by: Any, plan: CoursePlan, people: dict[int, int]) -> Sheet:
    """Book learners (person by enrolment) for the planned day, if they must take the course and
    have no booking ahead.

    Those who have attended it, are exempt, or are booked already are left as they are. The checks
    are those of the file `training`. Raises RuleBroken for a day in the past and if nobody is to be
    booked, and Conflict if the day is no longer in the plan. The sheet can be undone like an
    attendance sheet.
    """
    check_plan(plan.effective_on, today())
    check_status("booked", plan.effective_on, today())
    with acting_as(by=by, reason=REASON):
        hold_people(people.values())
        lock_live(plan, GONE)
        chosen = bookable(plan, people)
        if not chosen:
            raise RuleBroken(
                "Nobody of this intake is to be booked: all have attended it, are exempt, or are booked already."
            )
        of = {"course_id": plan.course_id, "effective_on": plan.effective_on}
        before = {
            row.person_id: row
            for row in TrainingRecord.objects.live().filter(person__in=chosen, **of)
        }
        void(before.values(), by=by, reason=REASON)
        made = TrainingRecord.objects.bulk_create(
            TrainingRecord(person_id=key, status="booked", delivery=plan.delivery, **of)
            for key in chosen
        )
    return Sheet(
        {row.pk: before[row.person_id].pk if row.person_id in before else None for row in made}
    )


def bookable(plan: CoursePlan, people: dict[int, int]) -> list[int]:
    """Return those of these learners (person by enrolment) who would be booked, in order of their
    keys.
    """
    wanted = to_book(plan.course_id, people, plan.effective_on)
    return sorted(wanted - _booked(plan, wanted))


def _booked(plan: CoursePlan, people: Collection[int]) -> set[int]:
    """Return those with a booking from today on, or with a recorded outcome on the planned day."""
    rows = TrainingRecord.objects.live().filter(
        person__in=people, course=plan.course_id, effective_on__gte=today()
    )
    ahead = set(rows.filter(status="booked").values_list("person", flat=True))
    same_day = rows.filter(effective_on=plan.effective_on).exclude(status="cancelled")
    return ahead | set(same_day.values_list("person", flat=True))
