"""What pages ask about assessors: whose award or authority ends, whom they look after, their development."""

from __future__ import annotations

from collections.abc import Collection
from decimal import Decimal
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Sum
from django.db.models.functions import Least

from assessments.caseload_facts import AWARD, months_of
from assessments.models import AssessorRecord, CpdEntry, Decision, Registration, RegistrationFact, Submission
from assessments.models.evidence import Part
from assessments.rules.route import Held, Shown, Way, portfolio
from learners.models import Allocation, PracticeObservation
from learners.rules.dates import add_months
from pqip.core.clock import today
from workforce.models import Person

DEVELOP = "assessments.develop"
#: Who supports an assessor on their way.
SUPPORTERS = ("pta", "mentor", "countersigner", "iqa")
#: Ends of an award and of authorities.
ENDS = ("lapsed_on", "countersign_until", "assure_until")


def endings(user: Any, permission: str) -> QuerySet[AssessorRecord]:
    """Assessors within reach with an end to their award or an authority, and `ends_on`, the soonest."""
    with_end = Q()
    for name in ENDS:
        with_end |= Q(**{f"{name}__isnull": False})
    return AssessorRecord.objects.live().visible_to(user, permission).filter(with_end).annotate(ends_on=Least(*ENDS))


def trainees_of(people: Collection[int]) -> dict[int, int]:
    """How many assessors each of these countersigns for today."""
    in_force = Allocation.objects.live().in_force(today()).filter(role="countersigner")
    rows = in_force.filter(other__in=people).values_list("other").annotate(Count("person", distinct=True))
    return dict(rows.order_by())


def award_of(user: Any, permission: str, person_id: int) -> Registration | None:
    """Somebody's registration for the award, within reach."""
    rows = Registration.objects.visible_to(user, permission).filter(person=person_id, qualification__code=AWARD)
    return rows.select_related("person", "qualification", "version").first()


def way_of(person: Person, award: Registration | None) -> Way:
    """When somebody registered for the award and is to achieve it: their own record, else their registration for it."""
    record = AssessorRecord.objects.live().filter(person=person).first()
    fact = RegistrationFact.objects.live().filter(registration=award).first() if award else None
    return Way(
        registered_on=(record and record.registered_on) or (fact and fact.effective_on),
        target_on=fact and fact.target_on,
        achieved_on=(record and record.achieved_on) or (fact and fact.certificated_on),
        months=months_of(AWARD),
    )


def portfolio_of(person: Person, award: Registration | None) -> list[Held]:
    """What each part of somebody's portfolio holds."""
    rows = Submission.objects.live().filter(evidence__registration=award) if award else Submission.objects.none()
    decided = Decision.objects.live().filter(evidence=OuterRef("evidence"))
    told = rows.annotate(is_decided=Exists(decided)).values_list("part", "method", "is_decided")
    return portfolio(Part.values, [Shown(*row) for row in told], CpdEntry.objects.live().filter(person=person).count())


def cpd_of(person: Person) -> QuerySet[CpdEntry]:
    """Somebody's record of professional development, latest first."""
    return CpdEntry.objects.live().filter(person=person).order_by("-effective_on", "-pk")


def own_cpd(user: Any) -> QuerySet[CpdEntry]:
    """One's own record of professional development, entries corrected or undone too."""
    return CpdEntry.objects.visible_to(user, DEVELOP)


def hours_in_a_year(person: Person) -> Decimal:
    """Hours of professional development in the 12 months to today."""
    rows = CpdEntry.objects.live().filter(person=person, effective_on__gt=add_months(today(), -12), effective_on__lte=today())
    return rows.aggregate(hours=Sum("hours"))["hours"] or Decimal(0)


def supporters_of(person: Person) -> list[Allocation]:
    """Who assesses, mentors and countersigns somebody today, and quality assures them."""
    rows = Allocation.objects.live().in_force(today()).filter(person=person)
    return list(rows.filter(role__in=SUPPORTERS).select_related("other").order_by("role", "effective_on", "pk"))


def observations_of(person: Person) -> list[PracticeObservation]:
    """Observations of somebody's practice outside formal assessment (rule C3 56), latest first."""
    rows = PracticeObservation.objects.live().filter(person=person).select_related("observer")
    return list(rows.order_by("-effective_on", "-pk"))
