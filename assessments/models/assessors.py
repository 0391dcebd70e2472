"""Assessors' awards and authorities: a ledger with one live row for each assessor."""

from __future__ import annotations

import datetime as dt
from typing import ClassVar, Self

from django.contrib.postgres.fields import ArrayField
from django.db import models

from assessments.models.reach import ReachLedgerQuerySet
from pqip.core.ledger import LedgerModel, live
from pqip.core.models import PublicIdModel
from pqip.core.scope import ScopedLedgerQuerySet
from workforce.models import Person


def qualified(on: dt.date) -> models.Q:
    """Return the condition that the award is achieved by the day and has not lapsed on it (rule C3 51; in the database
    `assessments_is_qualified`).
    """
    return models.Q(achieved_on__lte=on) & (models.Q(lapsed_on=None) | models.Q(lapsed_on__gt=on))


def _authority(name: str, on: dt.date) -> models.Q:
    until = models.Q(**{f"{name}_until": None}) | models.Q(**{f"{name}_until__gte": on})
    return models.Q(**{f"{name}_from__lte": on}) & until


class AssessorQuerySet(ReachLedgerQuerySet):
    """Assessors' records by what they allow on a day.

    The methods of one record say the same, and so do the functions in `sql/1_assessors.sql`.
    """

    def qualified(self, on: dt.date) -> Self:
        """Return records whose award is achieved and has not lapsed on the day."""
        return self.filter(qualified(on))

    def may_countersign(self, on: dt.date, *codes: str) -> Self:
        """Return records qualified and with authority to countersign all of these qualifications (any, where none is
        named).
        """
        allowed = (
            {"allowed_qualifications__contains": codes}
            if codes
            else {"allowed_qualifications__len__gt": 0}
        )
        return self.qualified(on).filter(_authority("countersign", on), **allowed)

    def may_assure(self, on: dt.date, *codes: str) -> Self:
        """Return records with authority to quality assure all of these qualifications (any, where none is named)."""
        allowed = (
            {"assured_qualifications__contains": codes}
            if codes
            else {"assured_qualifications__len__gt": 0}
        )
        return self.filter(_authority("assure", on), **allowed)


class AssessorRecord(PublicIdModel, LedgerModel):
    """What is known of a person as an assessor: award registered, achieved and lapsed; authority to countersign and
    quality assure, and for which qualifications.

    A change voids the row and records the new state, so that any past instant can be asked as it was known.
    """

    SCOPE = {
        "region": "person__region_id",
        "pdu": "person__pdu_id",
        "pta": "person_id",
        "countersigner": "person_id",
    }
    ALLOCATED = {"countersigner": "person_id"}

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="assessor_records")
    registered_on = models.DateField("registered for the award on", null=True, blank=True)
    achieved_on = models.DateField("achieved the award on", null=True, blank=True)
    certificate_number = models.CharField(max_length=40, blank=True)
    lapsed_on = models.DateField(null=True, blank=True)
    countersign_from = models.DateField("may countersign from", null=True, blank=True)
    countersign_until = models.DateField("may countersign until", null=True, blank=True)
    allowed_qualifications = ArrayField(models.CharField(max_length=6), default=list, blank=True)
    weekly_hours = models.DecimalField(
        "hours a week for countersigning", max_digits=4, decimal_places=1, null=True, blank=True
    )
    competent_on = models.DateField("occupational competence confirmed on", null=True, blank=True)
    may_assess = ArrayField(models.CharField(max_length=6), default=list, db_default=[], blank=True)
    target_caseload = models.PositiveSmallIntegerField(null=True, blank=True)
    assure_from = models.DateField("may quality assure from", null=True, blank=True)
    assure_until = models.DateField("may quality assure until", null=True, blank=True)
    assured_qualifications = ArrayField(
        models.CharField(max_length=6), default=list, db_default=[], blank=True
    )

    objects: ClassVar = AssessorQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person"], condition=live(), name="assessments_assessor_once"
            ),
            models.CheckConstraint(
                condition=models.Q(achieved_on=None)
                | models.Q(registered_on=None)
                | models.Q(achieved_on__gte=models.F("registered_on")),
                name="assessments_assessor_achieved_after_registered",
            ),
            models.CheckConstraint(
                condition=models.Q(countersign_until=None)
                | models.Q(
                    countersign_from__isnull=False,
                    countersign_until__gte=models.F("countersign_from"),
                ),
                name="assessments_assessor_authority_dates",
            ),
            models.CheckConstraint(
                condition=models.Q(assure_until=None)
                | models.Q(assure_from__isnull=False, assure_until__gte=models.F("assure_from")),
                name="assessments_assessor_assuring_dates",
            ),
        ]
        indexes = [models.Index(fields=["recorded_at"], name="assessments_assessor_recorded")]

    def is_qualified(self, on: dt.date) -> bool:
        """Return whether the award is achieved by the day and has not lapsed on it."""
        return bool(
            self.achieved_on
            and self.achieved_on <= on
            and not (self.lapsed_on and self.lapsed_on <= on)
        )

    def may_countersign(self, qualification: str, on: dt.date) -> bool:
        """Return whether they are qualified, have authority to countersign, and are allowed that qualification, on the
        day.
        """
        in_force = bool(
            self.countersign_from
            and self.countersign_from <= on
            and (self.countersign_until is None or on <= self.countersign_until)
        )
        return in_force and self.is_qualified(on) and qualification in self.allowed_qualifications

    def may_assure(self, qualification: str, on: dt.date) -> bool:
        """Return whether they have authority to quality assure that qualification on the day."""
        in_force = bool(
            self.assure_from
            and self.assure_from <= on
            and (self.assure_until is None or on <= self.assure_until)
        )
        return in_force and qualification in self.assured_qualifications


