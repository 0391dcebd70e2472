"""Staffing targets, published or returned totals, and workload reductions."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from pqip.core.ledger import LedgerModel, live
from pqip.core.scope import ScopedLedgerQuerySet
from workforce.models.places import Grade, Pdu, Region


class Target(LedgerModel):
    """The target staffing in FTE of a region, or of one of its units, for a grade.

    It holds until the next `effective_on`.
    """

    SCOPE = {"region": "region_id", "pdu": "pdu_id"}

    region = models.ForeignKey(Region, on_delete=models.PROTECT, related_name="+")
    pdu = models.ForeignKey(Pdu, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    grade = models.ForeignKey(Grade, on_delete=models.PROTECT, related_name="+")
    target_fte = models.DecimalField("target FTE", max_digits=8, decimal_places=2)

    objects: ClassVar = ScopedLedgerQuerySet.as_manager()

    class Meta:
        ordering = ["region", "grade", "effective_on"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(target_fte__gte=0), name="workforce_target_not_negative"
            ),
            models.UniqueConstraint(
                fields=["region", "pdu", "grade", "effective_on"],
                condition=live(),
                nulls_distinct=False,
                name="workforce_target_once",
            ),
        ]


class StaffingReturn(LedgerModel):
    """Totals as published or returned for a day (`effective_on`), kept beside what the records say."""

    SCOPE = {"region": "region_id", "pdu": "pdu_id"}

    class Status(models.TextChoices):
        PROVISIONAL = "provisional", "Provisional"
        FINAL = "final", "Final"
        REVISED = "revised", "Revised"

    region = models.ForeignKey(Region, on_delete=models.PROTECT, related_name="+")
    pdu = models.ForeignKey(Pdu, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    grade = models.ForeignKey(Grade, on_delete=models.PROTECT, related_name="+")
    fte = models.DecimalField("FTE", max_digits=8, decimal_places=2)
    headcount = models.PositiveIntegerField(null=True, blank=True)
    learners_fte = models.DecimalField(max_digits=8, decimal_places=2, null=True, blank=True)
    non_effective_fte = models.DecimalField(max_digits=8, decimal_places=2, null=True, blank=True)
    joiners_12m = models.PositiveIntegerField(null=True, blank=True)
    leavers_12m = models.PositiveIntegerField(null=True, blank=True)
    status = models.CharField(max_length=12, choices=Status, blank=True)
    source = models.CharField(max_length=200)

    objects: ClassVar = ScopedLedgerQuerySet.as_manager()

    class Meta:
        ordering = ["region", "grade", "effective_on"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(fte__gte=0), name="workforce_return_not_negative"
            ),
            models.UniqueConstraint(
                fields=["region", "pdu", "grade", "effective_on"],
                condition=live(),
                nulls_distinct=False,
                name="workforce_return_once",
            ),
        ]


class RecordsComplete(LedgerModel):
    """From `effective_on` this record holds every post of a grade in a region, until `ended_on` if
    that is known.

    Figures of people in post are then counted from posts; otherwise a returned total is used
    (docs/reports.md).
    """

    SCOPE = {"region": "region_id"}

    region = models.ForeignKey(Region, on_delete=models.PROTECT, related_name="+")
    grade = models.ForeignKey(Grade, on_delete=models.PROTECT, related_name="+")
    ended_on = models.DateField("last day", null=True, blank=True)

    objects: ClassVar = ScopedLedgerQuerySet.as_manager()

    class Meta:
        ordering = ["region", "grade", "effective_on"]
        verbose_name_plural = "records declared complete"
        constraints = [
            models.UniqueConstraint(
                fields=["region", "grade"],
                condition=live(),
                name="workforce_complete_once",
                violation_error_message="This grade of this region is declared already. Change that row.",
            ),
            models.CheckConstraint(
                condition=models.Q(ended_on=None)
                | models.Q(ended_on__gte=models.F("effective_on")),
                name="workforce_complete_dates",
                violation_error_message="The last day must be on or after the first day.",
            ),
        ]


class WorkloadReduction(LedgerModel):
    """A reason for which part of somebody's contracted hours is removed (W42b), from
    `effective_on`.
    """

    name = models.CharField(max_length=60)
    category = models.CharField(max_length=40)
    percent = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="Blank: entered freely."
    )
    is_maximum = models.BooleanField(default=False)
    months = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="Months until it ends; blank: no end."
    )
    source = models.CharField(max_length=100, blank=True)

    class Meta:
        ordering = ["category", "name"]
        constraints = [
            models.UniqueConstraint(
                fields=["name", "effective_on"], condition=live(), name="workforce_reduction_once"
            ),
            models.CheckConstraint(
                condition=models.Q(percent=None) | models.Q(percent__lte=100),
                name="workforce_reduction_percent",
            ),
        ]
