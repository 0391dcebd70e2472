"""What pages ask about assessors: whose award or authority ends, whom they look after, their development."""

from __future__ import annotations

from collections.abc import Collection
from decimal import Decimal
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Sum
from django.db.models.functions import Least

from assessments.facts.caseload import AWARD, months_of
from assessments.models import (
    AssessorRecord,
    CpdEntry,
    Decision,
    Registration,
    RegistrationFact,
    Submission,
)
from assessments.models.evidence import Part
from assessments.rules.assessors_route import PartContent, PortfolioPiece, Way, portfolio
from learners.models import Allocation, PracticeObservation
from learners.rules.dates import add_months
from pqip.core.clock import today
from workforce.models import Person

DEVELOP = "assessments.develop"
#: The roles that support an assessor on the way to the award.
SUPPORTERS = ("pta", "mentor", "countersigner", "iqa")
#: Fields that hold the end of an award or an authority.
ENDS = ("lapsed_on", "countersign_until", "assure_until")


def endings(user: Any, permission: str) -> QuerySet[AssessorRecord]:
    """Return the visible assessors whose award or an authority has an end, annotated with the earliest as `ends_on`."""
    with_end = Q()
    for name in ENDS:
        with_end |= Q(**{f"{name}__isnull": False})
    return (
        AssessorRecord.objects.live()
        .visible_to(user, permission)
        .filter(with_end)
        .annotate(ends_on=Least(*ENDS))
    )


def trainees_of(people: Collection[int]) -> dict[int, int]:
    """Return how many assessors each of these people countersigns for today."""
    in_force = Allocation.objects.live().in_force(today()).filter(role="countersigner")
    rows = (
        in_force.filter(other__in=people)
        .values_list("other")
        .annotate(Count("person", distinct=True))
    )
    return dict(rows.order_by())


def award_of(user: Any, permission: str, person_id: int) -> Registration | None:
    """Return a person's registration for the award, where it is visible; None otherwise."""
    rows = Registration.objects.visible_to(user, permission).filter(
        person=person_id, qualification__code=AWARD
    )
    return rows.select_related("person", "qualification", "version").first()


def way_of(person: Person, award: Registration | None) -> Way:
    """Return when a person registered for the award and is to achieve it: from their assessor's record, or else from
    `award`.
    """
    record = AssessorRecord.objects.live().filter(person=person).first()
    fact = RegistrationFact.objects.live().filter(registration=award).first() if award else None
    return Way(
        registered_on=(record.registered_on if record else None)
        or (fact.effective_on if fact else None),
        target_on=fact.target_on if fact else None,
        achieved_on=(record.achieved_on if record else None)
        or (fact.certificated_on if fact else None),
        months=months_of(AWARD),
    )


def portfolio_of(person: Person, award: Registration | None) -> list[PartContent]:
    """Return what each part of a person's portfolio holds."""
    rows = (
        Submission.objects.live().filter(evidence__registration=award)
        if award
        else Submission.objects.none()
    )
    decided = Decision.objects.live().filter(evidence=OuterRef("evidence"))
    values = rows.annotate(is_decided=Exists(decided)).values_list("part", "method", "is_decided")
    return portfolio(
        Part.values,
        [PortfolioPiece(*row) for row in values],
        CpdEntry.objects.live().filter(person=person).count(),
    )


def cpd_of(person: Person) -> QuerySet[CpdEntry]:
    """Return a person's record of professional development, latest first."""
    return CpdEntry.objects.live().filter(person=person).order_by("-effective_on", "-pk")


def own_cpd(user: Any) -> QuerySet[CpdEntry]:
    """Return the user's own record of professional development, including entries corrected or undone."""
    return CpdEntry.objects.visible_to(user, DEVELOP)


def hours_in_a_year(person: Person) -> Decimal:
    """Return a person's hours of professional development in the 12 months to today."""
    rows = CpdEntry.objects.live().filter(
        person=person, effective_on__gt=add_months(today(), -12), effective_on__lte=today()
    )
    return rows.aggregate(hours=Sum("hours"))["hours"] or Decimal(0)


def supporters_of(person: Person) -> list[Allocation]:
    """Return the allocations of those who assess, mentor, countersign for and quality assure a person today."""
    rows = Allocation.objects.live().in_force(today()).filter(person=person)
    return list(
        rows.filter(role__in=SUPPORTERS)
        .select_related("other")
        .order_by("role", "effective_on", "pk")
    )


def observations_of(person: Person) -> list[PracticeObservation]:
    """Return the observations of a person's practice outside formal assessment (rule C3 56), latest first."""
    rows = PracticeObservation.objects.live().filter(person=person).select_related("observer")
    return list(rows.order_by("-effective_on", "-pk"))
