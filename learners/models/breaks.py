"""Breaks, apart from their beginning and end (which are events): review dates and the plan for the
return.
"""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from learners.models.enrolments import Enrolment
from learners.models.scopes import OF_ENROLMENT
from pqip.core.ledger import LedgerModel, live
from pqip.core.models import PublicIdModel
from pqip.core.scope import ScopedLedgerQuerySet


class BreakReason(models.Model):
    """A reason for a break: reference data, never a diagnosis.

    It is shown only to users who may see the reasons for breaks.
    """

    code = models.CharField(max_length=40, unique=True)
    title = models.CharField(max_length=120)
    assumed = models.BooleanField(default=False, help_text="Assumed; not from the service.")
    order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["order"]

    def __str__(self) -> str:
        return self.title


class BreakReview(PublicIdModel, LedgerModel):
    """A day (`effective_on`) planned for reviewing a break, and the day on which the review was
    held.
    """

    SCOPE = OF_ENROLMENT

    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="break_reviews")
    held_on = models.DateField(null=True, blank=True)
    note = models.CharField(max_length=500, blank=True)

    objects: ClassVar = ScopedLedgerQuerySet.as_manager()

    class Meta:
        ordering = ["effective_on", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["enrolment", "effective_on"],
                condition=live(),
                name="learners_break_review_once",
            )
        ]


class ReturnPlan(PublicIdModel, LedgerModel):
    """The plan for a learner's return on `effective_on`, and the day the return meeting was held."""

    SCOPE = OF_ENROLMENT

    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="return_plans")
    plan = models.TextField()
    meeting_held_on = models.DateField(null=True, blank=True)

    objects: ClassVar = ScopedLedgerQuerySet.as_manager()

    class Meta:
        ordering = ["effective_on", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["enrolment", "effective_on"],
                condition=live(),
                name="learners_return_plan_once",
            )
        ]
