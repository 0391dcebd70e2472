"""What a learner came with, the rules of their campaign, and the pathway decided from both."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models

from learners.models.enrolments import Campaign, Enrolment, EntryRoute
from learners.models.pathways import Pathway
from learners.models.scopes import OF_ENROLMENT
from pqip.core.ledger import KnownLedger, LedgerModel, live
from pqip.core.scope import ScopedLedgerQuerySet, ScopedQuerySet


class EntryRules(LedgerModel):
    """The thresholds that decide a pathway, for applications from `effective_on`.

    They are those of one campaign, or of every campaign that has none of its own.
    """

    campaign = models.ForeignKey(
        Campaign, on_delete=models.PROTECT, null=True, blank=True, related_name="entry_rules"
    )
    level_required = models.PositiveSmallIntegerField(
        default=3, help_text="Lowest level an applicant must hold."
    )
    modules_for_short = models.PositiveSmallIntegerField(
        default=3, help_text="Knowledge modules for the 15-month pathway."
    )
    modules_started = models.PositiveSmallIntegerField(
        default=1,
        help_text="How many of those may be begun, but not passed, on the day of the application.",
    )
    level5_credits = models.PositiveSmallIntegerField(
        default=120, help_text="Credits at level 5 that make a level 5."
    )
    service_months = models.PositiveSmallIntegerField(
        default=6, help_text="Months of effective service as a PSO."
    )
    minimum_age = models.PositiveSmallIntegerField(default=18)
    rejoin_months = models.PositiveSmallIntegerField(
        default=12,
        help_text="Months after leaving in which a return needs agreement, and an offer may be carried over.",
    )
    short_without_level5 = models.BooleanField(
        "PSOs without level 5 take 15 months",
        default=False,
        help_text="As before there was a pathway without level 5.",
    )
    source = models.CharField(max_length=200)
    assumed = models.BooleanField(default=False, help_text="Assumed; not from the service.")

    class Meta:
        ordering = ["effective_on", "id"]
        verbose_name_plural = "entry rules"
        constraints = [
            models.UniqueConstraint(
                fields=["campaign", "effective_on"],
                condition=live(),
                nulls_distinct=False,
                name="learners_entry_rules_once",
            )
        ]


class EntryFacts(LedgerModel):
    """What an application shows about a learner, as at the day they applied.

    A blank means not recorded.

    Level 5, modules and entry route are columns of the enrolment. The answer about a performance
    procedure is in `SelectionAnswer`, and only until selection has ended.
    """

    SCOPE = OF_ENROLMENT

    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="entry_facts")
    level3_held = models.BooleanField("level 3 held", null=True, blank=True)
    level5_credits = models.PositiveSmallIntegerField("credits at level 5", null=True, blank=True)
    modules_started = ArrayField(
        models.CharField(max_length=8),
        default=list,
        blank=True,
        help_text="Begun, but not passed, when they applied.",
    )
    has_experience = models.BooleanField(
        "experience of working with challenging individuals", null=True, blank=True
    )
    pso_from = models.DateField("PSO since", null=True, blank=True)
    pso_until = models.DateField(
        "PSO until", null=True, blank=True, help_text="Only of a former PSO."
    )
    days_absent = models.PositiveSmallIntegerField("days of long absence as a PSO", default=0)
    directly_employed = models.BooleanField(null=True, blank=True)
    probation_passed = models.BooleanField("probationary period passed", null=True, blank=True)
    mandatory_in_date = models.BooleanField("mandatory learning up to date", null=True, blank=True)
    assignment_done = models.BooleanField("written level 4 assignment done", null=True, blank=True)
    right_to_work = models.BooleanField(null=True, blank=True)
    resident_three_years = models.BooleanField(
        "lived in the UK for the last 3 years", null=True, blank=True
    )
    rejoin_agreed = models.BooleanField(
        "return agreed by the regional learning lead", null=True, blank=True
    )
    offered_on = models.DateField("told they were successful on", null=True, blank=True)

    objects: ClassVar = ScopedLedgerQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "entry facts"
        constraints = [
            models.UniqueConstraint(
                fields=["enrolment"], condition=live(), name="learners_entry_facts_once"
            ),
            models.CheckConstraint(
                condition=models.Q(pso_until=None) | models.Q(pso_until__gte=models.F("pso_from")),
                name="learners_entry_pso_dates",
                violation_error_message="Nobody stops being a PSO before they became one.",
            ),
        ]


class EntryRecord(KnownLedger):
    """What a learner came with, as it was known at any time.

    It is kept with every write to `Enrolment`, which says what is known now.
    """

    SCOPE = OF_ENROLMENT
    known_of = ("learners.Enrolment", "id", "enrolment")

    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="entry_records")
    entry_route = models.CharField(max_length=20, choices=EntryRoute)
    level5_held = models.BooleanField("level 5 held")
    modules_held = ArrayField(models.CharField(max_length=8), default=list, blank=True)
    campaign = models.ForeignKey(
        Campaign, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects: ClassVar = ScopedLedgerQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["enrolment"], condition=live(), name="learners_entry_record_once"
            )
        ]
        indexes = [
            models.Index(
                fields=["voided_at"],
                name="learners_entry_record_void",
                condition=models.Q(voided_at__isnull=False),
            )
        ]


class SelectionAnswer(models.Model):
    """Whether a formal procedure prevents promotion.

    It is asked for selection only, and is deleted once a pathway is decided.
    """

    SCOPE = OF_ENROLMENT
    audited = False

    enrolment = models.OneToOneField(
        Enrolment, on_delete=models.CASCADE, related_name="selection_answer"
    )
    procedure_bars = models.BooleanField("a formal procedure bars promotion")

    objects: ClassVar = ScopedQuerySet.as_manager()


class PathwayDecision(LedgerModel):
    """The pathway chosen for a learner on `effective_on`, and the one that the rules led to.

    A choice that differs from the rules has a reason.
    """

    SCOPE = OF_ENROLMENT

    enrolment = models.ForeignKey(
        Enrolment, on_delete=models.PROTECT, related_name="pathway_decisions"
    )
    rules = models.ForeignKey(EntryRules, on_delete=models.PROTECT, related_name="+")
    advised = models.ForeignKey(
        Pathway, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    chosen = models.ForeignKey(Pathway, on_delete=models.PROTECT, related_name="+")
    reason = models.TextField(blank=True)

    objects: ClassVar = ScopedLedgerQuerySet.as_manager()

    class Meta:
        ordering = ["effective_on", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["enrolment", "effective_on"],
                condition=live(),
                name="learners_pathway_decision_once",
            ),
            models.CheckConstraint(
                condition=models.Q(advised__isnull=False, advised=models.F("chosen"))
                | ~models.Q(reason=""),
                name="learners_pathway_decision_reason",
                violation_error_message="Another pathway than the rules lead to needs a reason.",
            ),
        ]
