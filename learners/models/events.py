"""The ledger of everything that happened to an enrolment."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models

from learners.models.enrolments import Cohort, Enrolment
from learners.models.pathways import Pathway
from learners.models.scopes import OF_ENROLMENT
from pqip.core.ledger import LedgerModel, live
from pqip.core.models import PublicIdModel
from pqip.core.scope import ScopedLedgerQuerySet
from workforce.models import Pdu, Person, Region


class EventKind(models.TextChoices):
    ENROLLED = "enrolled", "Enrolled"
    STARTED = "started", "Started"
    DID_NOT_START = "did_not_start", "Did not start"
    DEFERRED = "deferred", "Went on a break"
    RESUMED = "resumed", "Came back from a break"
    WITHDRAWN = "withdrawn", "Withdrew"
    COMPLETED = "completed", "Completed"
    EXTENDED = "extended", "Extended"
    MOVED_PATHWAY = "moved_pathway", "Moved to another pathway"
    MOVED_REGION = "moved_region", "Moved to another region"
    CHANGED_FTE = "changed_fte", "Changed hours"
    MOVED_COHORT = "moved_cohort", "Moved to another cohort"
    REFERRED_TO_BOARD = "referred_to_board", "Referred to the progression board"
    BOARD_DECISION = "board_decision", "Progression board decided"
    QUALIFIED = "qualified", "Qualified"
    REGISTERED = "registered", "Joined the professional register"


class EndedBy(models.TextChoices):
    SERVICE = "service", "The Service"
    LEARNER = "learner", "The learner"
    BOTH = "both", "Both"


class Destination(models.TextChoices):
    LEFT_SERVICE = "left_service", "Left the Service"
    RETURNED_TO_PSO = "returned_to_pso", "Returned to a PSO post"
    OTHER_ROLE = "other_role", "Took another role"
    UNKNOWN = "unknown", "Not known"


ONCE_ONLY = [
    EventKind.ENROLLED,
    EventKind.STARTED,
    EventKind.DID_NOT_START,
    EventKind.WITHDRAWN,
    EventKind.COMPLETED,
]


class Event(PublicIdModel, LedgerModel):
    """Something that happened to an enrolment, or a term of it that holds from a date.

    `enrolled` states the first terms (pathway, region, hours, cohort) and the planned start. The
    latest live event that states a term decides it, and the latest status event decides the status
    (rules/timeline.py).
    """

    SCOPE = OF_ENROLMENT

    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="events")
    kind = models.CharField(max_length=20, choices=EventKind)
    reason = models.CharField(max_length=40, blank=True)
    other_reasons = ArrayField(models.CharField(max_length=40), default=list, blank=True)
    ended_by = models.CharField(max_length=10, choices=EndedBy, blank=True)
    destination = models.CharField(max_length=20, choices=Destination, blank=True)
    exit_interview_offered_on = models.DateField(null=True, blank=True)
    exit_interview_held_on = models.DateField(null=True, blank=True)
    to_pathway = models.ForeignKey(
        Pathway, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    to_region = models.ForeignKey(
        Region, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    to_pdu = models.ForeignKey(
        Pdu, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    to_fte = models.DecimalField(max_digits=3, decimal_places=2, null=True, blank=True)
    to_cohort = models.ForeignKey(
        Cohort, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    expected_return = models.DateField(null=True, blank=True)
    extended_to = models.DateField(null=True, blank=True)
    approved_by = models.ForeignKey(
        Person,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="Who approved an extension, or a withdrawal that the Service ends.",
    )
    board_outcome = models.CharField(max_length=60, blank=True)
    note = models.TextField(blank=True)

    objects: ClassVar = ScopedLedgerQuerySet.as_manager()

    class Meta:
        ordering = ["effective_on", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["enrolment", "kind", "effective_on"],
                condition=live(),
                name="learners_event_once_a_day",
            ),
            models.UniqueConstraint(
                fields=["enrolment", "kind"],
                condition=live(models.Q(kind__in=ONCE_ONLY)),
                name="learners_event_once",
            ),
            models.CheckConstraint(
                condition=models.Q(to_fte=None)
                | models.Q(to_fte=1)
                | models.Q(to_fte__gte="0.6", to_fte__lte="0.8"),
                name="learners_event_fte",
                violation_error_message="A learner's hours are full time (1.0) or from 0.6 to 0.8.",
            ),
            models.CheckConstraint(
                condition=~models.Q(kind=EventKind.ENROLLED)
                | models.Q(
                    to_pathway__isnull=False,
                    to_region__isnull=False,
                    to_fte__isnull=False,
                    to_cohort__isnull=False,
                ),
                name="learners_event_enrolled_terms",
            ),
            models.CheckConstraint(
                condition=~models.Q(kind=EventKind.EXTENDED) | models.Q(extended_to__isnull=False),
                name="learners_event_extended_to",
            ),
        ]
        indexes = [
            models.Index(fields=["kind", "effective_on"], name="learners_event_kind"),
            models.Index(fields=["recorded_at"], name="learners_event_recorded"),
            models.Index(
                fields=["voided_at"],
                name="learners_event_voided",
                condition=models.Q(voided_at__isnull=False),
            ),
        ]
