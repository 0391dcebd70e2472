"""Of many candidates at once: how far they are, what is planned next, and where each of their units stands."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from django.conf import settings
from django.db.models import Case, Count, F, OuterRef, QuerySet, Subquery, When

from assessments.actions.choosing import chosen_by
from assessments.models import (
    AssessmentPlan,
    CriterionMet,
    Registration,
    RegistrationFact,
    Unit,
    UnitAchievement,
    UnitSignoff,
    VersionMove,
)
from assessments.reading import holds_today
from assessments.rules.stages import Course, unit_state
from learners.models import Enrolment
from learners.models.enrolments import Status
from learners.rules.dates import add_months
from pqip.core.clock import today

#: The qualification that goes with a place on the programme; others go by their own registration.
DIPLOMA, AWARD = "VQ5", "TAQA3"
#: Months a candidate without a target has: of the VQ3 (rule C4 68), and of the award where the setting says no other (C3 53).
MONTHS = 12
TOLD = (
    "registration", "registration__person", "registration__qualification__code", "effective_on", "target_on", "certificated_on",
)


def with_end(rows: QuerySet[Registration]) -> QuerySet[Registration]:
    """Registrations with `ends_on`, the day they are planned to end, to sort by; nothing where only the months say so."""
    places = Enrolment.objects.filter(person=OuterRef("person")).exclude(status=Status.DID_NOT_START)
    facts = RegistrationFact.objects.live().filter(registration=OuterRef("pk"))
    return rows.annotate(
        ends_on=Case(
            When(qualification__code=DIPLOMA, then=Subquery(places.order_by("-start_date", "-pk").values("planned_end")[:1])),
            default=Subquery(facts.values("target_on")[:1]),
        )
    )


def courses(rows: Collection[Registration] | QuerySet[Registration]) -> dict[int, Course]:
    """The time of each candidate, by registration, in two queries."""
    found = list(RegistrationFact.objects.live().filter(registration__in=rows).values_list(*TOLD))
    places = _places({person for _key, person, code, *_ in found if code == DIPLOMA})
    return {
        key: places[person] if code == DIPLOMA and person in places else own_course(code, *dates)
        for key, person, code, *dates in found
    }


def own_course(code: str, registered_on: dt.date, target_on: dt.date | None, certificated_on: dt.date | None) -> Course:
    """The time of a candidate who goes by their registration alone."""
    return Course(registered_on, target_on or add_months(registered_on, months_of(code)), certificated_on is not None)


def months_of(code: str) -> int:
    """Months within which a qualification is to be achieved, where no target is set."""
    return int(getattr(settings, "PQIP_AWARD_MONTHS", MONTHS)) if code == AWARD else MONTHS


def _places(people: Collection[int]) -> dict[int, Course]:
    """By person, the time of their latest place on the programme."""
    rows = Enrolment.objects.filter(person__in=people).exclude(status=Status.DID_NOT_START).order_by("start_date", "pk")
    return {
        person: Course(
            None if status == Status.DUE_TO_START else start, end, status in {Status.COMPLETED, Status.WITHDRAWN},
            status == Status.DEFERRED,
        )
        for person, status, start, end in rows.values_list("person", "status", "start_date", "planned_end")
    }


def next_planned(keys: Collection[int]) -> dict[int, AssessmentPlan]:
    """By registration, the assessment planned next that has no evidence yet."""
    rows = AssessmentPlan.objects.live().filter(registration__in=keys, evidence=None)
    return {one.registration_id: one for one in rows.order_by("registration", "due_on", "pk").distinct("registration")}


@dataclass
class UnitsOf:
    """Units of one version, and of each registration on it the state of each unit and how many criteria it has met."""

    name: str
    units: list[Unit] = field(default_factory=list)
    states: dict[int, dict[int, tuple[str, int]]] = field(default_factory=dict)
    criteria: dict[int, int] = field(default_factory=dict)


def units_of(rows: Sequence[Registration]) -> list[UnitsOf]:
    """Where each unit of these candidates stands today, a group for each version, in six queries at any size."""
    keys = [row.pk for row in rows]
    moves = VersionMove.objects.live().as_at(today()).filter(registration__in=keys).order_by("effective_on", "pk")
    versions = {row.pk: row.version_id for row in rows} | dict(moves.values_list("registration", "version"))
    grouped: dict[int, UnitsOf] = {}
    units = Unit.objects.filter(version__in=set(versions.values())).select_related("version__qualification")
    for unit in units.annotate(has=Count("criteria")).order_by("version__qualification__order", "version", "number"):
        group = grouped.setdefault(unit.version_id, UnitsOf(f"{unit.version.qualification} {unit.version.name}"))
        group.units.append(unit)
        group.criteria[unit.pk] = unit.has  # type: ignore[attr-defined]
    met, achieved = _met(keys), _pairs(UnitAchievement.objects.filter(holds_today()), keys)
    signed, chosen = _pairs(UnitSignoff.objects.live().as_at(today()), keys), chosen_by(keys)
    for row in rows:
        group = grouped.get(versions[row.pk], UnitsOf(""))
        group.states[row.pk] = {
            unit.pk: (unit_state(group.criteria[unit.pk], met[row.pk, unit.pk], is_signed_off=(row.pk, unit.pk) in signed,
                                 is_achieved=(row.pk, unit.pk) in achieved,
                                 is_open=not unit.group_id or unit.pk in chosen[row.pk]), met[row.pk, unit.pk])
            for unit in group.units
        }
    return list(grouped.values())


def _met(keys: Collection[int]) -> dict[tuple[int, int], int]:
    """Criteria met today by registration and unit."""
    rows = CriterionMet.objects.filter(holds_today(), registration__in=keys)
    counted = rows.values_list("registration", F("criterion__unit")).annotate(Count("criterion", distinct=True))
    found: dict[tuple[int, int], int] = defaultdict(int)
    found.update({(registration, unit): number for registration, unit, number in counted.order_by()})
    return found


def _pairs(rows: QuerySet, keys: Collection[int]) -> set[tuple[int, int]]:
    return set(rows.filter(registration__in=keys).values_list("registration", "unit"))
