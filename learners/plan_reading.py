"""What pages of intakes' plans read: intakes that a reader's own learners belong to, and the days planned for them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Min, QuerySet

from learners import reading
from learners.models import Cohort, CoursePlan, Enrolment, TrainingRecord
from learners.models.enrolments import EnrolmentQuerySet, Status
from workforce.models import Region

GOING = (Status.DUE_TO_START, Status.ACTIVE, Status.DEFERRED)


@dataclass(frozen=True)
class Intake:
    """Those of a cohort in a region: how many within reach are going, since when, and how many days are planned for them."""

    cohort: Cohort
    region: Region
    learners: int
    starts_on: dt.date | None
    planned: int


def intakes(user: Any, permission: str) -> list[Intake]:
    """Every intake with somebody within reach who is on the programme or due to start, latest first."""
    rows = reading.enrolments(user, permission).filter(status__in=GOING).order_by().values_list("cohort", "region")
    found = list(rows.annotate(learners=Count("pk"), starts_on=Min("start_date")))
    cohorts = Cohort.objects.in_bulk({cohort for cohort, *_ in found})
    regions = Region.objects.in_bulk({region for _, region, *_ in found})
    days = CoursePlan.objects.live().order_by().values_list("cohort", "region").annotate(days=Count("pk"))
    planned = {(cohort, region): count for cohort, region, count in days.filter(cohort__in=cohorts)}
    made = [
        Intake(cohorts[cohort], regions[region], learners, starts, planned.get((cohort, region), 0))
        for cohort, region, learners, starts in found
    ]
    return sorted(made, key=lambda row: (row.starts_on or dt.date.min, row.cohort.code, -row.region.order), reverse=True)


def learners_of(user: Any, permission: str, cohort: str, region: str) -> EnrolmentQuerySet:
    """Learners of an intake (codes) within reach who are on the programme or due to start."""
    rows = reading.enrolments(user, permission).filter(status__in=GOING)
    return rows.filter(cohort__code=cohort, region__code=region)


def plans_of(cohort: Cohort | int | None, region: Region | int | None) -> QuerySet[CoursePlan]:
    """The days planned for an intake reached already, earliest first."""
    rows = CoursePlan.objects.live().filter(cohort=cohort, region=region).select_related("course")
    return rows.order_by("effective_on", "course__order", "pk")


def plan(public_id: Any) -> QuerySet[CoursePlan]:
    """A planned day, still in the plan or not."""
    return CoursePlan.objects.filter(public_id=public_id).select_related("course", "cohort", "region")


def ahead_of(enrolment: Enrolment, on: dt.date) -> dict[int, dt.date]:
    """By course, the next day planned for a learner's intake."""
    found: dict[int, dt.date] = {}
    for row in plans_of(enrolment.cohort_id, enrolment.region_id).filter(effective_on__gte=on):
        found.setdefault(row.course_id, row.effective_on)
    return found


def booked_by(plans: Iterable[CoursePlan], people: Iterable[int]) -> dict[int, int]:
    """By planned day, how many of these people have a record of the course on it that was not cancelled."""
    rows = TrainingRecord.objects.live().filter(person__in=list(people)).exclude(status="cancelled").order_by()
    counted = dict[tuple[int, dt.date], int]()
    for course, on, count in rows.values_list("course", "effective_on").annotate(Count("pk")):
        counted[course, on] = count
    return {row.pk: counted.get((row.course_id, row.effective_on), 0) for row in plans}
