"""Learning in practice of many learners at once: effective time, kinds of case allowed, and
protected days.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet

from learners.models import (
    CaseType,
    CaseTypeCourse,
    CaseTypeOverride,
    CoWork,
    Enrolment,
    LostReason,
    Placement,
    ProtectedDay,
    TrainingRecord,
)
from learners.rules.practice import Stages, effective_hours, reduction_percent
from pqip.core.acting import actor_name
from pqip.core.formats import FULL_TIME_HOURS
from pqip.core.spans import in_force
from workforce.models import User, WorkloadReduction

#: The prefix by which reference data names the stages of a learner's reduction.
STAGE = "PQiP: "


@dataclass(frozen=True)
class Effective:
    """Somebody's weekly hours on a day: contracted, the percentage taken for learning, and what is
    left.

    The last two are None if they are not known.
    """

    contracted: Decimal
    percent: int | None
    hours: Decimal | None


@dataclass(frozen=True)
class Allowed:
    """Whether a kind of case may be allocated: by training, or by an override until a day.

    Otherwise it says what is missing.
    """

    case_type: CaseType
    by_training: bool
    override: CaseTypeOverride | None = None
    missing: tuple[str, ...] = ()

    @property
    def is_allowed(self) -> bool:
        """True if training or an override allows the kind of case."""
        return self.by_training or self.override is not None


def stages(on: dt.date) -> Stages:
    """Return the stages of a learner's reduction in force on a day, in order: months and
    percentage.
    """
    rows = WorkloadReduction.objects.live().filter(
        name__startswith=STAGE, effective_on__lte=on, months__isnull=False
    )
    latest = {row.name: row for row in rows.exclude(percent=None).order_by("effective_on")}
    return [
        (row.months or 0, row.percent or 0)
        for row in sorted(latest.values(), key=lambda row: -(row.percent or 0))
    ]


def effective_of(rows: Iterable[Enrolment], on: dt.date) -> dict[int, Effective]:
    """Return, by enrolment, the effective time; learners without a start or hours are left out."""
    found, steps = {}, stages(on)
    for row in rows:
        if row.start_date is not None and row.fte is not None:
            contracted = row.fte * FULL_TIME_HOURS
            percent = reduction_percent(row.start_date, on, steps)
            found[row.pk] = Effective(contracted, percent, effective_hours(contracted, percent))
    return found


def allowed_of(rows: Collection[Enrolment], on: dt.date) -> dict[int, list[Allowed]]:
    """Return, by enrolment, whether each kind of case may be allocated (rule C2 37).

    It may once each of its courses was attended; an exemption does not count as attendance.
    """
    needs: dict[int, dict[int, str]] = defaultdict(dict)
    for need in CaseTypeCourse.objects.select_related("course"):
        needs[need.case_type_id][need.course_id] = need.course.title
    attended: dict[int, set[int]] = defaultdict(set)
    came = TrainingRecord.objects.live().filter(
        person__in=[row.person_id for row in rows],
        status="attended",
        effective_on__lte=on,
        course__in={course for own in needs.values() for course in own},
    )
    for person, course in came.values_list("person_id", "course_id"):
        attended[person].add(course)
    stand = overrides_on(on).filter(enrolment__in=[row.pk for row in rows])
    overrides = {(each.enrolment_id, each.case_type_id): each for each in stand}
    kinds = list(case_types())
    return {
        row.pk: [
            _allowed(
                kind, needs[kind.pk], attended[row.person_id], overrides.get((row.pk, kind.pk))
            )
            for kind in kinds
        ]
        for row in rows
    }


def _allowed(
    kind: CaseType, needs: dict[int, str], attended: set[int], override: CaseTypeOverride | None
) -> Allowed:
    missing = tuple(title for course, title in needs.items() if course not in attended)
    return Allowed(kind, not missing, override if missing else None, missing)


def overrides_on(on: dt.date) -> QuerySet[CaseTypeOverride]:
    """Return the overrides in force on a day, which allow a kind of case before its training."""
    return CaseTypeOverride.objects.live().filter(in_force(on)).select_related("case_type")


def week_of(on: dt.date) -> tuple[dt.date, dt.date]:
    """Return Monday and Sunday of the week of a day."""
    monday = on - dt.timedelta(days=on.weekday())
    return monday, monday + dt.timedelta(days=6)


def days_of_week(people: Collection[int], on: dt.date) -> dict[int, dict[str, ProtectedDay]]:
    """Return, by person and kind, the protected day in the week of a day; the latest if there are
    several.
    """
    found: dict[int, dict[str, ProtectedDay]] = defaultdict(dict)
    rows = ProtectedDay.objects.live().filter(person__in=people, effective_on__range=week_of(on))
    for day in rows.order_by("effective_on", "pk"):
        found[day.person_id][day.kind] = day
    return found


def days_between(person_id: int, first: dt.date, last: dt.date) -> list[ProtectedDay]:
    """Return the protected days of a person in a period."""
    rows = ProtectedDay.objects.live().filter(person=person_id, effective_on__range=(first, last))
    return list(rows.order_by("-effective_on", "kind"))


def recorded_as_lost_by_learner(days: Collection[ProtectedDay]) -> set[int]:
    """Return the keys of those days that the learner recorded as lost from their own account."""
    users = User.objects.filter(person__in=[day.person_id for day in days if day.taken is False])
    own = {(user.person_id, actor_name(user)) for user in users}
    return {
        day.pk for day in days if day.taken is False and (day.person_id, day.recorded_by) in own
    }


def protected_day(enrolment: Enrolment, public_id: Any) -> QuerySet[ProtectedDay]:
    """Return the protected day with that identifier, for a learner within reach, even if undone or
    changed.
    """
    return ProtectedDay.objects.filter(public_id=public_id, person=enrolment.person_id)


def lost_days_of(person_id: int) -> list[ProtectedDay]:
    """Return the study and VQ days that were lost, the oldest first."""
    return list(
        ProtectedDay.objects.live().filter(person=person_id, taken=False).order_by("effective_on")
    )


def case_types() -> QuerySet[CaseType]:
    """Return the kinds of case that require training first."""
    return CaseType.objects.all()


def lost_reasons() -> list[tuple[str, str]]:
    """Return the reasons for losing a day, as choices."""
    return list(LostReason.objects.values_list("code", "title"))


def placements_of(enrolment: Enrolment) -> list[Placement]:
    """Return the placements of a learner, in order."""
    return list(Placement.objects.live().filter(enrolment=enrolment).order_by("-effective_on"))


def co_work_of(enrolment: Enrolment) -> list[CoWork]:
    """Return the co-working of a learner, in order."""
    rows = CoWork.objects.live().filter(enrolment=enrolment).select_related("responsible_officer")
    return list(rows.order_by("-effective_on"))
