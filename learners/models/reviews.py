"""Reviews of a learner by learner, assessor and manager: dates, what each said, and actions agreed."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from learners.models.scopes import OF_PERSON
from pqip.core.ledger import LedgerModel, live
from pqip.core.models import PublicIdModel
from pqip.core.scope import ScopedLedgerQuerySet
from workforce.models import Person


class Party(models.TextChoices):
    LEARNER = "learner", "Learner"
    PTA = "pta", "Practice tutor assessor"
    LINE_MANAGER = "line_manager", "Line manager"


class Review(LedgerModel):
    """A review due on a day (`effective_on`), and the day it was held.

    Its key is the person and the due date. Rows that belong to it (`ReviewPart`, `ReviewAction`)
    name both, so a correction of the day it was held does not affect them.
    """

    SCOPE = OF_PERSON

    class Kind(models.TextChoices):
        THREE_WAY = "three_way", "Three-way"
        ASSESSOR = "assessor", "Assessor"

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="reviews")
    held_on = models.DateField(null=True, blank=True)
    kind = models.CharField(max_length=10, choices=Kind, default=Kind.THREE_WAY)

    objects: ClassVar = ScopedLedgerQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person", "effective_on"], condition=live(), name="learners_review_once"
            )
        ]
        indexes = [models.Index(fields=["held_on"], name="learners_review_held")]


class ReviewPart(LedgerModel):
    """What one party said at a review, and the day they agreed its record (`agreed_on`).

    `effective_on` is the day they said it.
    """

    SCOPE = OF_PERSON

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    due_on = models.DateField()
    party = models.CharField(max_length=12, choices=Party)
    said = models.TextField(blank=True)
    agreed_on = models.DateField(null=True, blank=True)

    objects: ClassVar = ScopedLedgerQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person", "due_on", "party"],
                condition=live(),
                name="learners_review_part_once",
            )
        ]


class Manageable(LedgerModel):
    """A learner's own answer at a review to *How manageable is this?*

    It is optional, and only the three parties see it.
    """

    SCOPE = OF_PERSON

    class Answer(models.TextChoices):
        WELL = "well", "Well manageable"
        MOSTLY = "mostly", "Mostly manageable"
        HARDLY = "hardly", "Hardly manageable"
        NOT = "not", "Not manageable"

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    due_on = models.DateField()
    answer = models.CharField(max_length=8, choices=Answer)

    objects: ClassVar = ScopedLedgerQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "manageable"
        constraints = [
            models.UniqueConstraint(
                fields=["person", "due_on"], condition=live(), name="learners_manageable_once"
            )
        ]


class ReviewAction(PublicIdModel, LedgerModel):
    """Something that a party agreed at a review to do by a day, and the day it was done."""

    SCOPE = OF_PERSON

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="review_actions")
    due_on = models.DateField("review due on")
    owner = models.CharField(max_length=12, choices=Party)
    what = models.CharField(max_length=300)
    do_by = models.DateField()
    done_on = models.DateField(null=True, blank=True)

    objects: ClassVar = ScopedLedgerQuerySet.as_manager()

    class Meta:
        ordering = ["do_by", "id"]
