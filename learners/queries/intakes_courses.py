"""What pages of courses planned for intakes read: intakes that a reader's own learners belong to, and their days."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Exists, Min, OuterRef, QuerySet

from learners.models import Cohort, CoursePlan, TrainingRecord
from learners.models.enrolments import GOING, EnrolmentQuerySet
from learners.queries import records
from workforce.models import Region


@dataclass(frozen=True)
class Intake:
    """A cohort in a region.

    It has the number of learners within reach who are due to start or on the programme, their first
    start, and the number of days planned.
    """

    cohort: Cohort
    region: Region
    learners: int
    starts_on: dt.date | None
    planned: int


def intakes(user: Any, permission: str) -> list[Intake]:
    """Return every intake with somebody within reach who is due to start or on the programme, the
    latest first.
    """
    rows = (
        records.enrolments(user, permission)
        .filter(status__in=GOING)
        .order_by()
        .values_list("cohort", "region")
    )
    found = list(rows.annotate(learners=Count("pk"), starts_on=Min("start_date")))
    cohorts = Cohort.objects.in_bulk({cohort for cohort, *_ in found})
    regions = Region.objects.in_bulk({region for _, region, *_ in found})
    days = (
        CoursePlan.objects.live()
        .order_by()
        .values_list("cohort", "region")
        .annotate(days=Count("pk"))
    )
    planned = {(cohort, region): count for cohort, region, count in days.filter(cohort__in=cohorts)}
    made = [
        Intake(cohorts[cohort], regions[region], learners, starts, planned.get((cohort, region), 0))
        for cohort, region, learners, starts in found
    ]
    return sorted(
        made,
        key=lambda row: (row.starts_on or dt.date.min, row.cohort.code, -row.region.order),
        reverse=True,
    )


def learners_of(user: Any, permission: str, cohort: str, region: str) -> EnrolmentQuerySet:
    """Return learners of an intake (codes) within reach who are due to start or on the programme."""
    rows = records.enrolments(user, permission).filter(status__in=GOING)
    return rows.filter(cohort__code=cohort, region__code=region)


def plan(user: Any, permission: str, public_id: Any) -> QuerySet[CoursePlan]:
    """Return a planned day, even if it was taken out of the plan, of an intake with somebody within reach."""
    going = records.enrolments(user, permission).filter(
        status__in=GOING, cohort=OuterRef("cohort"), region=OuterRef("region")
    )
    rows = CoursePlan.objects.filter(Exists(going), public_id=public_id)
    return rows.select_related("course", "cohort", "region")


def booked_by(plans: Iterable[CoursePlan], people: Iterable[int]) -> dict[int, int]:
    """Return, by planned day, how many of these people have a record of the course on it that is
    not cancelled.
    """
    rows = (
        TrainingRecord.objects.live()
        .filter(person__in=list(people))
        .exclude(status="cancelled")
        .order_by()
    )
    counted = dict[tuple[int, dt.date], int]()
    for course, on, count in rows.values_list("course", "effective_on").annotate(Count("pk")):
        counted[course, on] = count
    return {row.pk: counted.get((row.course_id, row.effective_on), 0) for row in plans}
