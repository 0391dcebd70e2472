"""Applications in a campaign: what each says, the stages it has come through, and equality answers apart."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Upper

from learners.models.enrolments import Campaign, Enrolment, EntryRoute
from learners.rules.applications import RANK, STAGES
from pqip.core.ledger import KnownLedger, LedgerModel, live
from pqip.core.models import PublicIdModel
from pqip.core.scope import ScopedLedgerQuerySet, ScopedQuerySet
from workforce.models import Pdu, Region

NAMES_NOBODY: dict[str, Any] = {"on_delete": models.PROTECT, "related_name": "+"}
#: Days for which a clock may be stopped: more is a slip of the hand.
MOST_PAUSED = 999
#: Offices that an applicant may rank.
MOST_OFFICES = 10


class ApplicationRoute(models.TextChoices):
    """How somebody applies: the routes on to the programme, and to a post as a PSO."""

    EXTERNAL = EntryRoute.EXTERNAL.value, EntryRoute.EXTERNAL.label
    PSO_PROGRESSION = EntryRoute.PSO_PROGRESSION.value, EntryRoute.PSO_PROGRESSION.label
    INTERNAL_MOJ = EntryRoute.INTERNAL_MOJ.value, EntryRoute.INTERNAL_MOJ.label
    PSO_POST = "pso_post", "PSO post"


class Stage(models.TextChoices):
    """What happens to an application, in this order; checks and vetting go on side by side."""

    SIFTED = "sifted", "Sifted"
    ASSESSED = "assessed", "Assessed"
    PROVISIONAL_OFFER = "provisional_offer", "Provisional offer"
    CHECKS = "checks", "Checks completed"
    VETTING = "vetting", "Vetting completed"
    CONFIRMED_OFFER = "confirmed_offer", "Confirmed offer"
    STARTED = "started", "Started"
    REJECTED = "rejected", "Rejected"
    WITHDREW = "withdrew", "Withdrew"
    FEEDBACK = "feedback", "Feedback given"


class ApplicationContent(models.Model):
    """What an application says. It is corrected where it stands; the ledger keeps what was known."""

    campaign = models.ForeignKey(Campaign, **NAMES_NOBODY)
    region = models.ForeignKey(Region, **NAMES_NOBODY)
    route = models.CharField(max_length=16, choices=ApplicationRoute)
    applied_on = models.DateField()
    paused_days = models.PositiveSmallIntegerField(
        default=0, help_text="Days of the checks for which the applicant's information was missing."
    )
    previous_number = models.CharField(
        "earlier application number", max_length=26, blank=True, help_text="If they applied before."
    )
    is_returner = models.BooleanField(
        "worked for the Service before", null=True, blank=True, help_text="Blank: not known."
    )
    would_take_pso_post = models.BooleanField(
        "would also consider a PSO post", null=True, blank=True, help_text="Blank: not asked."
    )
    offices = ArrayField(
        models.CharField(max_length=20),
        default=list,
        blank=True,
        help_text="Codes of the units they prefer, the first choice first.",
    )
    offered_pdu = models.ForeignKey(Pdu, **NAMES_NOBODY, null=True, blank=True)
    accepted_pdu = models.ForeignKey(Pdu, **NAMES_NOBODY, null=True, blank=True)

    class Meta:
        abstract = True


class ApplicationQuerySet(ScopedQuerySet):
    """Applications, and the filters that pages and files use."""

    def numbered(self, numbers: Collection[str]) -> ApplicationQuerySet:
        """Filter for applications with one of these numbers, in any case."""
        folded = [number.upper() for number in numbers]
        return self.alias(folded_number=Upper("application_number")).filter(
            folded_number__in=folded
        )

    def offered(self) -> ApplicationQuerySet:
        """Filter for applications with a confirmed offer."""
        return self.filter(_has(models.Q(stage=Stage.CONFIRMED_OFFER)))

    def at_stage(self, stage: str) -> ApplicationQuerySet:
        """Filter for applications whose furthest stage this is; `applied` where they have come to none."""
        later = STAGES if stage == "applied" else STAGES[STAGES.index(stage) + 1 :]
        rows = self.exclude(_has(models.Q(stage__in=later)))
        return rows if stage == "applied" else rows.filter(_has(models.Q(stage=stage)))

    def came_to(self, stage: str, *, passed: bool = False) -> ApplicationQuerySet:
        """Filter for applications that have reached a stage: it, or a later one, is recorded; of those that `passed` it."""
        later = [each for each in STAGES if RANK[each] > RANK[stage]]
        own = models.Q(stage=stage, passed=True) if passed else models.Q(stage=stage)
        rows = self.filter(_has(own | models.Q(stage__in=later)))
        return rows.exclude(_has(models.Q(stage=stage, passed=False))) if passed else rows

    def with_outcome(self, outcome: str) -> ApplicationQuerySet:
        """Filter for applications with that outcome (`rules/applications.py`)."""
        started, withdrew = (
            _has(models.Q(stage=stage)) for stage in (Stage.STARTED, Stage.WITHDREW)
        )
        rejected = _has(models.Q(stage=Stage.REJECTED) | models.Q(passed=False))
        conditions = {
            "started": models.Q(started),
            "withdrew": models.Q(withdrew),
            "rejected": models.Q(rejected) & ~models.Q(withdrew),
            "in_progress": ~models.Q(started) & ~models.Q(withdrew) & ~models.Q(rejected),
        }
        return self.filter(conditions[outcome])


def _has(condition: models.Q) -> models.Exists:
    """Whether an application has a live stage for which the condition holds."""
    live = ApplicationStage.objects.live().filter(application=models.OuterRef("pk"))
    return models.Exists(live.filter(condition))


class Application(PublicIdModel, ApplicationContent):
    """One application in a campaign. It holds no name: whoever starts is the person of `enrolment`.

    A learner who is not on the payroll yet has `APP:` and the application's number as staff number.
    """

    SCOPE = {"region": "region_id"}
    first_recorded_in = ("learners.ApplicationRecord", "application")

    application_number = models.CharField(max_length=26)
    enrolment = models.ForeignKey(
        Enrolment,
        **NAMES_NOBODY,
        null=True,
        blank=True,
        help_text="The place on the programme that came of it.",
    )

    objects: ClassVar = ApplicationQuerySet.as_manager()

    class Meta:
        ordering = ["application_number"]
        constraints = [
            models.UniqueConstraint(
                Upper("application_number"),
                name="learners_application_once",
                violation_error_message="This application number is taken.",
            ),
            models.UniqueConstraint(
                fields=["enrolment"],
                name="learners_application_enrolment_once",
                violation_error_message="Another application led to this place on the programme.",
            ),
            models.CheckConstraint(
                condition=models.Q(paused_days__lte=MOST_PAUSED), name="learners_application_paused"
            ),
        ]
        indexes = [
            models.Index(
                fields=["campaign", "region", "applied_on", "id"],
                include=["route", "paused_days"],
                name="learners_application_campaign",
            ),
            models.Index(
                fields=["campaign", "application_number", "id"], name="learners_application_number"
            ),
        ]

    def __str__(self) -> str:
        return self.application_number


class ApplicationRecord(KnownLedger, ApplicationContent):
    """What an application said, as it was known at any time.

    It is kept with every write to `Application`, which says what is known now. Which place on the programme came of it
    is audited, and no figure
    of an earlier instant reads it.
    """

    SCOPE = {"region": "region_id"}
    known_of = ("learners.Application", "id", "application")

    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="records")

    objects: ClassVar = ScopedLedgerQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["application"], condition=live(), name="learners_application_record_once"
            )
        ]
        indexes = [
            models.Index(fields=["recorded_at"], name="learners_application_recorded"),
            models.Index(
                fields=["voided_at"],
                name="learners_application_voided",
                condition=models.Q(voided_at__isnull=False),
            ),
        ]


class ApplicationStage(PublicIdModel, LedgerModel):
    """A stage that an application has come to, its end, or the feedback on it; `effective_on` is its day.

    `passed` is the result of a stage that has one (`rules/applications.py`), and None of the others.
    """

    SCOPE = {"region": "application__region_id"}

    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="stages")
    stage = models.CharField(max_length=17, choices=Stage)
    passed = models.BooleanField(null=True, blank=True)

    objects: ClassVar = ScopedLedgerQuerySet.as_manager()

    class Meta:
        ordering = ["effective_on", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["application", "stage"],
                condition=live(),
                include=["effective_on", "passed"],
                name="learners_application_stage_once",
            ),
            models.CheckConstraint(
                condition=models.Q(stage__in=["sifted", "assessed", "checks", "vetting"])
                | models.Q(passed=None),
                name="learners_application_stage_result",
            ),
        ]
        indexes = [
            models.Index(fields=["recorded_at"], name="learners_app_stage_recorded"),
            models.Index(
                fields=["voided_at"],
                name="learners_app_stage_voided",
                condition=models.Q(voided_at__isnull=False),
            ),
        ]


class ApplicantAnswers(models.Model):
    """Answers to the equality questions of an application; a blank means *not asked*."""

    sex = models.CharField(max_length=40, blank=True)
    ethnicity = models.CharField(max_length=80, blank=True)
    disability = models.CharField(max_length=40, blank=True)
    age_band = models.CharField("age at application", max_length=40, blank=True)

    class Meta:
        abstract = True


class ApplicantEquality(ApplicantAnswers):
    """Equality answers of an applicant, kept apart from the application and behind their own permission.

    Optional, and never used in a decision. Those of learners are in `workforce.EqualityAnswers`, and are filled in from these
    when the application leads to a place on the programme: `copied` names the questions, so that it can be undone.
    `ApplicantEqualityRecord` keeps what was known earlier.
    """

    SCOPE = {"region": "application__region_id"}

    application = models.OneToOneField(
        Application, on_delete=models.PROTECT, related_name="equality"
    )
    copied = ArrayField(models.CharField(max_length=12), default=list, blank=True, editable=False)

    objects: ClassVar = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "equality answers of applicants"


class ApplicantEqualityRecord(KnownLedger, ApplicantAnswers):
    """Equality answers of applicants as they were known, behind the same permission."""

    SCOPE = {"region": "application__region_id"}
    known_of = ("learners.ApplicantEquality", "application_id", "application")
    erasable = ("sex", "ethnicity", "disability", "age_band")

    application = models.ForeignKey(
        Application, on_delete=models.PROTECT, related_name="equality_records"
    )

    objects: ClassVar = ScopedLedgerQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["application"], condition=live(), name="learners_app_equality_once"
            )
        ]
        indexes = [
            models.Index(fields=["recorded_at"], name="learners_app_equality_recorded"),
            models.Index(
                fields=["voided_at"],
                name="learners_app_equality_voided",
                condition=models.Q(voided_at__isnull=False),
            ),
        ]
