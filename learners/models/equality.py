"""Which answers to equality questions are offered, from a day on: dated reference data (W37, W38)."""

from __future__ import annotations

from django.db import models

from pqip.core.ledger import LedgerModel, live
from workforce.models import EqualityOption


class Nation(models.TextChoices):
    """Where a list of answers is used; blank is in both nations."""

    BOTH = "", "England and Wales"
    WALES = "wales", "Wales"


class OfferedAnswer(LedgerModel):
    """An answer that is offered, or no longer, from `effective_on` on; in Wales, a row for Wales counts before one for both.

    What it counts towards in figures is in `workforce.EqualityOption`, by the same code, which stays the same from list to list.
    """

    question = models.CharField(max_length=12, choices=EqualityOption.Question)
    code = models.CharField(max_length=80)
    nation = models.CharField(max_length=5, choices=Nation, blank=True)
    label = models.CharField(max_length=100)
    is_offered = models.BooleanField("offered", default=True)
    order = models.PositiveSmallIntegerField(default=0)
    source = models.CharField(max_length=200, blank=True)
    assumed = models.BooleanField(default=False, help_text="Assumed; not from the service.")

    class Meta:
        ordering = ["question", "order", "nation", "effective_on"]
        constraints = [
            models.UniqueConstraint(
                fields=["question", "code", "nation", "effective_on"],
                condition=live(),
                name="learners_offered_answer_once",
            )
        ]