class CpdEntry(PublicIdModel, LedgerModel):
    """Something an assessor did on `effective_on` to stay competent, and what they took from it."""

    SCOPE = {"region": "person__region_id", "pdu": "person__pdu_id", "learner": "person_id"}

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="cpd")
    what = models.CharField(max_length=200)
    hours = models.DecimalField(max_digits=4, decimal_places=1)
    learned = models.TextField("what was learned", blank=True)

    objects: ClassVar = ScopedLedgerQuerySet.as_manager()

    class Meta:
        ordering = ["-effective_on", "-id"]
        verbose_name_plural = "CPD entries"
        constraints = [
            models.CheckConstraint(condition=models.Q(hours__gt=0), name="assessments_cpd_hours")
        ]


class Handover(PublicIdModel, LedgerModel):
    """A handover on `effective_on` of everybody a person assesses or countersigns for, with a note to be accepted.

    `ended` and `made` hold the keys of the allocations that it ended and began.
    """

    class Why(models.TextChoices):
        LEAVING = "leaving", "Leaving"
        ABSENCE = "absence", "Absence"
        QUALIFIED = "qualified", "Qualified"
        BALANCE = "balance", "Sharing the work more evenly"

    SCOPE = {
        "region": "person__region_id",
        "pdu": "person__pdu_id",
        "pta": "taken_by_id",
        "countersigner": "taken_by_id",
    }

    person = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="handed_over", verbose_name="who hands over"
    )
    taken_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="taken_over")
    role = models.CharField(
        max_length=16, choices=[("pta", "Learners"), ("countersigner", "Trainee assessors")]
    )
    why = models.CharField(max_length=10, choices=Why)
    note = models.TextField(
        help_text="What whoever takes over must know. Names nobody on probation."
    )
    ended = ArrayField(models.BigIntegerField(), default=list)
    made = ArrayField(models.BigIntegerField(), default=list)
    accepted_on = models.DateField(null=True, blank=True)

    objects: ClassVar = ScopedLedgerQuerySet.as_manager()

    class Meta:
        ordering = ["-effective_on", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(person=models.F("taken_by")),
                name="assessments_handover_not_self",
            )
        ]
