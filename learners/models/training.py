"""Role training: courses, who must take them, bookings and attendance, and the follow-up in
practice.
"""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from learners.models.pathways import Pathway
from learners.models.scopes import OF_PERSON
from pqip.core.ledger import LedgerModel, live
from pqip.core.models import PublicIdModel
from pqip.core.scope import ScopedLedgerQuerySet
from workforce.models import Person


class Delivery(models.TextChoices):
    ELEARNING = "elearning", "eLearning"
    ONLINE = "online", "Online"
    FACE_TO_FACE = "face_to_face", "Face to face"


class Course(models.Model):
    """A training course.

    The interval at which a mandatory course recurs is not published for every course: it is blank
    until it is known.
    """

    code = models.CharField(max_length=12, unique=True)
    title = models.CharField(max_length=120)
    category = models.CharField(max_length=40)
    delivery = models.CharField(max_length=60, blank=True)
    duration = models.CharField(max_length=20, blank=True)
    recurs_months = models.PositiveSmallIntegerField(
        "due again after",
        null=True,
        blank=True,
        choices=[(12, "12 months"), (24, "24 months"), (36, "36 months")],
        help_text="Blank: not known, so it is never due again.",
    )
    needs_follow_up = models.BooleanField(
        "followed up into practice",
        default=False,
        help_text="Each attendance then has a task of its own.",
    )
    order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["order"]

    def __str__(self) -> str:
        return self.title


class TrainingRecord(LedgerModel):
    """A person's booking of a course for a day (`effective_on`), and its outcome."""

    SCOPE = OF_PERSON

    class Status(models.TextChoices):
        BOOKED = "booked", "Booked"
        ATTENDED = "attended", "Attended"
        DID_NOT_ATTEND = "did_not_attend", "Did not attend"
        CANCELLED = "cancelled", "Cancelled"

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="training")
    course = models.ForeignKey(Course, on_delete=models.PROTECT, related_name="+")
    status = models.CharField(max_length=16, choices=Status)
    delivery = models.CharField(max_length=12, choices=Delivery, blank=True)

    objects: ClassVar = ScopedLedgerQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person", "course", "effective_on"],
                condition=live(),
                name="learners_training_once",
            )
        ]
        indexes = [models.Index(fields=["recorded_at"], name="learners_training_recorded")]


class CourseEvaluation(LedgerModel):
    """Somebody answered the evaluation of a course they attended on `effective_on`, at one of its
    four levels (S3 §3.3).

    Only the fact and the day of the answer are kept: no words, and no score of the course or of the
    person.
    """

    SCOPE = OF_PERSON

    class Level(models.IntegerChoices):
        REACTION = 1, "1: Reaction and planned action"
        LEARNING = 2, "2: Learning"
        APPLICATION = 3, "3: Application and change of behaviour"
        IMPACT = 4, "4: Impact"

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="course_evaluations")
    course = models.ForeignKey(Course, on_delete=models.PROTECT, related_name="+")
    level = models.PositiveSmallIntegerField(choices=Level)
    answered_on = models.DateField()

    objects: ClassVar = ScopedLedgerQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person", "course", "effective_on", "level"],
                condition=live(),
                name="learners_evaluation_once",
            ),
            models.CheckConstraint(
                condition=models.Q(answered_on__gte=models.F("effective_on"), level__range=(1, 4)),
                name="learners_evaluation_answered",
            ),
        ]


class CoursePlan(PublicIdModel, LedgerModel):
    """The day on which an intake (a cohort in a region) is to take a course, entered once for all
    of them.

    It books nobody. A course may be planned for several days, for groups.
    """

    SCOPE = {"region": "region_id"}

    cohort = models.ForeignKey("learners.Cohort", on_delete=models.PROTECT, related_name="+")
    region = models.ForeignKey("workforce.Region", on_delete=models.PROTECT, related_name="+")
    course = models.ForeignKey(Course, on_delete=models.PROTECT, related_name="+")
    delivery = models.CharField(max_length=12, choices=Delivery, blank=True)

    objects: ClassVar = ScopedLedgerQuerySet.as_manager()

    class Meta:
        ordering = ["effective_on", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["cohort", "region", "course", "effective_on"],
                condition=live(),
                name="learners_course_plan_once",
            )
        ]


class CourseRequirement(LedgerModel):
    """Who must take a course, and how many months after the start it is due.

    It holds from `effective_on` until the next row.
    """

    class Audience(models.TextChoices):
        LEARNER = "learner", "Learners"
        PSO = "pso", "PSOs who are not learners"

    course = models.ForeignKey(Course, on_delete=models.PROTECT, related_name="requirements")
    audience = models.CharField(max_length=10, choices=Audience)
    pathway = models.ForeignKey(
        Pathway, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    is_required = models.BooleanField(default=True)
    due_months = models.PositiveSmallIntegerField(
        null=True,
        blank=True,
        help_text="Months after the start by which it is due; blank: not known, and the assumed months count.",
    )

    class Meta:
        ordering = ["course", "audience", "effective_on"]
        constraints = [
            models.UniqueConstraint(
                fields=["course", "audience", "pathway", "effective_on"],
                condition=live(),
                nulls_distinct=False,
                name="learners_course_requirement_once",
            )
        ]


class TrainingExemption(PublicIdModel, LedgerModel):
    """A person need not take a course, from a day on, because of earlier learning (rule F33)."""

    SCOPE = OF_PERSON

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="training_exemptions")
    course = models.ForeignKey(Course, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=500)

    objects: ClassVar = ScopedLedgerQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person", "course"], condition=live(), name="learners_exemption_once"
            ),
            models.CheckConstraint(
                condition=~models.Q(reason=""), name="learners_exemption_reason"
            ),
        ]


class FollowUp(PublicIdModel, LedgerModel):
    """The follow-up of a course in practice (rule C4 76): a task after attendance on
    `effective_on`.

    What was learned is tried or discussed.
    """

    SCOPE = OF_PERSON

    class Kind(models.TextChoices):
        DISCUSSION = "discussion", "Reflective discussion"
        OBSERVED_PRACTICE = "observed_practice", "Observed practice"

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="follow_ups")
    course = models.ForeignKey(Course, on_delete=models.PROTECT, related_name="+")
    due_on = models.DateField()
    kind = models.CharField(max_length=20, choices=Kind, blank=True)
    done_on = models.DateField(null=True, blank=True)
    done_with = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects: ClassVar = ScopedLedgerQuerySet.as_manager()

    class Meta:
        ordering = ["due_on", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["person", "course", "effective_on"],
                condition=live(),
                name="learners_follow_up_once",
            ),
            models.CheckConstraint(
                condition=models.Q(done_on=None)
                | models.Q(done_on__gte=models.F("effective_on")) & ~models.Q(kind=""),
                name="learners_follow_up_done",
            ),
        ]
