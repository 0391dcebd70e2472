"""A file that a user imports through the browser, and its state."""

from __future__ import annotations

from typing import Any, ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from pqip.core.models import PublicIdModel
from pqip.exchange.datasets import DIFFERENT, DIFFERENT_PERSON, SAME_PERSON, Dataset, registry


class ImportRunQuerySet(models.QuerySet["ImportRun"]):
    """Queryset of imports."""

    def made_by(self, user: Any) -> Self:
        """Return the imports of one user: nobody else may see what a file holds."""
        return self.filter(requested_by=user)

    def at_work(self) -> Self:
        """Return the imports that wait for a worker or are being processed."""
        return self.filter(state__in=[ImportRun.State.CHECKING, ImportRun.State.APPLYING])

    def with_file(self) -> Self:
        """Return the imports whose file is still stored."""
        return self.filter(file_deleted_at=None)


class ImportRun(PublicIdModel):
    """A file of one dataset: checked, shown, confirmed by the user who brought it, applied. The row outlives the file.

    `digest` identifies everything that the check would have written; applying must give the same.
    """

    names_people = True  # opening its page is logged

    class State(models.TextChoices):
        CHECKING = "checking", "Being checked"
        ASKED = "asked", "Waiting for answers"
        READY = "ready", "Ready to confirm"
        REFUSED = "refused", "Has errors"
        UNCHANGED = "unchanged", "Nothing to change"
        APPLYING = "applying", "Being imported"
        DONE = "done", "Imported"
        FAILED = "failed", "Did not finish"

    dataset = models.CharField(max_length=50)
    original_name = models.CharField(max_length=200)
    kind = models.CharField(max_length=4)
    sha256 = models.CharField(max_length=64)
    size = models.PositiveIntegerField()
    state = models.CharField(max_length=10, choices=State, default=State.CHECKING)
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )

    #: The number of checks: one, and another each time the records changed before the file was applied.
    checks = models.PositiveSmallIntegerField(default=1)
    new = models.PositiveIntegerField(default=0)
    changed = models.PositiveIntegerField(default=0)
    unchanged = models.PositiveIntegerField(default=0)
    wrong = models.PositiveIntegerField(default=0)
    errors = models.PositiveIntegerField(default=0)
    changed_cells = models.PositiveIntegerField(default=0)
    #: The number of rows that may be about somebody known and have no answer; and the answers given on screen by row: a
    #: recorded staff number, or `DIFFERENT`.
    questions = models.PositiveIntegerField(default=0)
    answers = models.JSONField(default=dict)
    news = models.JSONField(default=dict)
    note = models.CharField(max_length=200, default="")
    message = models.TextField(default="")
    digest = models.CharField(max_length=64, default="")

    requested_at = models.DateTimeField(db_default=Now())
    checked_at = models.DateTimeField(null=True)
    confirmed_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    file_deleted_at = models.DateTimeField(null=True)

    objects: ClassVar = ImportRunQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["requested_by", "-requested_at"], name="exchange_run_by"),
            models.Index(
                fields=["requested_at"], name="exchange_run_kept", condition=Q(file_deleted_at=None)
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    state__in=[
                        "checking",
                        "asked",
                        "ready",
                        "refused",
                        "unchanged",
                        "applying",
                        "done",
                        "failed",
                    ]
                ),
                name="exchange_run_state",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["applying", "done"]) | Q(confirmed_at__isnull=False),
                name="exchange_run_confirmed",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.dataset} {self.public_id}"

    @property
    def described(self) -> Dataset:
        """Return the dataset. Raises KeyError where the project no longer has it."""
        return registry[self.dataset]

    @property
    def rows(self) -> int:
        """Return the number of rows read."""
        return self.new + self.changed + self.unchanged + self.wrong

    @property
    def answered(self) -> dict[int, dict[str, Any]]:
        """Return what was answered on screen, as cells of the rows."""
        return {
            int(row): {
                SAME_PERSON: None if answer == DIFFERENT else answer,
                DIFFERENT_PERSON: answer == DIFFERENT,
            }
            for row, answer in self.answers.items()
        }

    @property
    def job_key(self) -> str:
        """Return the key of the job that processes it now."""
        return f"import:{self.pk}:{self.state}:{self.checks}"
