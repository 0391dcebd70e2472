"""Course days planned for intakes."""

from __future__ import annotations

import datetime as dt

from django.db.models import QuerySet

from learners.models import Cohort, CoursePlan, Enrolment
from workforce.models import Region


def plans_of(cohort: Cohort | int | None, region: Region | int | None) -> QuerySet[CoursePlan]:
    """Return the days planned for an intake that the caller has reached already, the earliest
    first.
    """
    rows = CoursePlan.objects.live().filter(cohort=cohort, region=region).select_related("course")
    return rows.order_by("effective_on", "course__order", "pk")


def ahead_of(enrolment: Enrolment, on: dt.date) -> dict[int, dt.date]:
    """Return, by course, the next day planned for a learner's intake."""
    found: dict[int, dt.date] = {}
    for row in plans_of(enrolment.cohort_id, enrolment.region_id).filter(effective_on__gte=on):
        found.setdefault(row.course_id, row.effective_on)
    return found
