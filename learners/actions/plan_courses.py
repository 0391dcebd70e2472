"""The plan of an intake: the days of its courses, entered once, and one booking of everybody for one of them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from typing import Any

from learners.actions.record_attendance import Sheet
from learners.models import Cohort, Course, CoursePlan, TrainingRecord
from learners.rules.attendance import check_plan, check_status
from learners.training_facts import to_book
from pqip.core.acting import act
from pqip.core.clock import today
from pqip.core.errors import RuleBroken
from pqip.core.ledger import take_hold, void
from workforce.actions.holding import hold_people
from workforce.models import Region

REASON = "Booked by the intake's plan"
GONE = "Somebody else has taken this day out of the plan. Nothing was booked."


def plan_course(
    *, by: Any, cohort: Cohort, region: Region, course: Course, on: dt.date, delivery: str = ""
) -> CoursePlan:
    """The intake is to take the course on that day. Raises RuleBroken for a day gone by, and for a day planned already."""
    check_plan(on, today())
    with act(by=by):
        Cohort.objects.select_for_update(no_key=True).get(pk=cohort.pk)
        of = {"cohort": cohort, "region": region, "course": course, "effective_on": on}
        if CoursePlan.objects.live().filter(**of).exists():
            raise RuleBroken("This course is planned for that day already.", "on")
        return CoursePlan.objects.create(**of, delivery=delivery)


def drop_plan(*, by: Any, plan: CoursePlan, reason: str) -> None:
    """Take a day out of the plan; whoever is booked stays booked. Raises Conflict where somebody has taken it out meanwhile."""
    void([plan], by=by, reason=reason)


def book_intake(*, by: Any, plan: CoursePlan, people: dict[int, int]) -> Sheet:
    """Book these learners (person by enrolment) for the planned day: those who are to take the course and have no booking ahead.

    Whoever has attended it, is exempt, or is booked already is left alone. The same checks as the file `training` makes. Raises
    RuleBroken for a day gone by and where nobody is to be booked, Conflict where the day is in the plan no more. The sheet is
    undone as an attendance sheet is.
    """
    check_plan(plan.effective_on, today())
    check_status("booked", plan.effective_on, today())
    with act(by=by, reason=REASON):
        hold_people(people.values())
        take_hold(plan, GONE)
        chosen = bookable(plan, people)
        if not chosen:
            raise RuleBroken("Nobody of this intake is to be booked: all have attended it, are exempt, or are booked already.")
        of = {"course_id": plan.course_id, "effective_on": plan.effective_on}
        before = {row.person_id: row for row in TrainingRecord.objects.live().filter(person__in=chosen, **of)}
        void(before.values(), by=by, reason=REASON)
        made = TrainingRecord.objects.bulk_create(
            TrainingRecord(person_id=key, status="booked", delivery=plan.delivery, **of) for key in chosen
        )
    return Sheet({row.pk: before[row.person_id].pk if row.person_id in before else None for row in made})


def bookable(plan: CoursePlan, people: dict[int, int]) -> list[int]:
    """Of these learners (person by enrolment) those whom booking the plan would book, in the order of their keys."""
    wanted = to_book(plan.course_id, people, plan.effective_on)
    return sorted(wanted - _booked(plan, wanted))


def _booked(plan: CoursePlan, people: Collection[int]) -> set[int]:
    """Those with a booking from today on, or with what came of one on the planned day."""
    rows = TrainingRecord.objects.live().filter(person__in=people, course=plan.course_id, effective_on__gte=today())
    ahead = set(rows.filter(status="booked").values_list("person", flat=True))
    same_day = rows.filter(effective_on=plan.effective_on).exclude(status="cancelled")
    return ahead | set(same_day.values_list("person", flat=True))
