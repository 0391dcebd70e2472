"""For many candidates at once: how far they are, what is planned next, and the state of each of their units."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from django.conf import settings
from django.db import connection
from django.db.models import Case, Count, Exists, OuterRef, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce

from assessments.models import AssessmentPlan, Registration, RegistrationFact, Unit, VersionMove
from assessments.rules.stages import Course, unit_state
from learners.models import Enrolment
from learners.models.enrolments import Status
from learners.rules.dates import add_months
from pqip.core.clock import today
from pqip.core.expressions import MonthsAfter

#: The diploma's dates follow from the place on the programme; other qualifications go by their own registration.
DIPLOMA, AWARD = "VQ5", "TAQA3"
#: Months that a candidate without a target has: for the VQ3 (rule C4 68), and for the award unless the setting says
#: otherwise (C3 53).
MONTHS = 12
COURSE_COLUMNS = (
    "registration",
    "registration__person",
    "registration__qualification__code",
    "effective_on",
    "target_on",
    "certificated_on",
)


#: Of these registrations today: criteria met by unit, units achieved, signed off, and chosen of the optional ones.
STANDS = """
SELECT 'met', m.registration_id, c.unit_id, count(DISTINCT m.criterion_id)
FROM assessments_criterionmet m JOIN assessments_criterion c ON c.id = m.criterion_id
WHERE m.registration_id = ANY(%(keys)s) AND m.from_on <= %(day)s AND (m.to_on IS NULL OR m.to_on > %(day)s)
GROUP BY m.registration_id, c.unit_id
UNION ALL SELECT 'achieved', a.registration_id, a.unit_id, 0 FROM assessments_unitachievement a
WHERE a.registration_id = ANY(%(keys)s) AND a.from_on <= %(day)s AND (a.to_on IS NULL OR a.to_on > %(day)s)
UNION ALL SELECT 'signed_off', s.registration_id, s.unit_id, 0 FROM assessments_unitsignoff s
WHERE s.registration_id = ANY(%(keys)s) AND s.voided_at IS NULL AND s.effective_on <= %(day)s
UNION ALL SELECT 'chosen', h.registration_id, h.unit_id, 0 FROM assessments_unitchoice h
WHERE h.registration_id = ANY(%(keys)s) AND h.voided_at IS NULL
"""


def with_end(rows: QuerySet[Registration]) -> QuerySet[Registration]:
    """Annotate registrations with `ends_on`, the day they are planned to end as `courses` gives it, for sorting."""
    places = Enrolment.objects.filter(person=OuterRef("person")).exclude(
        status=Status.DID_NOT_START
    )
    facts = RegistrationFact.objects.live().filter(registration=OuterRef("pk"))
    months = Case(
        When(registration__qualification__code=AWARD, then=Value(months_of(AWARD))),
        default=Value(MONTHS),
    )
    own = facts.values(ends=Coalesce("target_on", MonthsAfter("effective_on", months)))
    return rows.annotate(
        ends_on=Case(
            When(
                Exists(places),
                qualification__code=DIPLOMA,
                then=Subquery(places.order_by("-start_date", "-pk").values("planned_end")[:1]),
            ),
            default=Subquery(own[:1]),
        )
    )


def courses(rows: Collection[Registration] | QuerySet[Registration]) -> dict[int, Course]:
    """Return the course of each candidate (start, planned end, whether over or on a break), by registration, in two
    queries.
    """
    found = list(
        RegistrationFact.objects.live().filter(registration__in=rows).values_list(*COURSE_COLUMNS)
    )
    places = _places({person for _key, person, code, *_ in found if code == DIPLOMA})
    return {
        key: places[person] if code == DIPLOMA and person in places else own_course(code, *dates)
        for key, person, code, *dates in found
    }


def own_course(
    code: str, registered_on: dt.date, target_on: dt.date | None, certificated_on: dt.date | None
) -> Course:
    """Return the course of a candidate whose dates follow from their registration alone."""
    return Course(
        registered_on,
        target_on or add_months(registered_on, months_of(code)),
        certificated_on is not None,
    )


def months_of(code: str) -> int:
    """Return the months within which a qualification is to be achieved where no target is set."""
    return int(getattr(settings, "PQIP_AWARD_MONTHS", MONTHS)) if code == AWARD else MONTHS


def _places(people: Collection[int]) -> dict[int, Course]:
    """Return the course of each person's latest place on the programme, by person."""
    rows = (
        Enrolment.objects.filter(person__in=people)
        .exclude(status=Status.DID_NOT_START)
        .order_by("start_date", "pk")
    )
    return {
        person: Course(
            None if status == Status.DUE_TO_START else start,
            end,
            status in {Status.COMPLETED, Status.WITHDRAWN},
            status == Status.DEFERRED,
        )
        for person, status, start, end in rows.values_list(
            "person", "status", "start_date", "planned_end"
        )
    }


def next_planned(keys: Collection[int]) -> dict[int, AssessmentPlan]:
    """Return the next planned assessment without evidence, by registration."""
    rows = AssessmentPlan.objects.live().filter(registration__in=keys, evidence=None)
    return {
        one.registration_id: one
        for one in rows.order_by("registration", "due_on", "pk").distinct("registration")
    }


@dataclass
class UnitsOf:
    """The units of one version with, for each registration on it, each unit's state and the number of its criteria
    met.
    """

    name: str
    units: list[Unit] = field(default_factory=list)
    states: dict[int, dict[int, tuple[str, int]]] = field(default_factory=dict)
    criteria: dict[int, int] = field(default_factory=dict)


def units_of(rows: Sequence[Registration]) -> list[UnitsOf]:
    """Return the state of each unit of these candidates today, one group for each version, in three queries whatever the
    number.
    """
    keys = [row.pk for row in rows]
    moves = (
        VersionMove.objects.live()
        .as_at(today())
        .filter(registration__in=keys)
        .order_by("effective_on", "pk")
    )
    versions = {row.pk: row.version_id for row in rows} | dict(
        moves.values_list("registration", "version")
    )
    grouped: dict[int, UnitsOf] = {}
    units = Unit.objects.filter(version__in=set(versions.values())).select_related(
        "version__qualification"
    )
    for unit in units.annotate(has=Count("criteria")).order_by(
        "version__qualification__order", "version", "number"
    ):
        group = grouped.setdefault(
            unit.version_id, UnitsOf(f"{unit.version.qualification} {unit.version.name}")
        )
        group.units.append(unit)
        group.criteria[unit.pk] = unit.has
    stands = _stands(keys)
    for row in rows:
        group = grouped.get(versions[row.pk], UnitsOf(""))
        group.states[row.pk] = {
            unit.pk: _state(unit, group.criteria[unit.pk], stands[row.pk, unit.pk])
            for unit in group.units
        }
    return list(grouped.values())


def _state(unit: Unit, criteria: int, stands: dict[str, int]) -> tuple[str, int]:
    met = stands.get("met", 0)
    state = unit_state(
        criteria,
        met,
        is_signed_off="signed_off" in stands,
        is_achieved="achieved" in stands,
        is_open=not unit.group_id or "chosen" in stands,
    )
    return state, met


def _stands(keys: Collection[int]) -> dict[tuple[int, int], dict[str, int]]:
    """By registration and unit, what is so of it today; of `met`, how many criteria."""
    found: dict[tuple[int, int], dict[str, int]] = defaultdict(dict)
    with connection.cursor() as cursor:
        cursor.execute(STANDS, {"keys": list(keys), "day": today()})
        for what, registration, unit, number in cursor.fetchall():
            found[registration, unit][what] = number
    return found
