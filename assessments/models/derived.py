"""Tables derived from evidence, decisions, countersignatures and sign-offs as known now, kept for speed.

The transaction that writes a fact rewrites the derived rows it affects, by the pure rules in `assessments/rules`;
`check_ledger` recomputes all of them and compares. Intervals run from `from_on` up to, but not including, `to_on`;
None means that the interval is still open.
"""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from assessments.models.decisions import Decision
from assessments.models.evidence import Evidence
from assessments.models.qualifications import Criterion, Unit
from assessments.models.registrations import Registration
from pqip.core.clock import today


class Derived(models.Model):
    audited = False

    from_on = models.DateField()
    to_on = models.DateField(null=True)

    class Meta:
        abstract = True


class Wait(Derived):
    """An interval in which a piece of evidence waited for a decision, or a decision for its countersignature."""

    class Kind(models.TextChoices):
        DECISION = "decision", "Waits for a decision"
        COUNTERSIGNATURE = "countersignature", "Waits for a countersignature"

    kind = models.CharField(max_length=16, choices=Kind)
    evidence = models.ForeignKey(Evidence, on_delete=models.CASCADE, related_name="waits")
    decision = models.ForeignKey(
        Decision,
        on_delete=models.CASCADE,
        null=True,
        related_name="waits",
        help_text="The decision that waits, or whose return the evidence waits on.",
    )

    class Meta:
        indexes = [
            models.Index(fields=["evidence"], name="assessments_wait_evidence"),
            models.Index(
                fields=["kind", "from_on"],
                name="assessments_wait_open",
                condition=models.Q(to_on=None),
            ),
            models.Index(fields=["to_on", "from_on"], name="assessments_wait_dates"),
        ]


class CriterionMet(Derived):
    """An interval in which a candidate met a criterion, on as many pieces of evidence as it requires."""

    registration = models.ForeignKey(
        Registration, on_delete=models.CASCADE, related_name="criteria_met"
    )
    criterion = models.ForeignKey(Criterion, on_delete=models.PROTECT, related_name="+")

    class Meta:
        indexes = [
            models.Index(fields=["registration", "from_on"], name="assessments_met_registration")
        ]


class UnitAchievement(Derived):
    """An interval in which a unit was achieved: every criterion met, and signed off."""

    registration = models.ForeignKey(
        Registration, on_delete=models.CASCADE, related_name="achievements"
    )
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")

    class Meta:
        indexes = [
            models.Index(fields=["registration", "from_on"], name="assessments_achieved_reg")
        ]


def holds_today() -> Q:
    """Return the condition for intervals that include today."""
    return Q(from_on__lte=today()) & (Q(to_on=None) | Q(to_on__gt=today()))
