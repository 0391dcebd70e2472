"""Before day one: arrangements for a starter, what their manager has read, and who kept in touch."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from learners.models.enrolments import Enrolment
from learners.models.scopes import OF_ENROLMENT
from pqip.core.ledger import LedgerModel, live
from pqip.core.models import PublicIdModel
from pqip.core.scope import ScopedLedgerQuerySet
from workforce.models import Person


class Arrangement(models.TextChoices):
    """What has to be arranged for each starter (rules C5 79 to 81, F4, F22).

    A mentor is an allocation, and agreed adjustments are support needs;
    `learners/facts/starting.py` reads both.
    """

    PATHWAY_TOLD = "pathway_told", "Pathway told to the learner"
    CHECKS = "checks", "Pre-employment checks"
    VETTING = "vetting", "Vetting"
    CONTRACT = "contract", "Contract"
    OFFICE = "office", "Office confirmed and told"
    EQUIPMENT = "equipment", "Equipment and access"
    MENTOR = "mentor", "Mentor or buddy"
    ADJUSTMENTS = "adjustments", "Adjustments agreed and in place"
    FAMILY_CONNECTION = "family_connection", "Family-connection check"
    CASES = "cases_handed_over", "Cases as a PSO handed over"


class StarterStep(LedgerModel):
    """A state of an arrangement from a day on. The latest live step gives its state.

    rules/starting.py counts its days. Of the family-connection check only that it was done, and
    whether action was taken, is kept. Of cases handed over only that it was done is kept, and never
    which cases.
    """

    SCOPE = OF_ENROLMENT

    class State(models.TextChoices):
        ASKED = "asked", "Started"
        PAUSED = "paused", "Paused: waiting for the candidate"
        RESUMED = "resumed", "Resumed"
        DONE = "done", "Done"
        DONE_ACTION_TAKEN = "done_action_taken", "Done, action taken"
        NOT_NEEDED = "not_needed", "Not needed"

    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="starter_steps")
    arrangement = models.CharField(max_length=20, choices=Arrangement)
    state = models.CharField(max_length=20, choices=State)
    owner = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    note = models.CharField(max_length=500, blank=True)

    objects: ClassVar = ScopedLedgerQuerySet.as_manager()

    class Meta:
        ordering = ["effective_on", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["enrolment", "arrangement", "state", "effective_on"],
                condition=live(),
                name="learners_starter_step_once",
            ),
            models.CheckConstraint(
                condition=~models.Q(arrangement="family_connection")
                | models.Q(state__in=["done", "done_action_taken"], note=""),
                name="learners_starter_step_family",
                violation_error_message="Of this check only that it was done, and whether action was taken, is kept.",
            ),
            models.CheckConstraint(
                condition=~models.Q(arrangement="cases_handed_over")
                | models.Q(state="done", note=""),
                name="learners_starter_step_cases",
                violation_error_message="Of cases handed over only that it was done is kept.",
            ),
            models.CheckConstraint(
                condition=~models.Q(arrangement="mentor"),
                name="learners_starter_step_mentor",
                violation_error_message="A mentor is allocated.",
            ),
        ]


class ManagerAcknowledgement(LedgerModel):
    """A line manager has read, on a day, what they must know before a learner starts."""

    SCOPE = OF_ENROLMENT

    enrolment = models.ForeignKey(
        Enrolment, on_delete=models.PROTECT, related_name="acknowledgements"
    )
    manager = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")

    objects: ClassVar = ScopedLedgerQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["enrolment", "manager"], condition=live(), name="learners_acknowledged_once"
            )
        ]


class Contact(PublicIdModel, LedgerModel):
    """A contact that somebody had with a starter on a day."""

    SCOPE = OF_ENROLMENT

    class Means(models.TextChoices):
        EMAIL = "email", "E-mail"
        TELEPHONE = "telephone", "Telephone"
        VIDEO = "video", "Video call"
        VISIT = "visit", "In person"

    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="contacts")
    means = models.CharField(max_length=10, choices=Means)
    about = models.CharField(max_length=500)

    objects: ClassVar = ScopedLedgerQuerySet.as_manager()

    class Meta:
        ordering = ["-effective_on", "-id"]
