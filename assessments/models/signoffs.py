"""Units signed off."""

from __future__ import annotations

from django.db import models

from assessments.models.qualifications import Unit
from assessments.models.reach import ReachLedgerQuerySet
from assessments.models.registrations import Registration
from pqip.core.ledger import LedgerModel, live
from pqip.core.models import PublicIdModel
from workforce.models import Person


class is_released(models.Func):
    """Whether quality assurance has released what a unit says of a registration: itself, or all it was carried from."""

    function = "assessments_is_released"
    output_field = models.BooleanField()


class UnitSignoff(LedgerModel):
    """A unit of a candidate signed off on `effective_on` by an assessor."""

    SCOPE = {"region": "registration__person__region_id", "pdu": "registration__person__pdu_id",
             "learner": "registration__person_id"}
    ALLOCATED = {"pta": "registration__person_id", "line_manager": "registration__person_id"}

    registration = models.ForeignKey(Registration, on_delete=models.PROTECT, related_name="signoffs")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    signed_off_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")

    objects = ReachLedgerQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["registration", "unit"], condition=live(), name="assessments_signoff_once")
        ]
        indexes = [
            models.Index(fields=["recorded_at"], name="assessments_signoff_rec"),
            models.Index(fields=["voided_at"], name="assessments_signoff_void", condition=models.Q(voided_at__isnull=False)),
        ]


class UnitRelease(PublicIdModel, LedgerModel):
    """A unit that was signed off, released by an internal quality assurer on `effective_on`.

    The database refuses a release by whoever signed it off, decided or countersigned any of it. A unit that was released
    is undone by unlocking it only, with a reason.
    """

    SCOPE = UnitSignoff.SCOPE
    ALLOCATED = UnitSignoff.ALLOCATED

    signoff = models.ForeignKey(UnitSignoff, on_delete=models.PROTECT, related_name="releases")
    registration = models.ForeignKey(Registration, on_delete=models.PROTECT, related_name="releases")
    released_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")

    objects = ReachLedgerQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["signoff"], condition=live(), name="assessments_release_once")]


class CertificateClaim(LedgerModel):
    """The certificate of a candidate asked of the awarding body on `effective_on`.

    The certificate itself is a fact of the registration (`RegistrationFact.certificated_on`).
    """

    SCOPE = UnitSignoff.SCOPE
    ALLOCATED = UnitSignoff.ALLOCATED

    registration = models.ForeignKey(Registration, on_delete=models.PROTECT, related_name="claims")
    reference = models.CharField("the awarding body’s reference", max_length=40, blank=True)

    objects = ReachLedgerQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["registration"], condition=live(), name="assessments_claim_once")]
