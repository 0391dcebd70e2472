"""What each university teaches at level 6, by when its modules are due, the awards it gives, and who was given one."""

from __future__ import annotations

from django.core.validators import validate_slug
from django.db import models

from learners.models.academic import AcademicModule
from learners.models.enrolments import Cohort, Enrolment
from learners.models.scopes import OF_ENROLMENT
from pqip.core.ledger import LedgerModel, live
from pqip.core.scope import ScopedLedgerQuerySet
from workforce.models import University

ASSUMED = "Assumed; not from the service."


class TaughtModule(LedgerModel):
    """A level 6 module that a university asks of those who start on `effective_on` or later, until a later row says otherwise."""

    university = models.ForeignKey(University, on_delete=models.PROTECT, related_name="+")
    module = models.ForeignKey(AcademicModule, on_delete=models.PROTECT, related_name="+")
    is_required = models.BooleanField("required", default=True)
    source = models.CharField(max_length=200, blank=True)
    assumed = models.BooleanField(default=False, help_text=ASSUMED)

    class Meta:
        ordering = ["university", "effective_on", "module"]
        constraints = [
            models.UniqueConstraint(
                fields=["university", "module", "effective_on"], condition=live(), name="learners_taught_module_once"
            )
        ]


class ModulePlan(LedgerModel):
    """The day on which a module is due of an intake at a university, as planned from `effective_on` until planned anew."""

    university = models.ForeignKey(University, on_delete=models.PROTECT, related_name="+")
    cohort = models.ForeignKey(Cohort, on_delete=models.PROTECT, related_name="+", verbose_name="intake")
    module = models.ForeignKey(AcademicModule, on_delete=models.PROTECT, related_name="+")
    due_on = models.DateField("due on")
    source = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["cohort", "university", "due_on"]
        constraints = [
            models.UniqueConstraint(
                fields=["university", "cohort", "module", "effective_on"], condition=live(), name="learners_module_plan_once"
            )
        ]


class OfferedAward(LedgerModel):
    """An award that a university gives to those who start on `effective_on` or later."""

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
                fields=["university", "code", "effective_on"], condition=live(), name="learners_offered_award_once"
            )
        ]


class UniversityAward(LedgerModel):
    """The university gave a learner an award, on `effective_on`. `award` is its code among those the university gives."""

    SCOPE = OF_ENROLMENT

    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="university_awards")
    award = models.CharField(max_length=12)
    classification = models.CharField(max_length=60, blank=True)

    objects = ScopedLedgerQuerySet.as_manager()

    class Meta:
        ordering = ["effective_on", "id"]
        constraints = [
            models.UniqueConstraint(fields=["enrolment", "award"], condition=live(), name="learners_university_award_once")
        ]
        indexes = [models.Index(fields=["recorded_at"], name="learners_award_recorded")]
