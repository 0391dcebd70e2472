"""The academic strand: modules and results."""

from __future__ import annotations

from django.db import models

from learners.models.enrolments import Enrolment
from pqip.core.ledger import LedgerModel, live
from pqip.core.scope import ScopedLedgerQuerySet


class AcademicModule(models.Model):
    """A module taught by the universities: one of the four level 5 knowledge modules, or a level 6 area."""

    code = models.CharField(max_length=12, unique=True)
    title = models.CharField(max_length=120)
    level = models.PositiveSmallIntegerField()
    credits = models.PositiveSmallIntegerField(null=True, blank=True)
    is_required = models.BooleanField(default=True)
    is_placeholder = models.BooleanField(default=False)
    order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["order"]

    def __str__(self) -> str:
        return self.title


class ModuleResult(LedgerModel):
    """An attempt at a module: when due, when handed in, how it ended. `effective_on` is the day handed in, else due."""

    SCOPE = {"region": "enrolment__region_id", "pdu": "enrolment__pdu_id", "learner": "enrolment__person_id",
             "pta": "enrolment__pta_id", "line_manager": "enrolment__line_manager_id"}

    class Outcome(models.TextChoices):
        PASS = "pass", "Pass"
        FAIL = "fail", "Fail"
        PENDING = "pending", "Pending"

    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="module_results")
    module = models.ForeignKey(AcademicModule, on_delete=models.PROTECT, related_name="+")
    attempt = models.PositiveSmallIntegerField()
    due_date = models.DateField(null=True, blank=True)
    extended_to = models.DateField(null=True, blank=True)
    submitted_date = models.DateField(null=True, blank=True)
    mark = models.DecimalField(max_digits=5, decimal_places=2, null=True, blank=True)
    outcome = models.CharField(max_length=8, choices=Outcome, default=Outcome.PENDING)

    objects = ScopedLedgerQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["enrolment", "module", "attempt"], condition=live(), name="learners_result_once"
            ),
            models.CheckConstraint(
                condition=models.Q(mark=None) | models.Q(mark__gte=0, mark__lte=100), name="learners_result_mark"
            ),
            models.CheckConstraint(condition=models.Q(attempt__gte=1), name="learners_result_attempt"),
        ]
        indexes = [models.Index(fields=["recorded_at"], name="learners_result_recorded")]
