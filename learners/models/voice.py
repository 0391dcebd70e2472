"""The learner's own voice: what they say is wrong, and their own accounts."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from learners.models.enrolments import Enrolment
from learners.models.scopes import OF_ENROLMENT
from pqip.core.ledger import LedgerModel, live
from pqip.core.models import PublicIdModel
from pqip.core.scope import ScopedLedgerQuerySet


class Challenge(PublicIdModel, LedgerModel):
    """A learner's statement on a day that something on their record is wrong, and its outcome."""

    SCOPE = OF_ENROLMENT

    class Outcome(models.TextChoices):
        CORRECTED = "corrected", "Corrected"
        STANDS = "stands", "Stands as recorded"

    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="challenges")
    item = models.CharField(max_length=200, help_text="What it is about, as the page names it.")
    says = models.TextField()
    outcome = models.CharField(max_length=10, choices=Outcome, blank=True)
    answer = models.CharField(max_length=500, blank=True)
    answered_on = models.DateField(null=True, blank=True)

    objects: ClassVar = ScopedLedgerQuerySet.as_manager()

    class Meta:
        ordering = ["effective_on", "id"]


class OwnAccount(PublicIdModel, LedgerModel):
    """A learner's own account, given on a day, of a review, a break or a withdrawal on `about_on`."""

    SCOPE = OF_ENROLMENT

    class About(models.TextChoices):
        REVIEW = "review", "Review"
        BREAK = "break", "Break"
        WITHDRAWAL = "withdrawal", "Withdrawal"

    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="own_accounts")
    about = models.CharField(max_length=10, choices=About)
    about_on = models.DateField()
    account = models.TextField()

    objects: ClassVar = ScopedLedgerQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["enrolment", "about", "about_on"],
                condition=live(),
                name="learners_own_account_once",
            )
        ]
