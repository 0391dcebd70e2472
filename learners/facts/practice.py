"""Learning in practice of many learners at once: effective time, kinds of case allowed, protected
days, and what of it the service owes.
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
from learners.rules.conversations import LOST_DAYS, LOST_WITHIN, NOT_THE_SERVICE, PLACEMENT_MONTHS
from learners.rules.practice import Stages, effective_hours, reduction_percent
from pqip.core.acting import actor_name
from pqip.core.formats import FULL_TIME_HOURS
from pqip.core.known import known_sql, when
from pqip.core.spans import in_force
from workforce.models import User, WorkloadReduction

#: The prefix by which reference data names the stages of a learner's reduction.
STAGE = "PQiP: "

Sql = tuple[str, dict[str, Any]]

#: Days that the learner had off or was sick are none that the service took.
LOST = """
SELECT g.enrolment_id, (array_agg(d.effective_on ORDER BY d.effective_on, d.id))[%(lost_days)s] AS since
FROM going g JOIN learners_protectedday d ON d.person_id = g.person_id AND d.taken IS FALSE
    AND d.reason_lost <> %(not_the_service)s
    AND d.effective_on > %(as_at)s::date - %(lost_within)s AND d.effective_on <= %(as_at)s AND d.effective_on >= g.start_date
    AND {known_d}
GROUP BY g.enrolment_id HAVING count(*) >= %(lost_days)s
"""
#: A plan does not say on which day it was offered. It was offered by a day if it was to begin or began by then, or if it was
#: recorded by the end of that day, in this or an earlier version, and not undone.
UNPLACED = """
SELECT g.enrolment_id, b.owed_on AS since FROM going g
CROSS JOIN LATERAL (SELECT (g.start_date + make_interval(months => %(placement_months)s))::date + g.deferred_days AS owed_on) b
WHERE b.owed_on <= %(as_at)s AND NOT EXISTS (
    SELECT FROM learners_placement p WHERE p.enrolment_id = g.enrolment_id AND {known_p} AND (
        p.effective_on <= %(as_at)s OR p.began_on <= %(as_at)s OR EXISTS (
            SELECT FROM learners_placement v WHERE v.enrolment_id = p.enrolment_id AND v.setting = p.setting
                AND v.effective_on = p.effective_on AND (v.recorded_at AT TIME ZONE 'Europe/London')::date <= %(as_at)s
                AND ({known_v} OR (v.voided_at AT TIME ZONE 'Europe/London')::date > %(as_at)s))))
"""


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


def days_lost(as_at: dt.date, known_at: dt.datetime | None) -> Sql:
    """Return SQL of learners who have lost so many study or VQ days of late that a conversation is
    owed, and its parameters.

    Its columns are enrolment_id and since. Reads `going`: enrolment_id, person_id and start_date of
    the learners asked about.
    """
    own = {"lost_days": LOST_DAYS, "lost_within": LOST_WITHIN, "not_the_service": NOT_THE_SERVICE}
    return LOST.format(known_d=known_sql("d", known_at)), own | when(as_at, known_at)


def unplaced(as_at: dt.date, known_at: dt.datetime | None) -> Sql:
    """Return SQL of learners who should have been offered a placement by the day and were not, and
    its parameters.

    Its columns are enrolment_id and since. Reads `going`: enrolment_id, start_date and
    deferred_days of the learners asked about.
    """
    sql = UNPLACED.format(known_p=known_sql("p", known_at), known_v=known_sql("v", known_at))
    return sql, {"placement_months": PLACEMENT_MONTHS} | when(as_at, known_at)


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
