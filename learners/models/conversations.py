"""Support conversations: offered to a learner to whom the service owes something, and what came of them."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from learners.models.enrolments import Enrolment
from learners.models.scopes import OF_ENROLMENT
from pqip.core.ledger import LedgerModel, live
from pqip.core.models import PublicIdModel
from pqip.core.scope import ScopedLedgerQuerySet
from workforce.models import Person


class Conversation(PublicIdModel, LedgerModel):
    """A conversation offered on a day (`effective_on`), and the day it was held or declined.

    Its key is the enrolment and the day offered. What was agreed (`ConversationAction`) names both,
    so a correction of the day it was held does not affect it. It keeps nothing of what was said.
    """

    SCOPE = OF_ENROLMENT

    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="conversations")
    offered_by = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    held_on = models.DateField(null=True, blank=True)
    declined_on = models.DateField(null=True, blank=True)

    objects: ClassVar = ScopedLedgerQuerySet.as_manager()

    class Meta:
        ordering = ["effective_on", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["enrolment", "effective_on"],
                condition=live(),
                name="learners_conversation_once",
            ),
            models.UniqueConstraint(
                fields=["enrolment"],
                condition=live(models.Q(held_on=None, declined_on=None)),
                name="learners_conversation_one_open",
            ),
            models.CheckConstraint(
                condition=models.Q(held_on=None) | models.Q(held_on__gte=models.F("effective_on")),
                name="learners_conversation_held",
                violation_error_message="A conversation cannot be held before it was offered.",
            ),
            models.CheckConstraint(
                condition=models.Q(declined_on=None)
                | models.Q(held_on=None, declined_on__gte=models.F("effective_on")),
                name="learners_conversation_declined",
                violation_error_message="A conversation is held or declined, and not before it was offered.",
            ),
        ]


class ConversationAction(PublicIdModel, LedgerModel):
    """Something agreed on a day (`effective_on`), in the conversation offered on another: what, by whom, by
    when, and the day it was done.

    Whoever does it is named by their role, so that it passes on with the role.
    """

    SCOPE = OF_ENROLMENT

    class Owner(models.TextChoices):
        LINE_MANAGER = "line_manager", "Line manager"
        LEARNING_MANAGER = "learning_manager", "Learning manager"
        PTA = "pta", "Practice tutor assessor"
        LEARNER = "learner", "Learner"

    enrolment = models.ForeignKey(
        Enrolment, on_delete=models.PROTECT, related_name="conversation_actions"
    )
    offered_on = models.DateField("conversation offered on")
    what = models.CharField(max_length=300)
    owner = models.CharField(max_length=20, choices=Owner)
    do_by = models.DateField()
    done_on = models.DateField(null=True, blank=True)

    objects: ClassVar = ScopedLedgerQuerySet.as_manager()

    class Meta:
        ordering = ["do_by", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["enrolment", "offered_on", "owner", "what"],
                condition=live(),
                name="learners_conversation_action_once",
            ),
            models.CheckConstraint(
                condition=~models.Q(what=""), name="learners_conversation_action_what"
            ),
            models.CheckConstraint(
                condition=models.Q(
                    effective_on__gte=models.F("offered_on"), do_by__gte=models.F("effective_on")
                ),
                name="learners_conversation_action_dates",
                violation_error_message="Something agreed is to be done on the day it was agreed, or later.",
            ),
            models.CheckConstraint(
                condition=models.Q(done_on=None) | models.Q(done_on__gte=models.F("effective_on")),
                name="learners_conversation_action_done",
                violation_error_message="Nothing can be done before it was agreed.",
            ),
        ]
