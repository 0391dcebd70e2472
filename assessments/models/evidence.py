"""Evidence: what a candidate offers against criteria."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models

from assessments.models.methods import Method
from assessments.models.reach import ReachLedgerQuerySet, ReachQuerySet
from assessments.models.registrations import Registration
from assessments.models.scopes import OF_EVIDENCE, OF_REGISTRATION
from pqip.core.ledger import LedgerModel, live
from pqip.core.models import PublicIdModel


class Part(models.TextChoices):
    """What a trainee assessor's own portfolio must hold (rule C3 55)."""

    PLANNING = "planning", "Planning"
    GATHERING = "gathering", "Evidence gathering"
    ASSESSMENT = "assessment", "Assessment"
    FEEDBACK = "feedback", "Feedback"
    REFLECTION = "reflection", "Reflective account"
    CPD = "cpd", "Record of professional development"


class Evidence(PublicIdModel):
    """A piece of evidence, known by its reference. Its submission says what was submitted; decisions refer to it.

    Evidence that is resubmitted after *not yet competent* is a new piece, which `follows` the one before.
    """

    first_recorded_in = ("assessments.Submission", "evidence")
    SCOPE = OF_REGISTRATION
    ALLOCATED = {
        "pta": "registration__person_id",
        "line_manager": "registration__person_id",
        "eqa": "registration__person_id",
    }

    reference = models.CharField(max_length=40, unique=True)
    registration = models.ForeignKey(
        Registration, on_delete=models.PROTECT, related_name="evidence"
    )
    follows = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="handed_in_again"
    )

    objects: ClassVar = ReachQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "evidence"

    def __str__(self) -> str:
        return self.reference


class Submission(LedgerModel):
    """What was submitted as a piece of evidence, on `effective_on`: title, method, criteria it is offered against.

    `criteria` holds keys of criteria of the registration's version; a trigger refuses any other.
    """

    SCOPE = OF_EVIDENCE
    ALLOCATED = {
        "pta": "evidence__registration__person_id",
        "line_manager": "evidence__registration__person_id",
    }

    evidence = models.ForeignKey(Evidence, on_delete=models.PROTECT, related_name="submissions")
    title = models.CharField(max_length=200)
    method = models.CharField(max_length=24, choices=Method)
    criteria = ArrayField(models.IntegerField())
    description = models.TextField(blank=True)
    part = models.CharField(
        "part of an assessor’s portfolio",
        max_length=12,
        choices=Part,
        blank=True,
        default="",
        db_default="",
    )
    is_declared = models.BooleanField(
        default=False,
        db_default=False,
        help_text="Whoever logged it declared that it names nobody on probation; files do not say.",
    )

    objects: ClassVar = ReachLedgerQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["evidence"], condition=live(), name="assessments_submission_once"
            ),
            models.CheckConstraint(
                condition=models.Q(criteria__len__gte=1), name="assessments_submission_criteria"
            ),
        ]
        indexes = [
            models.Index(fields=["effective_on"], name="assessments_submission_on"),
            models.Index(fields=["recorded_at"], name="assessments_submission_rec"),
            models.Index(
                fields=["voided_at"],
                name="assessments_submission_void",
                condition=models.Q(voided_at__isnull=False),
            ),
        ]


class EvidenceFile(PublicIdModel, LedgerModel):
    """A file that belongs to a piece of evidence. It is stored under a generated name
    (`assessments/facts/evidence_files.py`).

    Undoing the row deletes the stored file; the row stays.
    """

    SCOPE = OF_EVIDENCE
    ALLOCATED = {
        "pta": "evidence__registration__person_id",
        "line_manager": "evidence__registration__person_id",
        "eqa": "evidence__registration__person_id",
    }

    evidence = models.ForeignKey(Evidence, on_delete=models.PROTECT, related_name="files")
    name = models.CharField("its own name", max_length=150)
    kind = models.CharField(max_length=5)
    size = models.PositiveIntegerField("bytes")
    sha256 = models.CharField(max_length=64)

    objects: ClassVar = ReachLedgerQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["evidence", "sha256"], condition=live(), name="assessments_file_once"
            )
        ]
