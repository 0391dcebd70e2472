"""The progression board, apart from referrals and decisions (which are events): papers, actions and
appeals.
"""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from learners.models.enrolments import Enrolment
from learners.models.scopes import OF_ENROLMENT
from pqip.core.ledger import LedgerModel, live
from pqip.core.models import PublicIdModel
from pqip.core.scope import ScopedLedgerQuerySet
from workforce.models import Person


class BoardOutcome(models.Model):
    """An outcome that the board may choose: reference data.

    A decision keeps the title it was made under.
    """

    code = models.CharField(max_length=20, unique=True)
    title = models.CharField(max_length=60)
    assumed = models.BooleanField(default=False, help_text="Assumed; not from the service.")
    order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["order"]

    def __str__(self) -> str:
        return self.title


class BoardReason(models.Model):
    """A reason that may be given with an outcome of the board: reference data."""

    outcome = models.ForeignKey(BoardOutcome, on_delete=models.PROTECT, related_name="reasons")
    code = models.CharField(max_length=40)
    title = models.CharField(max_length=120)
    order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["outcome", "order"]
        constraints = [
            models.UniqueConstraint(fields=["outcome", "code"], name="learners_board_reason_once")
        ]

    def __str__(self) -> str:
        return self.title


class BoardPaper(PublicIdModel, LedgerModel):
    """A paper put before the board: its title and where it is kept. No file is stored here."""

    SCOPE = OF_ENROLMENT

    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="board_papers")
    title = models.CharField(max_length=200)
    kept_at = models.CharField(max_length=300)

    objects: ClassVar = ScopedLedgerQuerySet.as_manager()

    class Meta:
        ordering = ["effective_on", "id"]


class BoardAction(PublicIdModel, LedgerModel):
    """Something the board asked somebody to do by a day, and the day it was done."""

    SCOPE = OF_ENROLMENT

    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="board_actions")
    what = models.CharField(max_length=300)
    owner = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    do_by = models.DateField()
    done_on = models.DateField(null=True, blank=True)

    objects: ClassVar = ScopedLedgerQuerySet.as_manager()

    class Meta:
        ordering = ["do_by", "id"]


class BoardAppeal(PublicIdModel, LedgerModel):
    """A learner's appeal, on a day, against a decision of the board."""

    SCOPE = OF_ENROLMENT

    class Outcome(models.TextChoices):
        UPHELD = "upheld", "Upheld"
        DISMISSED = "dismissed", "Dismissed"
        WITHDRAWN = "withdrawn", "Withdrawn"

    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="board_appeals")
    decision_on = models.DateField("decision appealed against")
    grounds = models.TextField()
    outcome = models.CharField(max_length=10, choices=Outcome, blank=True)
    decided_on = models.DateField(null=True, blank=True)

    objects: ClassVar = ScopedLedgerQuerySet.as_manager()

    class Meta:
        ordering = ["effective_on", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["enrolment", "decision_on"], condition=live(), name="learners_appeal_once"
            ),
            models.CheckConstraint(
                condition=models.Q(decided_on=None, outcome="")
                | (models.Q(decided_on__gte=models.F("effective_on")) & ~models.Q(outcome="")),
                name="learners_appeal_decided",
            ),
        ]
