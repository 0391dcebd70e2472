"""The modules each university teaches at level 6, their due days, the awards it gives, and the
awards given.
"""

from __future__ import annotations

from typing import ClassVar

from django.core.validators import validate_slug
from django.db import models

from learners.models.enrolments import Cohort, Enrolment
from learners.models.modules import AcademicModule
from learners.models.scopes import OF_ENROLMENT
from pqip.core.ledger import LedgerModel, live
from pqip.core.scope import ScopedLedgerQuerySet
from workforce.models import University

ASSUMED = "Assumed; not from the service."


class TaughtModule(LedgerModel):
    """A level 6 module that a university requires of learners who start on `effective_on` or later.

    It holds until a later row replaces it.
    """

    university = models.ForeignKey(University, on_delete=models.PROTECT, related_name="+")
    module = models.ForeignKey(AcademicModule, on_delete=models.PROTECT, related_name="+")
    is_required = models.BooleanField("required", default=True)
    source = models.CharField(max_length=200, blank=True)
    assumed = models.BooleanField(default=False, help_text=ASSUMED)

    class Meta:
        ordering = ["university", "effective_on", "module"]
        constraints = [
            models.UniqueConstraint(
                fields=["university", "module", "effective_on"],
                condition=live(),
                name="learners_taught_module_once",
            )
        ]


class ModulePlan(LedgerModel):
    """The day on which a module is due for an intake at a university, as planned from
    `effective_on`.

    It holds until it is planned again.
    """

    university = models.ForeignKey(University, on_delete=models.PROTECT, related_name="+")
    cohort = models.ForeignKey(
        Cohort, on_delete=models.PROTECT, related_name="+", verbose_name="intake"
    )
    module = models.ForeignKey(AcademicModule, on_delete=models.PROTECT, related_name="+")
    due_on = models.DateField("due on")
    source = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["cohort", "university", "due_on"]
        constraints = [
            models.UniqueConstraint(
                fields=["university", "cohort", "module", "effective_on"],
                condition=live(),
                name="learners_module_plan_once",
            )
        ]


class OfferedAward(LedgerModel):
    """An award that a university gives to learners who start on `effective_on` or later."""

    university = models.ForeignKey(University, on_delete=models.PROTECT, related_name="+")
    code = models.CharField(max_length=12, validators=[validate_slug])
    title = models.CharField(max_length=120)
    is_placeholder = models.BooleanField("placeholder", default=False)
    source = models.CharField(max_length=200, blank=True)
    assumed = models.BooleanField(default=False, help_text=ASSUMED)

    class Meta:
        ordering = ["university", "code", "effective_on"]
        constraints = [
            models.UniqueConstraint(
                fields=["university", "code", "effective_on"],
                condition=live(),
                name="learners_offered_award_once",
            )
        ]


class UniversityAward(LedgerModel):
    """An award that a university gave to a learner on `effective_on`.

    `award` is the award's code at that university.
    """

    SCOPE = OF_ENROLMENT

    enrolment = models.ForeignKey(
        Enrolment, on_delete=models.PROTECT, related_name="university_awards"
    )
    award = models.CharField(max_length=12)
    classification = models.CharField(max_length=60, blank=True)

    objects: ClassVar = ScopedLedgerQuerySet.as_manager()

    class Meta:
        ordering = ["effective_on", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["enrolment", "award"],
                condition=live(),
                name="learners_university_award_once",
            )
        ]
        indexes = [models.Index(fields=["recorded_at"], name="learners_award_recorded")]
