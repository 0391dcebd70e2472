"""Learning in practice: placements, co-working, protected days, and the kinds of case that may be
allocated.
"""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models

from learners.models.enrolments import Enrolment
from learners.models.scopes import OF_ENROLMENT, OF_PERSON
from learners.models.training import Course
from pqip.core.expressions import Days
from pqip.core.ledger import LedgerModel, live
from pqip.core.models import PublicIdModel
from pqip.core.scope import ScopedLedgerQuerySet
from workforce.models import Person


class Placement(PublicIdModel, LedgerModel):
    """Time in another setting, planned from `effective_on` to `planned_to`.

    What really happened is recorded beside the plan.
    """

    SCOPE = OF_ENROLMENT

    class Setting(models.TextChoices):
        COURT = "court", "Court"
        APPROVED_PREMISES = "approved_premises", "Approved premises"
        UNPAID_WORK = "unpaid_work", "Unpaid work"
        PRISON = "prison", "Prison"
        PROGRAMMES = "programmes", "Programmes"
        OTHER = "other", "Another setting"

    class Quality(models.TextChoices):
        GOOD = "good", "Learned what was planned"
        PARTLY = "partly", "Learned some of it"
        POOR = "poor", "Learned little"

    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="placements")
    setting = models.CharField(max_length=20, choices=Setting)
    planned_to = models.DateField()
    began_on = models.DateField(null=True, blank=True)
    ended_on = models.DateField("last day", null=True, blank=True)
    quality = models.CharField(max_length=10, choices=Quality, blank=True)
    feedback = models.CharField(max_length=500, blank=True)

    objects: ClassVar = ScopedLedgerQuerySet.as_manager()

    class Meta:
        ordering = ["effective_on", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["enrolment", "setting", "effective_on"],
                condition=live(),
                name="learners_placement_once",
            ),
            models.CheckConstraint(
                condition=models.Q(planned_to__gte=models.F("effective_on")),
                name="learners_placement_planned",
            ),
            models.CheckConstraint(
                condition=models.Q(ended_on=None)
                | models.Q(began_on__isnull=False, ended_on__gte=models.F("began_on")),
                name="learners_placement_dates",
            ),
        ]


class CoWork(PublicIdModel, LedgerModel):
    """Work on a case for which a probation officer stays responsible (rule C2 41).

    It records tasks, never the person on probation.
    """

    SCOPE = OF_ENROLMENT

    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="co_work")
    responsible_officer = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    tasks = models.CharField(max_length=500)
    review_on = models.DateField(null=True, blank=True)
    ended_on = models.DateField("last day", null=True, blank=True)

    objects: ClassVar = ScopedLedgerQuerySet.as_manager()

    class Meta:
        ordering = ["effective_on", "id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ended_on=None)
                | models.Q(ended_on__gte=models.F("effective_on")),
                name="learners_co_work_dates",
            )
        ]


class CaseType(models.Model):
    """A kind of case that requires training first (rule C2 37): reference data.

    No case is ever recorded.
    """

    code = models.CharField(max_length=20, unique=True)
    title = models.CharField(max_length=120)
    assumed = models.BooleanField(default=False, help_text="Assumed; not from the service.")
    order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["order"]

    def __str__(self) -> str:
        return self.title


class CaseTypeCourse(models.Model):
    """A course that must be attended before a kind of case may be allocated: reference data."""

    case_type = models.ForeignKey(CaseType, on_delete=models.PROTECT, related_name="needs")
    course = models.ForeignKey(Course, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["case_type", "course"]
        constraints = [
            models.UniqueConstraint(
                fields=["case_type", "course"], name="learners_case_type_course_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.case_type}: {self.course}"


class LostReason(models.Model):
    """A reason for losing a protected day: reference data."""

    code = models.CharField(max_length=40, unique=True)
    title = models.CharField(max_length=120)
    assumed = models.BooleanField(default=False, help_text="Assumed; not from the service.")
    order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["order"]

    def __str__(self) -> str:
        return self.title


class CaseTypeOverride(PublicIdModel, LedgerModel):
    """Permission for a kind of case before its training is done, with a reason, until `ended_on`."""

    SCOPE = OF_ENROLMENT

    enrolment = models.ForeignKey(
        Enrolment, on_delete=models.PROTECT, related_name="case_type_overrides"
    )
    case_type = models.ForeignKey(CaseType, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=500)
    ended_on = models.DateField("last day", null=True, blank=True)

    objects: ClassVar = ScopedLedgerQuerySet.as_manager()

    class Meta:
        constraints = [
            ExclusionConstraint(
                name="learners_case_override_once",
                expressions=[
                    ("enrolment", RangeOperators.EQUAL),
                    ("case_type", RangeOperators.EQUAL),
                    (Days("effective_on", "ended_on"), RangeOperators.OVERLAPS),
                ],
                condition=live(),
            ),
            models.CheckConstraint(
                condition=~models.Q(reason=""), name="learners_case_override_reason"
            ),
        ]


class ProtectedDay(PublicIdModel, LedgerModel):
    """A study or vocational day planned for `effective_on`, and whether it was taken (blank: not
    known yet).

    Only the learner may change a day that they recorded as lost themselves; a trigger enforces it.
    """

    SCOPE = OF_PERSON

    class Kind(models.TextChoices):
        UNIVERSITY = "university", "University day"
        VOCATIONAL = "vocational", "VQ day"

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="protected_days")
    kind = models.CharField(max_length=12, choices=Kind)
    taken = models.BooleanField(null=True, blank=True)
    reason_lost = models.CharField(max_length=40, blank=True)

    objects: ClassVar = ScopedLedgerQuerySet.as_manager()

    class Meta:
        ordering = ["effective_on", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["person", "effective_on", "kind"],
                condition=live(),
                name="learners_protected_day_once",
            ),
            models.CheckConstraint(
                condition=models.Q(reason_lost="") | models.Q(taken=False),
                name="learners_protected_day_reason",
                violation_error_message="Only a day that was lost has a reason.",
            ),
        ]
