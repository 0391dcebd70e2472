"""Decisions on evidence, the stamp that they need a countersignature, and countersignatures."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models

from assessments.models.evidence import Evidence
from assessments.models.reach import ReachLedgerQuerySet
from pqip.core.ledger import LedgerModel, live
from pqip.core.models import PublicIdModel
from pqip.core.scope import ScopedQuerySet
from workforce.models import Person

PLACES = {
    "region": "evidence__registration__person__region_id",
    "pdu": "evidence__registration__person__pdu_id",
    "learner": "evidence__registration__person_id",
    "pta": "assessor_id",
}
CANDIDATE = "evidence__registration__person_id"
ALLOCATED = {"pta": CANDIDATE, "line_manager": CANDIDATE, "countersigner": "assessor_id"}


class Judgement(models.TextChoices):
    """What an assessor confirms about evidence before finding any criterion met (rule C3 64)."""

    VALID = "valid", "Valid: it shows what the criteria ask"
    AUTHENTIC = "authentic", "Authentic: it is the candidate’s own work"
    CURRENT = "current", "Current: it shows what they can do now"
    SUFFICIENT = "sufficient", "Sufficient: there is enough of it"
    RELIABLE = "reliable", "Reliable: another assessor would find the same"


class Decision(PublicIdModel, LedgerModel):
    """An assessor's decision on a piece of evidence, on `effective_on`: each criterion met or not yet met.

    A criterion named in neither list stays as it was. Whether the decision needs a countersignature is stamped beside
    it.
    """

    SCOPE = PLACES
    ALLOCATED = ALLOCATED

    evidence = models.ForeignKey(Evidence, on_delete=models.PROTECT, related_name="decisions")
    assessor = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="decisions")
    number = models.PositiveSmallIntegerField(default=1)
    criteria_met = ArrayField(models.IntegerField(), default=list, blank=True)
    criteria_not_met = ArrayField(models.IntegerField(), default=list, blank=True)
    judged = ArrayField(
        models.CharField(max_length=10, choices=Judgement),
        default=list,
        db_default=[],
        blank=True,
        help_text="What the assessor confirmed of the evidence; files do not say.",
    )
    feedback = models.TextField(blank=True)

    objects: ClassVar = ReachLedgerQuerySet.as_manager()

    class Meta:
        ordering = ["effective_on", "number", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["evidence", "assessor", "effective_on", "number"],
                condition=live(),
                name="assessments_decision_once",
            ),
            models.CheckConstraint(
                condition=models.Q(number__gte=1), name="assessments_decision_number"
            ),
        ]
        indexes = [
            models.Index(fields=["effective_on"], name="assessments_decision_on"),
            models.Index(fields=["assessor", "effective_on"], name="assessments_decision_assessor"),
            models.Index(fields=["recorded_at"], name="assessments_decision_rec"),
            models.Index(
                fields=["voided_at"],
                name="assessments_decision_voided",
                condition=models.Q(voided_at__isnull=False),
            ),
        ]


class CountersignStamp(LedgerModel):
    """Whether a decision needs a countersignature: stamped when it is made, and again when the assessor's award date
    changes.
    """

    SCOPE = {key: f"decision__{path}" for key, path in PLACES.items()}
    ALLOCATED = {role: f"decision__{path}" for role, path in ALLOCATED.items()}

    decision = models.ForeignKey(Decision, on_delete=models.PROTECT, related_name="stamps")
    is_needed = models.BooleanField()

    objects: ClassVar = ReachLedgerQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["decision"], condition=live(), name="assessments_stamp_once"
            )
        ]
        indexes = [
            models.Index(fields=["recorded_at"], name="assessments_stamp_rec"),
            models.Index(
                fields=["voided_at"],
                name="assessments_stamp_void",
                condition=models.Q(voided_at__isnull=False),
            ),
        ]


class Countersignature(PublicIdModel, LedgerModel):
    """A countersigner's outcome on one decision, on `effective_on`; a decision has at most one live outcome.

    Disagreeing makes the decision final too, except that the criteria named are not yet met. The database refuses a
    countersignature by the assessor themself, and one by somebody without the award and the authority on the day.
    """

    SCOPE = {key: f"decision__{path}" for key, path in PLACES.items()} | {
        "countersigner": "countersigner_id"
    }
    ALLOCATED = {role: f"decision__{path}" for role, path in ALLOCATED.items()}

    class Outcome(models.TextChoices):
        AGREED = "agreed", "Agreed"
        RETURNED = "returned", "Returned"
        DISAGREED = "disagreed", "Disagreed"

    decision = models.ForeignKey(
        Decision, on_delete=models.PROTECT, related_name="countersignatures"
    )
    countersigner = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="countersignatures"
    )
    outcome = models.CharField(max_length=9, choices=Outcome)
    disagreed = ArrayField(
        models.IntegerField(),
        default=list,
        db_default=[],
        blank=True,
        help_text="Criteria found competent that are not, in their view.",
    )
    feedback = models.TextField(blank=True)
    is_imported = models.BooleanField(default=False)

    objects: ClassVar = ReachLedgerQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["decision"], condition=live(), name="assessments_countersignature_once"
            ),
            models.CheckConstraint(
                condition=models.Q(outcome="disagreed", disagreed__len__gte=1)
                | ~models.Q(outcome="disagreed") & models.Q(disagreed=[]),
                name="assessments_countersignature_disagreed",
            ),
        ]
        indexes = [
            models.Index(fields=["effective_on"], name="assessments_countersigned_on"),
            models.Index(
                fields=["countersigner", "effective_on"], name="assessments_countersigned_by"
            ),
            models.Index(fields=["recorded_at"], name="assessments_countersigned_rec"),
            models.Index(
                fields=["voided_at"],
                name="assessments_counter_void",
                condition=models.Q(voided_at__isnull=False),
            ),
        ]


class DecisionDraft(models.Model):
    """What an assessor has filled in of a decision and not saved yet; deleted once the decision is saved.

    It counts for nothing.
    """

    audited = False
    SCOPE = {"pta": "assessor_id"}

    evidence = models.ForeignKey(Evidence, on_delete=models.CASCADE, related_name="drafts")
    assessor = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    answers = models.JSONField(default=dict)
    saved_at = models.DateTimeField()

    objects: ClassVar = ScopedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["evidence", "assessor"], name="assessments_draft_once")
        ]
