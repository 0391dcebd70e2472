"""Withdrawals, apart from the event: the dates around it, its approval, its checked coding, and the
leaver's own words.
"""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models

from learners.models.enrolments import Enrolment
from learners.models.events import Destination, EndedBy, Event
from learners.models.scopes import OF_ENROLMENT
from pqip.core.ledger import LedgerModel, live
from pqip.core.models import PublicIdModel
from pqip.core.scope import ScopedLedgerQuerySet

#: Somebody is told, and is last active, on or before the day a withdrawal takes effect.
BEFORE = models.Q(
    told_on__lte=models.F("effective_on"), last_activity_on__lte=models.F("effective_on")
)


class WithdrawalProposal(PublicIdModel, LedgerModel):
    """A proposal by the Service to end a learner's programme on `effective_on`.

    Nothing ends until somebody else approves it.
    """

    SCOPE = OF_ENROLMENT

    enrolment = models.ForeignKey(
        Enrolment, on_delete=models.PROTECT, related_name="withdrawal_proposals"
    )
    reason = models.CharField(max_length=40)
    other_reasons = ArrayField(models.CharField(max_length=40), default=list, blank=True)
    ended_by = models.CharField(max_length=10, choices=EndedBy, default=EndedBy.SERVICE)
    destination = models.CharField(max_length=20, choices=Destination, blank=True)
    told_on = models.DateField()
    last_activity_on = models.DateField()
    note = models.TextField(blank=True)

    objects: ClassVar = ScopedLedgerQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["enrolment", "effective_on"],
                condition=live(),
                name="learners_withdrawal_proposal_once",
            ),
            models.CheckConstraint(condition=BEFORE, name="learners_withdrawal_proposal_dates"),
        ]


class WithdrawalVerdict(LedgerModel):
    """The approval or refusal of a proposal on a day, by somebody other than the proposer.

    The database refuses a decision by the proposer.
    """

    SCOPE = {kind: f"proposal__{path}" for kind, path in OF_ENROLMENT.items()}

    proposal = models.ForeignKey(
        WithdrawalProposal, on_delete=models.PROTECT, related_name="verdicts"
    )
    approved = models.BooleanField()
    note = models.CharField(max_length=500, blank=True)

    objects: ClassVar = ScopedLedgerQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["proposal"], condition=live(), name="learners_withdrawal_verdict_once"
            )
        ]


class WithdrawalDetail(LedgerModel):
    """The other two dates of a withdrawal: the day they were told, and the day they were last
    active.

    `effective_on` is the day the withdrawal took effect.
    """

    SCOPE = OF_ENROLMENT

    class WouldReturn(models.TextChoices):
        YES = "yes", "Yes"
        NO = "no", "No"
        NOT_SURE = "not_sure", "Not sure"
        NOT_ASKED = "not_asked", "Not asked"

    enrolment = models.ForeignKey(
        Enrolment, on_delete=models.PROTECT, related_name="withdrawal_details"
    )
    told_on = models.DateField()
    last_activity_on = models.DateField()
    would_return = models.CharField(
        max_length=10, choices=WouldReturn, default=WouldReturn.NOT_ASKED
    )

    objects: ClassVar = ScopedLedgerQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["enrolment"], condition=live(), name="learners_withdrawal_detail_once"
            ),
            models.CheckConstraint(condition=BEFORE, name="learners_withdrawal_detail_dates"),
        ]


class CodingCheck(LedgerModel):
    """A second person agreed how a withdrawal is coded.

    The database refuses the person who recorded it.
    """

    SCOPE = {kind: f"event__{path}" for kind, path in OF_ENROLMENT.items()}

    event = models.ForeignKey(Event, on_delete=models.PROTECT, related_name="coding_checks")
    agreed = models.BooleanField()
    note = models.CharField(max_length=500, blank=True)

    objects: ClassVar = ScopedLedgerQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["event"], condition=live(), name="learners_coding_check_once"
            )
        ]


class LeaverWords(PublicIdModel, LedgerModel):
    """What a leaver said themselves, in the survey or the interview.

    Only HR business partners read it.
    """

    SCOPE = OF_ENROLMENT

    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="leaver_words")
    reasons = ArrayField(
        models.CharField(max_length=40),
        default=list,
        blank=True,
        help_text="Drivers they named, first first.",
    )
    words = models.TextField(blank=True)

    objects: ClassVar = ScopedLedgerQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "leavers' words"
        constraints = [
            models.UniqueConstraint(
                fields=["enrolment"], condition=live(), name="learners_leaver_words_once"
            )
        ]
