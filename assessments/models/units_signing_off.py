"""Sign-offs, releases and certificate claims."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from assessments.models.qualifications import Unit
from assessments.models.reach import ReachLedgerQuerySet
from assessments.models.registrations import Registration
from assessments.models.scopes import OF_REGISTRATION
from pqip.core.ledger import LedgerModel, live
from pqip.core.models import PublicIdModel
from workforce.models import Person


class is_released(models.Func):
    """SQL: whether quality assurance has released a registration's unit, itself or through all units it was carried
    over from.
    """

    function = "assessments_is_released"
    output_field = models.BooleanField()


class UnitSignoff(LedgerModel):
    """The sign-off of a candidate's unit by an assessor on `effective_on`."""

    SCOPE = OF_REGISTRATION
    ALLOCATED = {"pta": "registration__person_id", "line_manager": "registration__person_id"}

    registration = models.ForeignKey(
        Registration, on_delete=models.PROTECT, related_name="signoffs"
    )
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    signed_off_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")

    objects: ClassVar = ReachLedgerQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["registration", "unit"], condition=live(), name="assessments_signoff_once"
            )
        ]
        indexes = [
            models.Index(fields=["recorded_at"], name="assessments_signoff_rec"),
            models.Index(
                fields=["voided_at"],
                name="assessments_signoff_void",
                condition=models.Q(voided_at__isnull=False),
            ),
        ]


class UnitRelease(PublicIdModel, LedgerModel):
    """The release of a signed-off unit by an internal quality assurer on `effective_on`.

    The database refuses a release by somebody who signed the unit off, or decided or countersigned any of it. A
    released unit can only be undone by unlocking it, with a reason.
    """

    SCOPE = UnitSignoff.SCOPE
    ALLOCATED = UnitSignoff.ALLOCATED

    signoff = models.ForeignKey(UnitSignoff, on_delete=models.PROTECT, related_name="releases")
    registration = models.ForeignKey(
        Registration, on_delete=models.PROTECT, related_name="releases"
    )
    released_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")

    objects: ClassVar = ReachLedgerQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["signoff"], condition=live(), name="assessments_release_once"
            )
        ]


class CertificateClaim(LedgerModel):
    """The claim of a candidate's certificate from the awarding body on `effective_on`.

    The certificate itself is a fact of the registration (`RegistrationFact.certificated_on`).
    """

    SCOPE = UnitSignoff.SCOPE
    ALLOCATED = UnitSignoff.ALLOCATED

    registration = models.ForeignKey(Registration, on_delete=models.PROTECT, related_name="claims")
    reference = models.CharField("the awarding body’s reference", max_length=40, blank=True)

    objects: ClassVar = ReachLedgerQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["registration"], condition=live(), name="assessments_claim_once"
            )
        ]
