"""What is to be assessed next: planned with the candidate and agreed by them."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models

from assessments.models.evidence import Evidence
from assessments.models.methods import Method
from assessments.models.reach import ReachLedgerQuerySet
from assessments.models.registrations import Registration
from assessments.models.scopes import OF_REGISTRATION
from pqip.core.ledger import LedgerModel, live
from pqip.core.models import PublicIdModel
from workforce.models import Person


class AssessmentPlan(PublicIdModel, LedgerModel):
    """An assessment planned on `effective_on` for `due_on`: the method, the criteria, and whether the candidate agreed
    it.

    It is done once evidence is logged for it.
    """

    SCOPE = OF_REGISTRATION
    ALLOCATED = {
        "pta": "registration__person_id",
        "line_manager": "registration__person_id",
        "eqa": "registration__person_id",
    }

    registration = models.ForeignKey(Registration, on_delete=models.PROTECT, related_name="plans")
    assessor = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    due_on = models.DateField("planned for")
    what = models.CharField(max_length=200)
    method = models.CharField(max_length=24, choices=Method)
    criteria = ArrayField(models.IntegerField())
    agreed_on = models.DateField("agreed by the candidate on", null=True, blank=True)
    evidence = models.ForeignKey(
        Evidence, on_delete=models.PROTECT, null=True, blank=True, related_name="plans"
    )

    objects: ClassVar = ReachLedgerQuerySet.as_manager()

    class Meta:
        ordering = ["due_on", "id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(criteria__len__gte=1), name="assessments_plan_criteria"
            ),
            models.CheckConstraint(
                condition=models.Q(due_on__gte=models.F("effective_on")),
                name="assessments_plan_dates",
            ),
            models.UniqueConstraint(
                fields=["evidence"], condition=live(), name="assessments_plan_done_once"
            ),
        ]
        indexes = [
            models.Index(
                fields=["registration", "due_on"], name="assessments_plan_due", condition=live()
            )
        ]
