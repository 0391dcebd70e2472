"""The academic strand: modules, results and requests for more time."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from learners.models.enrolments import Enrolment
from learners.models.scopes import OF_ENROLMENT
from pqip.core.ledger import LedgerModel, live
from pqip.core.models import PublicIdModel
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
    """An attempt at a module: when it was due, when it was handed in, and its result.

    `effective_on` is the day it was handed in, or else the day it was due.
    """

    SCOPE = OF_ENROLMENT

    class Outcome(models.TextChoices):
        PASS = "pass", "Pass"
        FAIL = "fail", "Fail"
        PENDING = "pending", "Pending"

    enrolment = models.ForeignKey(
        Enrolment, on_delete=models.PROTECT, related_name="module_results"
    )
    module = models.ForeignKey(AcademicModule, on_delete=models.PROTECT, related_name="+")
    attempt = models.PositiveSmallIntegerField()
    due_date = models.DateField(null=True, blank=True)
    extended_to = models.DateField(null=True, blank=True)
    submitted_date = models.DateField(null=True, blank=True)
    mark = models.DecimalField(max_digits=5, decimal_places=2, null=True, blank=True)
    outcome = models.CharField(max_length=8, choices=Outcome, default=Outcome.PENDING)

    objects: ClassVar = ScopedLedgerQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["enrolment", "module", "attempt"],
                condition=live(),
                name="learners_result_once",
            ),
            models.CheckConstraint(
                condition=models.Q(mark=None) | models.Q(mark__gte=0, mark__lte=100),
                name="learners_result_mark",
            ),
            models.CheckConstraint(
                condition=models.Q(attempt__gte=1), name="learners_result_attempt"
            ),
        ]
        indexes = [models.Index(fields=["recorded_at"], name="learners_result_recorded")]


class ExtensionRequest(PublicIdModel, LedgerModel):
    """A learner's request to the university for more time for a module attempt, and the answer."""

    SCOPE = OF_ENROLMENT

    class Answer(models.TextChoices):
        AGREED = "agreed", "Agreed"
        REFUSED = "refused", "Refused"

    enrolment = models.ForeignKey(
        Enrolment, on_delete=models.PROTECT, related_name="extension_requests"
    )
    module = models.ForeignKey(AcademicModule, on_delete=models.PROTECT, related_name="+")
    attempt = models.PositiveSmallIntegerField(default=1)
    asked_until = models.DateField()
    answer = models.CharField(max_length=8, choices=Answer, blank=True)
    answered_on = models.DateField(null=True, blank=True)

    objects: ClassVar = ScopedLedgerQuerySet.as_manager()

    class Meta:
        ordering = ["effective_on", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["enrolment", "module", "attempt", "effective_on"],
                condition=live(),
                name="learners_extension_request_once",
            ),
            models.CheckConstraint(
                condition=models.Q(answer="", answered_on=None)
                | ~models.Q(answer="")
                & models.Q(answered_on__isnull=False, answered_on__gte=models.F("effective_on")),
                name="learners_extension_request_answered",
            ),
        ]
