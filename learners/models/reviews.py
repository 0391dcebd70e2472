"""Reviews of a learner by learner, assessor and manager."""

from __future__ import annotations

from django.db import models

from pqip.core.ledger import LedgerModel, live
from pqip.core.scope import ScopedLedgerQuerySet
from workforce.models import Person


class Review(LedgerModel):
    """A review due on a day (`effective_on`), and the day it was held."""

    SCOPE = {"region": "person__region_id", "pdu": "person__pdu_id", "learner": "person_id"}

    class Kind(models.TextChoices):
        THREE_WAY = "three_way", "Three-way"
        ASSESSOR = "assessor", "Assessor"

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="reviews")
    held_on = models.DateField(null=True, blank=True)
    kind = models.CharField(max_length=10, choices=Kind, default=Kind.THREE_WAY)

    objects = ScopedLedgerQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "effective_on"], condition=live(), name="learners_review_once")
        ]
        indexes = [models.Index(fields=["held_on"], name="learners_review_held")]
