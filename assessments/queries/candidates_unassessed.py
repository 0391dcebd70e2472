"""Candidates without an assessor today: who they are, since when, and where to name one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import Count, Exists, F, Max, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce, Greatest
from django.urls import reverse

from assessments.facts.units_completion import unfinished, with_version
from assessments.models import AssessorRecord, Registration, RegistrationFact
from learners.models import Allocation, Enrolment
from learners.models.enrolments import Status
from pqip.core.clock import today
from pqip.core.spans import over
from workforce.models import Spell

REGISTER = "assessments.register_candidate"
CODES = ("VQ5", "VQ3", "TAQA3")
ON_PROGRAMME = (Status.ACTIVE, Status.DEFERRED)


def unassessed(user: Any, permission: str = REGISTER) -> QuerySet[Registration]:
    """Return the visible registrations that have no assessor today, with `since`.

    For the VQ5 of candidates on the programme; for other qualifications of those in post who have not finished.
    `since` is the day after their last assessor's last day, or the day they were registered where that is later.
    """
    rows = Registration.objects.visible_to(user, permission).filter(qualification__code__in=CODES)
    on_programme = Enrolment.objects.filter(person=OuterRef("person"), status__in=ON_PROGRAMME)
    in_post = Spell.objects.live().in_force(today()).filter(person=OuterRef("person"))
    certified = RegistrationFact.objects.live().filter(
        registration=OuterRef("pk"), certificated_on__isnull=False
    )
    assessed = (
        Allocation.objects.live()
        .in_force(today())
        .filter(person=OuterRef("person"), role="pta", unit=None)
    )
    there = Q(Exists(on_programme), qualification__code="VQ5") | Q(Exists(in_post)) & ~Q(
        qualification__code="VQ5"
    )
    return with_since(
        with_version(rows).filter(there, unfinished(), ~Exists(assessed), ~Exists(certified))
    )


def with_since(rows: QuerySet[Registration]) -> QuerySet[Registration]:
    """Annotate registrations with `since`, the day from which they have had no assessor."""
    made = (
        RegistrationFact.objects.live()
        .filter(registration=OuterRef("pk"))
        .values("effective_on")[:1]
    )
    last = (
        Allocation.objects.live()
        .filter(over(today()), person=OuterRef("person"), role="pta")
        .values("person")
    )
    ended = last.annotate(last=Max("ended_on")).values("last")
    return rows.annotate(since=Greatest(Subquery(made), Coalesce(Subquery(ended), Subquery(made))))


def by_qualification(rows: QuerySet[Registration]) -> dict[str, int]:
    """Return how many registrations there are of each qualification."""
    return dict(rows.order_by().values_list("qualification__code").annotate(Count("pk")))


def where_named(rows: Sequence[Registration]) -> dict[int, str]:
    """Return, by registration, the address at which an assessor can be named, where there is one."""
    people = [row.person_id for row in rows]
    places = dict(
        Enrolment.objects.filter(person__in=people, status__in=ON_PROGRAMME).values_list(
            "person", "public_id"
        )
    )
    psos = Spell.objects.live().in_force(today()).filter(person__in=people, grade__code="PSO")
    posts = dict(psos.values_list("person", F("person__public_id")))
    assessors = AssessorRecord.objects.live().filter(person__in=people)
    recorded = dict(assessors.values_list("person", "person__public_id"))
    found: dict[int, str] = {}
    for row in rows:
        if row.person_id in places:
            found[row.pk] = f"{reverse('learners:allocate', args=[places[row.person_id]])}?role=pta"
        elif row.person_id in posts:
            found[row.pk] = reverse("learners:look_after_pso", args=[posts[row.person_id]])
        elif row.person_id in recorded:
            found[row.pk] = (
                f"{reverse('assessments:name_for_assessors')}?who={recorded[row.person_id]}"
            )
    return found
