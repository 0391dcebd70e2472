"""The development of PSOs, whether or not they are learners: induction and planned observations.

Mentors are allocations.
"""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from learners.models.scopes import OF_PERSON
from pqip.core.ledger import LedgerModel, live
from pqip.core.models import PublicIdModel
from pqip.core.scope import ScopedLedgerQuerySet
from workforce.models import Person


class InductionItem(LedgerModel):
    """An item that PSOs are shown in their first three weeks: reference data.

    It applies to those who begin on `effective_on` or later. For each code the latest row in force
    on the day they began counts, and an item that is no longer shown is not required.
    """

    code = models.SlugField(max_length=20, db_index=False)
    title = models.CharField(max_length=120)
    is_required = models.BooleanField("shown to everybody", default=True)
    is_placeholder = models.BooleanField(default=False)
    order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["order", "code", "effective_on"]
        constraints = [
            models.UniqueConstraint(
                fields=["code", "effective_on"],
                condition=live(),
                name="learners_induction_item_once",
            )
        ]

    def __str__(self) -> str:
        return self.title


class InductionRecord(PublicIdModel, LedgerModel):
    """A person was shown an item of the induction (given by its code) on a day."""

    SCOPE = OF_PERSON

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="induction")
    item = models.SlugField(max_length=20, db_index=False)

    objects: ClassVar = ScopedLedgerQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person", "item"], condition=live(), name="learners_induction_once"
            )
        ]


class DiplomaExpectation(LedgerModel):
    """Whether the VQ3 is expected of PSOs who begin on `effective_on` or later: reference data.

    It holds until the next such day. It is not expected of anybody who began before the first one.
    """

    is_expected = models.BooleanField(default=True)
    source = models.CharField(max_length=200, blank=True)
    assumed = models.BooleanField(default=False)

    class Meta:
        ordering = ["effective_on"]
        constraints = [
            models.UniqueConstraint(
                fields=["effective_on"], condition=live(), name="learners_diploma_expectation_once"
            )
        ]


class PracticeObservation(PublicIdModel, LedgerModel):
    """An observation of a PSO's practice planned for `effective_on`, and the day it was held and
    discussed.
    """

    SCOPE = OF_PERSON

    person = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="practice_observations"
    )
    observer = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    held_on = models.DateField(null=True, blank=True)
    feedback_given = models.BooleanField(default=False)

    objects: ClassVar = ScopedLedgerQuerySet.as_manager()

    class Meta:
        ordering = ["effective_on", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["person", "effective_on"],
                condition=live(),
                name="learners_practice_observation_once",
            ),
            models.CheckConstraint(
                condition=~models.Q(person=models.F("observer")) | models.Q(observer=None),
                name="learners_practice_observation_not_self",
            ),
            models.CheckConstraint(
                condition=models.Q(held_on=None, feedback_given=False)
                | models.Q(held_on__isnull=False, observer__isnull=False),
                name="learners_practice_observation_held",
            ),
        ]
