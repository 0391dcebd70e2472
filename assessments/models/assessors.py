"""Assessors' awards and authorities: a ledger with one live row for each assessor."""

from __future__ import annotations

import datetime as dt

from django.contrib.postgres.fields import ArrayField
from django.db import models

from assessments.models.reach import ReachLedgerQuerySet
from pqip.core.ledger import LedgerModel, live
from pqip.core.models import PublicIdModel
from workforce.models import Person


class AssessorRecord(PublicIdModel, LedgerModel):
    """What is known of a person as assessor: award registered, achieved, lapsed; authority to countersign; for what.

    A change voids the row and records the new state, so that any past instant is answered as it was known.
    """

    SCOPE = {"region": "person__region_id", "pdu": "person__pdu_id", "pta": "person_id", "countersigner": "person_id"}
    ALLOCATED = {"countersigner": "person_id"}

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="assessor_records")
    registered_on = models.DateField("registered for the award on", null=True, blank=True)
    achieved_on = models.DateField("achieved the award on", null=True, blank=True)
    certificate_number = models.CharField(max_length=40, blank=True)
    lapsed_on = models.DateField(null=True, blank=True)
    countersign_from = models.DateField("may countersign from", null=True, blank=True)
    countersign_until = models.DateField("may countersign until", null=True, blank=True)
    allowed_qualifications = ArrayField(models.CharField(max_length=6), default=list, blank=True)

    objects = ReachLedgerQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person"], condition=live(), name="assessments_assessor_once"),
            models.CheckConstraint(
                condition=models.Q(achieved_on=None) | models.Q(registered_on=None)
                | models.Q(achieved_on__gte=models.F("registered_on")),
                name="assessments_assessor_achieved_after_registered",
            ),
            models.CheckConstraint(
                condition=models.Q(countersign_until=None)
                | models.Q(countersign_from__isnull=False, countersign_until__gte=models.F("countersign_from")),
                name="assessments_assessor_authority_dates",
            ),
        ]
        indexes = [models.Index(fields=["recorded_at"], name="assessments_assessor_recorded")]

    def is_qualified(self, on: dt.date) -> bool:
        """Award achieved on or before the day, and not lapsed on it."""
        return bool(self.achieved_on and self.achieved_on <= on and not (self.lapsed_on and self.lapsed_on <= on))

    def may_countersign(self, qualification: str, on: dt.date) -> bool:
        """Qualified, with authority to countersign, and allowed that qualification, on the day."""
        in_force = bool(
            self.countersign_from and self.countersign_from <= on
            and (self.countersign_until is None or on <= self.countersign_until)
        )
        return in_force and self.is_qualified(on) and qualification in self.allowed_qualifications
