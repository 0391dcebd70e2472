"""Who looks after whom: a ledger of allocations with dates."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models.functions import Coalesce

from pqip.core.expressions import Days
from pqip.core.ledger import LedgerModel, live
from pqip.core.models import PublicIdModel
from pqip.core.spans import SpanQuerySet
from workforce.models import Person


class AllocationRole(models.TextChoices):
    PTA = "pta", "Practice tutor assessor"
    COUNTERSIGNER = "countersigner", "Countersigner"
    IQA = "iqa", "Internal quality assurer"
    LINE_MANAGER = "line_manager", "Line manager"
    MENTOR = "mentor", "Mentor"
    EQA = "eqa", "External quality assurer"


class Allocation(PublicIdModel, LedgerModel):
    """`other` is the PTA, line manager, mentor, countersigner or quality assurer of `person`.

    They have the role from `effective_on` to `ended_on`. A PTA may be allocated for one unit (its
    number) beside the general one. Only one person at a time has each role and unit.
    """

    SCOPE = {
        "region": "person__region_id",
        "pdu": "person__pdu_id",
        "learner": "person_id",
        "pta": "other_id",
        "line_manager": "other_id",
        "countersigner": "other_id",
    }

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="allocations")
    role = models.CharField(max_length=16, choices=AllocationRole)
    other = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="allocated")
    unit = models.PositiveSmallIntegerField(null=True, blank=True)
    ended_on = models.DateField("last day", null=True, blank=True)

    objects: ClassVar = SpanQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(person=models.F("other")),
                name="learners_allocation_not_self",
                violation_error_message="Nobody can be allocated to themself.",
            ),
            models.CheckConstraint(
                condition=models.Q(ended_on=None)
                | models.Q(ended_on__gte=models.F("effective_on")),
                name="learners_allocation_dates",
            ),
            models.CheckConstraint(
                condition=~models.Q(role="eqa") | models.Q(ended_on__isnull=False),
                name="learners_allocation_eqa_ends",
            ),
            ExclusionConstraint(
                name="learners_allocation_no_overlap",
                expressions=[
                    ("person", RangeOperators.EQUAL),
                    ("role", RangeOperators.EQUAL),
                    (Coalesce("unit", 0), RangeOperators.EQUAL),
                    (Days("effective_on", "ended_on"), RangeOperators.OVERLAPS),
                ],
                condition=live(),
            ),
        ]
        indexes = [
            models.Index(
                fields=["other", "role"], name="learners_allocation_other", condition=live()
            )
        ]
