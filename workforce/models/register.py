"""The professional register: entries of qualified officers, their changes, and posts that need one
(rule C4 71).
"""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from pqip.core.ledger import LedgerModel, live
from pqip.core.models import PublicIdModel
from pqip.core.scope import ScopedLedgerQuerySet
from workforce.models.people import Function, Person
from workforce.models.places import Grade

OF_PERSON = {"region": "person__region_id", "pdu": "person__pdu_id", "self": "person_id"}


class AwardType(models.TextChoices):
    """The award by which somebody is qualified (FACTS B4)."""

    CQSW = "CQSW", "Certificate of Qualification in Social Work (CQSW)"
    DIPSW = "DIPSW", "Diploma in Social Work (DipSW)"
    DIPPS = "DIPPS", "Diploma in Probation Studies (DipPS)"
    PQF = "PQF", "Probation Qualifications Framework (PQF)"
    PQIP = "PQIP", "Professional Qualification in Probation (PQiP)"
    OTHER = "OTHER", "Other"


class RegisterEntry(LedgerModel):
    """Somebody's entry in the register by an award, from `effective_on`, the day they were entered.

    It is active until a change says otherwise. `from_programme` means that it follows from the
    learner's event *joined the professional register*, and is corrected and undone there.
    """

    SCOPE = OF_PERSON

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="register_entries")
    award_type = models.CharField(max_length=10, choices=AwardType)
    qualified_on = models.DateField()
    from_programme = models.BooleanField(default=False, db_default=False, editable=False)

    objects: ClassVar = ScopedLedgerQuerySet.as_manager()

    class Meta:
        ordering = ["person", "effective_on"]
        verbose_name_plural = "entries in the professional register"
        constraints = [
            models.UniqueConstraint(
                fields=["person", "award_type"],
                condition=live(),
                name="workforce_register_entry_once",
                violation_error_message="They are on the register by this award already.",
            ),
            models.CheckConstraint(
                condition=models.Q(qualified_on__lte=models.F("effective_on")),
                name="workforce_register_qualified_first",
            ),
        ]


class RegisterChange(PublicIdModel, LedgerModel):
    """A change of an entry's status from a day, or a declaration of continuing professional
    development.
    """

    SCOPE = OF_PERSON

    class Kind(models.TextChoices):
        ACTIVE = "active", "Active"
        LAPSED = "lapsed", "Lapsed"
        REMOVED = "removed", "Removed"
        CPD = "cpd_declared", "Professional development declared"

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="register_changes")
    award_type = models.CharField(max_length=10, choices=AwardType)
    kind = models.CharField(max_length=12, choices=Kind)

    objects: ClassVar = ScopedLedgerQuerySet.as_manager()

    class Meta:
        ordering = ["person", "effective_on"]
        verbose_name_plural = "changes of entries in the professional register"
        constraints = [
            models.UniqueConstraint(
                fields=["person", "award_type", "effective_on"],
                condition=live(~models.Q(kind="cpd_declared")),
                name="workforce_register_status_once",
            ),
            models.UniqueConstraint(
                fields=["person", "award_type", "effective_on"],
                condition=live(models.Q(kind="cpd_declared")),
                name="workforce_register_cpd_once",
            ),
        ]


class EssentialQualification(LedgerModel):
    """Posts of a grade need the qualification as a probation officer from `effective_on`.

    So their holders need an active entry in the register.
    """

    grade = models.ForeignKey(Grade, on_delete=models.PROTECT, related_name="+")
    function = models.CharField(
        max_length=20, choices=Function, blank=True, help_text="Blank: every post of the grade."
    )
    is_essential = models.BooleanField(
        default=True, help_text="No: not of posts with this function, or no longer."
    )
    source = models.CharField(max_length=200, blank=True)
    assumed = models.BooleanField(default=False, help_text="Assumed; not from the service.")

    class Meta:
        ordering = ["grade", "function", "effective_on"]
        constraints = [
            models.UniqueConstraint(
                fields=["grade", "function", "effective_on"],
                condition=live(),
                name="workforce_essential_once",
            )
        ]
