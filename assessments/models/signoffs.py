"""Units signed off."""

from __future__ import annotations

from django.db import models

from assessments.models.qualifications import Unit
from assessments.models.reach import ReachLedgerQuerySet
from assessments.models.registrations import Registration
from pqip.core.ledger import LedgerModel, live
from workforce.models import Person


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
