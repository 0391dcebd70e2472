"""Campaigns, cohorts and enrolments, and the timeline derived from an enrolment's events."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, RangeOperators
from django.db import models

from learners.models.pathways import Pathway
from pqip.core.expressions import DaysBefore
from pqip.core.models import PublicIdModel
from pqip.core.scope import ScopedQuerySet
from pqip.core.words import sought
from workforce.models import Pdu, Person, Region


class Campaign(PublicIdModel):
    """A recruitment campaign that cohorts came from: of the nation, or of one region, such as for PSOs.

    A file creates one by its code alone; what else is known of it is added on screen. Places are in `CampaignPlaces`.
    """

    code = models.CharField(max_length=40, unique=True)
    name = models.CharField(max_length=100, blank=True)
    region = models.ForeignKey(
        Region,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="Blank: the whole country.",
    )
    target_applications = models.PositiveIntegerField(null=True, blank=True)
    opens_on = models.DateField(null=True, blank=True)
    closes_on = models.DateField(
        null=True, blank=True, help_text="The last day on which applications are taken."
    )
    selection_version = models.CharField(
        max_length=100, blank=True, help_text="How applicants are selected, such as with a sift."
    )
    channels = models.CharField(
        max_length=200, blank=True, help_text="Where it was advertised, each after a comma."
    )

    class Meta:
        ordering = ["code"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(opens_on=None)
                | models.Q(closes_on=None)
                | models.Q(closes_on__gte=models.F("opens_on")),
                name="learners_campaign_dates",
                violation_error_message="A campaign closes on the day it opens, or later.",
            )
        ]

    def __str__(self) -> str:
        return self.name or self.code


class Cohort(models.Model):
    """An intake, such as Intake 14 (September 2023)."""

    code = models.CharField(max_length=40, unique=True)
    name = models.CharField(max_length=100, blank=True)
    starts_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name or self.code


class Status(models.TextChoices):
    """The status of an enrolment on a day. The legal changes are in rules/events_moves.py."""

    DUE_TO_START = "due_to_start", "Due to start"
    DID_NOT_START = "did_not_start", "Did not start"
    ACTIVE = "active", "Active"
    DEFERRED = "deferred", "On a break"
    WITHDRAWN = "withdrawn", "Withdrawn"
    COMPLETED = "completed", "Completed"


#: On the programme, or about to start.
GOING = (Status.DUE_TO_START, Status.ACTIVE, Status.DEFERRED)


class EntryRoute(models.TextChoices):
    EXTERNAL = "external", "External"
    PSO_PROGRESSION = "pso_progression", "PSO progression"
    INTERNAL_MOJ = "internal_moj", "Internal (Ministry of Justice)"


#: Relations that repeat what the facts say. The foreign keys are on the facts, and `check_ledger`
#: checks the copies. A second check of each copy would take a third of the time of a bulk import.
DERIVED: dict[str, Any] = {"on_delete": models.PROTECT, "db_constraint": False}


class EnrolmentQuerySet(ScopedQuerySet):
    """Enrolments, and the filters that pages use."""

    def on_programme(self) -> EnrolmentQuerySet:
        """Filter for enrolments that have started and not ended: active or on a break."""
        return self.filter(status__in=[Status.ACTIVE, Status.DEFERRED])

    def matching(self, words: str) -> EnrolmentQuerySet:
        """Filter for people whose name or staff number contains every word.

        Case and accents do not matter.
        """
        return self.filter(
            *(models.Q(person__search_name__contains=word) for word in sought(words))
        )

    def for_lists(self) -> EnrolmentQuerySet:
        """Fetch what every list shows of an enrolment in one query.

        Each further table adds planning time to a list.
        """
        return self.select_related("person", "region", "pdu", "pathway")

    def listed(self) -> EnrolmentQuerySet:
        """The same for the list of all learners, whose columns alone are fetched: name, number, status, pathway, place, dates."""
        return self.for_lists().only(
            "public_id", "status", "start_date", "planned_end",
            "person__first_name", "person__last_name", "person__staff_number",
            "region__name", "pdu__name", "pathway__name",
        )  # fmt: skip

    def for_record(self) -> EnrolmentQuerySet:
        """Fetch what the record shows in addition to a list."""
        return self.select_related(
            "person", "region", "pdu", "pathway", "cohort", "pta", "line_manager"
        )


class Enrolment(PublicIdModel):
    """A person's place on the programme. Its events say what happened to it.

    What the learner came with (`entry_route` to `campaign`) is as known now; `EntryRecord` keeps
    what was known earlier. The columns from `status` on repeat what its events and allocations say
    as at today. Each transaction that writes those keeps the columns up to date, a nightly job
    moves them to the new day, and `check_ledger` checks them.
    """

    SCOPE = {
        "region": "region_id",
        "pdu": "pdu_id",
        "region_of_post": "post_region_id",
        "pdu_of_post": "post_pdu_id",
        "learner": "person_id",
        "pta": "pta_id",
        "line_manager": "line_manager_id",
    }
    first_recorded_in = ("learners.EntryRecord", "enrolment")

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="enrolments")
    entry_cohort = models.ForeignKey(Cohort, on_delete=models.PROTECT, related_name="+")
    entry_route = models.CharField(max_length=20, choices=EntryRoute)
    level5_held = models.BooleanField("level 5 held")
    modules_held = ArrayField(models.CharField(max_length=8), default=list, blank=True)
    campaign = models.ForeignKey(
        Campaign, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    status = models.CharField(
        max_length=16, choices=Status, default=Status.DUE_TO_START, editable=False
    )
    start_date = models.DateField(null=True, editable=False)
    region = models.ForeignKey(Region, **DERIVED, null=True, related_name="+", editable=False)
    pdu = models.ForeignKey(Pdu, **DERIVED, null=True, related_name="+", editable=False)
    pathway = models.ForeignKey(Pathway, **DERIVED, null=True, related_name="+", editable=False)
    cohort = models.ForeignKey(
        Cohort, **DERIVED, null=True, related_name="enrolments", editable=False
    )
    fte = models.DecimalField("FTE", max_digits=3, decimal_places=2, null=True, editable=False)
    planned_end = models.DateField(null=True, editable=False)
    placed_from = models.DateField(
        null=True, editable=False, help_text="The first day of the place."
    )
    placed_until = models.DateField(
        null=True, editable=False, help_text="The day it ended; none while it lasts."
    )
    next_turn_on = models.DateField(
        null=True, editable=False, help_text="The day these columns next change by themselves."
    )
    post_region = models.ForeignKey(
        Region,
        **DERIVED,
        null=True,
        related_name="+",
        editable=False,
        help_text="Of their officer's post, once they completed.",
    )
    post_pdu = models.ForeignKey(Pdu, **DERIVED, null=True, related_name="+", editable=False)
    pta = models.ForeignKey(Person, **DERIVED, null=True, related_name="+", editable=False)
    line_manager = models.ForeignKey(Person, **DERIVED, null=True, related_name="+", editable=False)

    objects: ClassVar = EnrolmentQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person", "entry_cohort"], name="learners_enrolment_once"
            ),
            #: The database too ensures that nobody has a second place while one is open
            #: (rules/places.py).
            ExclusionConstraint(
                name="learners_enrolment_one_place",
                expressions=[
                    ("person", RangeOperators.EQUAL),
                    (DaysBefore("placed_from", "placed_until"), RangeOperators.OVERLAPS),
                ],
                condition=models.Q(placed_from__isnull=False),
                deferrable=models.Deferrable.DEFERRED,
                violation_error_message="They are on the programme already. End that place first.",
            ),
        ]
        indexes = [
            models.Index(
                fields=["status", "region"],
                include=["person", "id"],
                name="learners_enrolment_listed",
            ),
            models.Index(fields=["pta", "status"], name="learners_enrolment_pta"),
            models.Index(
                fields=["next_turn_on"],
                name="learners_enrolment_turn",
                condition=models.Q(next_turn_on__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person} ({self.entry_cohort})"


class Segment(models.Model):
    """A stretch of an enrolment's time in which nothing changed, worked out from its events as
    known now.

    `to_on` is the first day after the stretch, or None if it has no end. During a break some dates
    move day by day; they are given as at `from_on`, and `rules/timeline.py` works out the others.
    """

    audited = False

    enrolment = models.ForeignKey(Enrolment, on_delete=models.CASCADE, related_name="segments")
    from_on = models.DateField()
    to_on = models.DateField(null=True)
    status = models.CharField(max_length=16, choices=Status)
    start_date = models.DateField(null=True)
    region = models.ForeignKey(Region, **DERIVED, null=True, related_name="+")
    pdu = models.ForeignKey(Pdu, **DERIVED, null=True, related_name="+")
    pathway = models.ForeignKey(Pathway, **DERIVED, null=True, related_name="+")
    cohort = models.ForeignKey(Cohort, **DERIVED, null=True, related_name="+")
    fte = models.DecimalField(max_digits=3, decimal_places=2, null=True)
    planned_end = models.DateField(null=True, help_text="As at `from_on`, extensions apart.")
    extended_to = models.DateField(null=True)
    expected_return = models.DateField(null=True)
    assessment_opens = models.DateField(null=True)
    deferred_days = models.PositiveIntegerField(
        default=0, help_text="Days on a break before `from_on`."
    )
    window_days_deferred = models.PositiveIntegerField(
        default=0, help_text="Of them, days in the assessment window."
    )

    class Meta:
        constraints = [
            ExclusionConstraint(
                name="learners_segment_no_overlap",
                expressions=[
                    ("enrolment", RangeOperators.EQUAL),
                    (DaysBefore("from_on", "to_on"), RangeOperators.OVERLAPS),
                ],
            )
        ]
        indexes = [
            models.Index(fields=["enrolment", "from_on"], name="learners_segment_enrolment"),
            models.Index(fields=["from_on", "to_on"], name="learners_segment_dates"),
        ]
