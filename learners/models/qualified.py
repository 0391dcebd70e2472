"""After completion: the officer's post, and the protection of newly qualified officers."""

from __future__ import annotations

import datetime as dt
from typing import ClassVar

from django.db import models

from learners.models.enrolments import Enrolment
from learners.models.scopes import OF_ENROLMENT
from pqip.core.ledger import LedgerModel, live
from pqip.core.models import PublicIdModel
from pqip.core.scope import ScopedLedgerQuerySet
from workforce.models import Pdu, Person, Region


class OfficerPost(PublicIdModel, LedgerModel):
    """A probation officer's post that was offered to somebody who has qualified, and their answer."""

    SCOPE = OF_ENROLMENT

    class Answer(models.TextChoices):
        ACCEPTED = "accepted", "Accepted"
        DECLINED = "declined", "Declined"

    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="officer_posts")
    region = models.ForeignKey(Region, on_delete=models.PROTECT, related_name="+")
    pdu = models.ForeignKey(Pdu, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    preference_met = models.BooleanField(null=True, blank=True)
    answer = models.CharField(max_length=10, choices=Answer, blank=True)
    answered_on = models.DateField(null=True, blank=True)
    begins_on = models.DateField(
        "first day as an officer",
        null=True,
        blank=True,
        help_text="Blank: the day they accepted, or completed where that is later.",
    )

    objects: ClassVar = ScopedLedgerQuerySet.as_manager()

    class Meta:
        ordering = ["effective_on", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["enrolment"],
                condition=live(models.Q(answer="accepted")),
                name="learners_officer_post_accepted_once",
            ),
            models.CheckConstraint(
                condition=models.Q(answer="", answered_on=None)
                | (
                    ~models.Q(answer="")
                    & models.Q(answered_on__isnull=False, answered_on__gte=models.F("effective_on"))
                ),
                name="learners_officer_post_answered",
            ),
            models.CheckConstraint(
                condition=models.Q(begins_on=None) | models.Q(answer="accepted"),
                name="learners_officer_post_begins",
            ),
        ]

    @property
    def first_day(self) -> dt.date:
        """The first day of an accepted post as the offer states it.

        Nobody begins before they have completed.
        """
        return self.begins_on or self.answered_on  # type: ignore[return-value]


class NewlyQualified(PublicIdModel, LedgerModel):
    """Nine months of protection (rule C4 69) from `effective_on`, the first day as an officer.

    It records what the officer receives in that time.
    """

    SCOPE = OF_ENROLMENT

    enrolment = models.ForeignKey(
        Enrolment, on_delete=models.PROTECT, related_name="newly_qualified"
    )
    #: The last day as worked out when the row was recorded, only for the constraint below. Recorded
    #: posts may move it later, so every figure and page works it out again
    #: (`learners.facts.qualified.protected_until`) and does not read this column.
    protected_until = models.DateField("last protected day")
    reduction_percent = models.PositiveSmallIntegerField(default=20)
    reduction_from = models.DateField(null=True, blank=True)
    reduction_until = models.DateField(null=True, blank=True)
    mentor = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    pta = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    office_moved = models.BooleanField(null=True, blank=True)

    objects: ClassVar = ScopedLedgerQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "newly qualified"
        constraints = [
            models.UniqueConstraint(
                fields=["enrolment"], condition=live(), name="learners_newly_qualified_once"
            ),
            models.CheckConstraint(
                condition=models.Q(protected_until__gte=models.F("effective_on")),
                name="learners_newly_qualified_until",
            ),
            models.CheckConstraint(
                condition=models.Q(reduction_until=None)
                | models.Q(
                    reduction_from__isnull=False, reduction_until__gte=models.F("reduction_from")
                ),
                name="learners_newly_qualified_reduction",
            ),
        ]


class NewlyQualifiedWorkshop(LedgerModel):
    """A workshop of the framework for newly qualified officers that was attended on a day."""

    SCOPE = OF_ENROLMENT

    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="nqo_workshops")
    title = models.CharField(max_length=120)
    is_mandatory = models.BooleanField(default=True)

    objects: ClassVar = ScopedLedgerQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["enrolment", "title", "effective_on"],
                condition=live(),
                name="learners_nqo_workshop_once",
            )
        ]
