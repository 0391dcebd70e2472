"""Internal quality assurance: the policy, samples of decisions, and standardisation of assessors."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models

from assessments.models.decisions import ALLOCATED, PLACES, Decision
from assessments.models.reach import ReachLedgerQuerySet
from pqip.core.ledger import LedgerModel, live
from pqip.core.models import PublicIdModel
from pqip.core.scope import ScopedLedgerQuerySet, ScopedQuerySet
from workforce.models import Person, Region

PERCENT = [MinValueValidator(0), MaxValueValidator(100)]


class SamplingPolicy(models.Model):
    """How much is sampled of which assessors, from a date (rules C3 59 to 63).

    Shares are percentages of an assessor's candidates.
    """

    from_date = models.DateField(unique=True)
    standard_share = models.PositiveSmallIntegerField(
        validators=PERCENT, help_text="Of an experienced assessor’s candidates."
    )
    raised_share = models.PositiveSmallIntegerField(
        validators=PERCENT, help_text="Of the candidates of one newly qualified, or returned often."
    )
    trainee_share = models.PositiveSmallIntegerField(
        validators=PERCENT, help_text="Of a trainee assessor’s candidates."
    )
    new_months = models.PositiveSmallIntegerField(
        help_text="Months after the award in which an assessor is new."
    )
    often_percent = models.PositiveSmallIntegerField(
        validators=PERCENT,
        help_text="An assessor is returned often above this share of decisions returned or not supported.",
    )
    every_unit = models.BooleanField(
        default=True, help_text="Every unit an assessor decides is sampled within the period."
    )
    every_method = models.BooleanField(default=True, help_text="So is every method they use.")
    first_of_unit = models.BooleanField(
        default=True,
        help_text="The first countersigned decision of each unit of a trainee assessor is sampled.",
    )
    period_months = models.PositiveSmallIntegerField(default=12)
    source = models.CharField(max_length=200)

    class Meta:
        ordering = ["from_date"]
        verbose_name_plural = "sampling policies"

    def __str__(self) -> str:
        return f"Sampling policy from {self.from_date:%-d %B %Y}"


class Sample(PublicIdModel, LedgerModel):
    """A decision that a quality assurer samples by `due_on`, with the verdict and the action that follows once it is
    sampled.

    The database refuses a sampler who made or countersigned the decision or is the candidate, and a verdict without
    authority.
    """

    SCOPE = {key: f"decision__{path}" for key, path in PLACES.items()}
    ALLOCATED = {role: f"decision__{path}" for role, path in ALLOCATED.items()}

    class Stage(models.TextChoices):
        INTERIM = "interim", "Interim"
        SUMMATIVE = "summative", "Summative"

    class Verdict(models.TextChoices):
        SUPPORTED = "supported", "Decision supported"
        ACTION = "action", "Supported, with something to do"
        NOT_SUPPORTED = "not_supported", "Decision not supported"

    decision = models.ForeignKey(Decision, on_delete=models.PROTECT, related_name="samples")
    quality_assurer = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="samples")
    stage = models.CharField(max_length=9, choices=Stage)
    due_on = models.DateField()
    sampled_on = models.DateField(null=True, blank=True)
    verdict = models.CharField(max_length=13, choices=Verdict, blank=True)
    criteria = ArrayField(
        models.IntegerField(),
        default=list,
        blank=True,
        help_text="The criteria that were looked at.",
    )
    found = models.TextField("what was found", blank=True)
    action = models.CharField("what the assessor is to do", max_length=300, blank=True)
    action_due_on = models.DateField(null=True, blank=True)
    action_done_on = models.DateField(null=True, blank=True)

    objects: ClassVar = ReachLedgerQuerySet.as_manager()

    class Meta:
        ordering = ["due_on", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["decision"], condition=live(), name="assessments_sample_once"
            ),
            models.CheckConstraint(
                condition=models.Q(sampled_on=None, verdict="")
                | models.Q(sampled_on__isnull=False) & ~models.Q(verdict=""),
                name="assessments_sample_verdict",
            ),
            models.CheckConstraint(
                condition=models.Q(action_done_on=None) | models.Q(action_due_on__isnull=False),
                name="assessments_sample_action",
            ),
        ]
        indexes = [
            models.Index(
                fields=["quality_assurer", "due_on"],
                name="assessments_sample_plan",
                condition=live(),
            ),
            models.Index(fields=["recorded_at"], name="assessments_sample_recorded"),
        ]


class SamplingAgreement(PublicIdModel, LedgerModel):
    """What an external quality assurer said on `effective_on` of a region's sampling plan: agreed, or not yet agreed.

    `plan` is the fingerprint of the plan at the time; if the plan has another since, it has to be agreed again.
    """

    SCOPE = {"region": "region_id", "eqa": "external_id"}
    names_people = True  # opening its page is logged

    region = models.ForeignKey(Region, on_delete=models.PROTECT, related_name="+")
    external = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="sampling_agreements"
    )
    is_agreed = models.BooleanField()
    comment = models.TextField(blank=True)
    plan = models.CharField(max_length=64)
    samples = models.PositiveIntegerField(help_text="How many samples the plan held.")

    objects: ClassVar = ScopedLedgerQuerySet.as_manager()

    class Meta:
        ordering = ["-effective_on", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(is_agreed=True) | ~models.Q(comment=""),
                name="assessments_agreement_says_why",
            )
        ]


class Standardisation(PublicIdModel):
    """A meeting in which a region's assessors bring their decisions into line, or a session for assessors in training."""

    SCOPE = {"region": "region_id"}
    names_people = True  # opening its page is logged

    class Kind(models.TextChoices):
        STANDARDISATION = "standardisation", "Standardisation meeting"
        INDUCTION = "induction", "Induction session"
        WORKSHOP = "workshop", "Workshop"

    kind = models.CharField(
        max_length=15,
        choices=Kind,
        default=Kind.STANDARDISATION,
        db_default=Kind.STANDARDISATION.value,
    )
    region = models.ForeignKey(Region, on_delete=models.PROTECT, related_name="+")
    held_on = models.DateField()
    topic = models.CharField(max_length=200)
    outcome = models.TextField("what was agreed", blank=True)

    objects: ClassVar = ScopedQuerySet.as_manager()

    class Meta:
        ordering = ["-held_on", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["region", "held_on", "topic"], name="assessments_standardisation_once"
            )
        ]

    def __str__(self) -> str:
        return self.topic


class Attendance(LedgerModel):
    """Whether an assessor came to a standardisation meeting on `effective_on`."""

    SCOPE = {"region": "meeting__region_id"}
    names_people = True  # opening its page is logged

    meeting = models.ForeignKey(
        Standardisation, on_delete=models.PROTECT, related_name="attendances"
    )
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    has_come = models.BooleanField()

    objects: ClassVar = ScopedLedgerQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["meeting", "person"], condition=live(), name="assessments_attendance_once"
            )
        ]


class StandardisationAction(PublicIdModel, LedgerModel):
    """An action for somebody to do after a standardisation meeting, and the day it was done."""

    SCOPE = {"region": "meeting__region_id"}
    names_people = True  # opening its page is logged

    meeting = models.ForeignKey(Standardisation, on_delete=models.PROTECT, related_name="actions")
    what = models.CharField(max_length=300)
    owner = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    do_by = models.DateField()
    done_on = models.DateField(null=True, blank=True)

    objects: ClassVar = ScopedLedgerQuerySet.as_manager()

    class Meta:
        ordering = ["do_by", "id"]
