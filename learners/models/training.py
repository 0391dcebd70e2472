"""Role training: courses, and who booked and attended them."""

from __future__ import annotations

from django.db import models

from pqip.core.ledger import LedgerModel, live
from pqip.core.scope import ScopedLedgerQuerySet
from workforce.models import Person


class Delivery(models.TextChoices):
    ELEARNING = "elearning", "eLearning"
    ONLINE = "online", "Online"
    FACE_TO_FACE = "face_to_face", "Face to face"


class Course(models.Model):
    """A training product. How often a mandatory course recurs is not published for each: blank until it is known."""

    code = models.CharField(max_length=12, unique=True)
    title = models.CharField(max_length=120)
    category = models.CharField(max_length=40)
    delivery = models.CharField(max_length=60, blank=True)
    duration = models.CharField(max_length=20, blank=True)
    recurs_months = models.PositiveSmallIntegerField(null=True, blank=True, choices=[(12, "12"), (24, "24"), (36, "36")])
    due_months = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="Months after the start by which it is due; blank: due when booked for."
    )
    is_required = models.BooleanField(default=True)
    order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["order"]

    def __str__(self) -> str:
        return self.title


class TrainingRecord(LedgerModel):
    """A person's booking of a course for a day (`effective_on`), and what came of it."""

    SCOPE = {"region": "person__region_id", "pdu": "person__pdu_id", "learner": "person_id"}

    class Status(models.TextChoices):
        BOOKED = "booked", "Booked"
        ATTENDED = "attended", "Attended"
        DID_NOT_ATTEND = "did_not_attend", "Did not attend"
        CANCELLED = "cancelled", "Cancelled"

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="training")
    course = models.ForeignKey(Course, on_delete=models.PROTECT, related_name="+")
    status = models.CharField(max_length=16, choices=Status)
    delivery = models.CharField(max_length=12, choices=Delivery, blank=True)

    objects = ScopedLedgerQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person", "course", "effective_on"], condition=live(), name="learners_training_once"
            )
        ]
        indexes = [models.Index(fields=["recorded_at"], name="learners_training_recorded")]
