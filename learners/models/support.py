"""Support needs: the adjustments agreed with a learner, kept apart and behind their own permission."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from learners.models.enrolments import Enrolment
from learners.models.scopes import OF_ENROLMENT
from pqip.core.ledger import LedgerModel
from pqip.core.models import PublicIdModel
from pqip.core.scope import ScopedLedgerQuerySet
from workforce.models import Person


class SupportNeed(PublicIdModel, LedgerModel):
    """An adjustment agreed on a day. Every reading is logged.

    It says what is done and never why, and holds no occupational health report.
    """

    SCOPE = OF_ENROLMENT

    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="support_needs")
    adjustment = models.CharField(max_length=500)
    in_place_on = models.DateField(null=True, blank=True)
    review_on = models.DateField(null=True, blank=True)
    ended_on = models.DateField("needed no more from", null=True, blank=True)
    owner = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects: ClassVar = ScopedLedgerQuerySet.as_manager()

    class Meta:
        ordering = ["effective_on", "id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(in_place_on=None)
                | models.Q(in_place_on__gte=models.F("effective_on")),
                name="learners_support_dates",
                violation_error_message="An adjustment cannot be in place before it was agreed.",
            ),
            models.CheckConstraint(
                condition=models.Q(ended_on=None)
                | models.Q(ended_on__gte=models.F("effective_on")),
                name="learners_support_end",
                violation_error_message="An adjustment cannot end before it was agreed.",
            ),
        ]
