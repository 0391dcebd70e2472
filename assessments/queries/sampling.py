"""The samples, releases and certificates that the reader may see."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from django.db import connection
from django.db.models import BooleanField, Case, Exists, OuterRef, Prefetch, QuerySet, When

from assessments.facts.sampling import policy_on
from assessments.facts.units_completion import unfinished, unreleased, with_version
from assessments.facts.units_signing_off import needs
from assessments.models import (
    AssessorRecord,
    CertificateClaim,
    Countersignature,
    Decision,
    Registration,
    RegistrationFact,
    Sample,
    Submission,
    Unit,
    UnitAchievement,
    UnitRelease,
    UnitSignoff,
)
from assessments.models.derived import holds_today
from assessments.models.reach import ReachLedgerQuerySet
from assessments.queries import records as reading
from learners.rules.dates import add_months
from pqip.core.clock import today

if TYPE_CHECKING:
    from assessments.facts.sampling import Certificated

VIEW, ASSURE, CLAIM = (
    "assessments.view_quality",
    "assessments.quality_assure",
    "assessments.claim_certificate",
)
#: Sign-offs of units in which a person had a part.
OWN_PARTS = """
SELECT s.id FROM assessments_unitsignoff s
WHERE assessments_had_part(s.registration_id, s.unit_id, %s::bigint) AND s.id = ANY(%s::bigint[])
"""


def assessors(user: Any, permission: str = VIEW) -> QuerySet[AssessorRecord]:
    """Return the visible assessors who have decided anything in the policy's period."""
    policy = policy_on(today())
    first = add_months(today(), -(policy.period_months if policy else 12))
    decided = Decision.objects.live().filter(assessor=OuterRef("person"), effective_on__gte=first)
    rows = AssessorRecord.objects.live().visible_to(user, permission).filter(Exists(decided))
    return rows.select_related("person__region")


def samples(user: Any, permission: str = VIEW) -> ReachLedgerQuerySet[Sample]:
    """Return the visible samples, including undone ones."""
    return Sample.objects.visible_to(user, permission)


def with_details(rows: ReachLedgerQuerySet[Sample]) -> ReachLedgerQuerySet[Sample]:
    """Add to samples the related records that a page shows."""
    related = rows.select_related(
        "quality_assurer",
        "decision__assessor",
        "decision__evidence__registration__person",
        "decision__evidence__registration__qualification",
    )
    return related.prefetch_related(
        Prefetch("decision__evidence__submissions", Submission.objects.live(), to_attr="submitted")
    )


def countersignature_of(decision: Decision) -> Countersignature | None:
    """Return the live countersignature of a decision, or None."""
    return (
        Countersignature.objects.live()
        .filter(decision=decision)
        .select_related("countersigner")
        .first()
    )


def to_release(user: Any, permission: str = VIEW) -> QuerySet[UnitSignoff]:
    """Return the visible signed-off units that quality assurance has not released, oldest first."""
    rows = UnitSignoff.objects.live().visible_to(user, permission)
    waiting = rows.exclude(Exists(UnitRelease.objects.live().filter(signoff=OuterRef("pk"))))
    return waiting.select_related(
        "unit__version__qualification",
        "registration__person",
        "registration__qualification",
        "signed_off_by",
    )


def own_parts(rows: Iterable[UnitSignoff], person: int | None) -> set[int]:
    """Return those of these sign-offs (keys) whose units the person had a part in and may therefore not release."""
    with connection.cursor() as cursor:
        cursor.execute(OWN_PARTS, [person, [row.pk for row in rows]])
        return {key for (key,) in cursor.fetchall()}


def signoff_of(user: Any, permission: str, registration: Any, number: int) -> QuerySet[UnitSignoff]:
    """Return the live sign-off of a unit of a visible candidate, as a queryset."""
    rows = UnitSignoff.objects.live().visible_to(user, permission)
    return (
        rows.filter(registration__public_id=registration, unit__number=number)
        .select_related(
            "unit", "registration__person", "registration__qualification", "signed_off_by"
        )
        .order_by("-unit__version__from_date", "-pk")
    )


def releases_of(registration: Registration) -> dict[int, UnitRelease]:
    """Return the live releases, by sign-off."""
    rows = (
        UnitRelease.objects.live().filter(registration=registration).select_related("released_by")
    )
    return {one.signoff_id: one for one in rows}


def needs_of(registration: Registration, units: list[Unit]) -> dict[int, list[str]]:
    """Return, by unit, what its rule still requires, in words; only for units that require more than a single piece."""
    asked = {(registration.pk, one.pk): today() for one in units if one.has_rule}
    return {unit: words for (_registration, unit), words in needs(asked).items()}


def claims(user: Any, permission: str) -> QuerySet[CertificateClaim]:
    """Return the visible claims, including undone ones."""
    return CertificateClaim.objects.visible_to(user, permission).select_related(
        "registration__person"
    )


def certificates(user: Any, permission: str = CLAIM) -> QuerySet[Certificated]:
    """Return the visible candidates with every unit achieved.

    Annotations: `is_ready` (every unit is released), `claimed_on`, `certificated_on`.
    """
    achieved = UnitAchievement.objects.filter(holds_today(), registration=OuterRef("pk"))
    open_ = (
        UnitSignoff.objects.live()
        .filter(registration=OuterRef("pk"))
        .exclude(Exists(UnitRelease.objects.live().filter(signoff=OuterRef("pk"))))
    )
    fact = RegistrationFact.objects.live().filter(registration=OuterRef("pk"))
    claim = CertificateClaim.objects.live().filter(registration=OuterRef("pk"))
    rows = with_version(reading.registrations(user, permission))
    # Asked only where a sign-off is not released: a unit may be released through an earlier version, or be one more
    # than its group requires.
    return (
        rows.filter(Exists(achieved))
        .exclude(unfinished())
        .annotate(
            is_ready=Case(
                When(~Exists(open_), then=True), default=~unreleased(), output_field=BooleanField()
            ),
            claimed_on=claim.values("effective_on")[:1],
            certificated_on=fact.values("certificated_on")[:1],
        )
        .select_related("person", "qualification")
    )
