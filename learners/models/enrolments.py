"""Campaigns, cohorts and enrolments, and the timeline derived from an enrolment's events."""

from __future__ import annotations

from typing import Any

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, RangeOperators
from django.db import models

from learners.models.pathways import Pathway
from pqip.core.expressions import DaysBefore
from pqip.core.models import PublicIdModel
from pqip.core.scope import ScopedQuerySet
from pqip.core.words import sought
from workforce.models import Pdu, Person, Region


class Campaign(models.Model):
    """A recruitment campaign that cohorts came from."""

    code = models.CharField(max_length=40, unique=True)
    name = models.CharField(max_length=100, blank=True)

    class Meta:
        ordering = ["code"]

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
    """Where an enrolment stands on a day (legal moves: rules/moves.py)."""

    DUE_TO_START = "due_to_start", "Due to start"
    DID_NOT_START = "did_not_start", "Did not start"
    ACTIVE = "active", "Active"
    DEFERRED = "deferred", "On a break"
    WITHDRAWN = "withdrawn", "Withdrawn"
    COMPLETED = "completed", "Completed"


class EntryRoute(models.TextChoices):
    EXTERNAL = "external", "External"
    PSO_PROGRESSION = "pso_progression", "PSO progression"
    INTERNAL_MOJ = "internal_moj", "Internal (Ministry of Justice)"


#: Relations that repeat what facts say: the facts carry the foreign keys, and `check_ledger` proves the copies. Checking
#: each copy again would be a third of the time of a bulk import.
DERIVED: dict[str, Any] = {"on_delete": models.PROTECT, "db_constraint": False}


class EnrolmentQuerySet(ScopedQuerySet):
    def on_programme(self) -> EnrolmentQuerySet:
        """Started and not ended: active or on a break."""
        return self.filter(status__in=[Status.ACTIVE, Status.DEFERRED])

    def matching(self, words: str) -> EnrolmentQuerySet:
        """Enrolments of people whose name or staff number contains every word, however it is written."""
        return self.filter(*(models.Q(person__search_name__contains=word) for word in sought(words)))

    def for_lists(self) -> EnrolmentQuerySet:
        """With what every list shows of an enrolment, in one query. Every table more costs a list planning time."""
        return self.select_related("person", "region", "pdu", "pathway")

    def for_record(self) -> EnrolmentQuerySet:
        """With what the record shows beside that."""
        return self.select_related("person", "region", "pdu", "pathway", "cohort", "pta", "line_manager")


class Enrolment(PublicIdModel):
    """A person's place on the programme. What happened to it is in its events.

    What the learner came with (`entry_route` to `campaign`) is as known now; `EntryRecord` keeps what was known. The columns
    from `status` on repeat what its events and allocations say as at today; the writing transaction keeps them and a
    nightly job turns the day. `check_ledger` proves them.
    """

    SCOPE = {
        "region": "region_id", "pdu": "pdu_id", "region_of_post": "post_region_id", "pdu_of_post": "post_pdu_id",
        "learner": "person_id", "pta": "pta_id", "line_manager": "line_manager_id",
    }
    first_recorded_in = ("learners.EntryRecord", "enrolment")

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="enrolments")
    entry_cohort = models.ForeignKey(Cohort, on_delete=models.PROTECT, related_name="+")
    entry_route = models.CharField(max_length=20, choices=EntryRoute)
    level5_held = models.BooleanField("level 5 held")
    modules_held = ArrayField(models.CharField(max_length=8), default=list, blank=True)
    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    status = models.CharField(max_length=16, choices=Status, default=Status.DUE_TO_START, editable=False)
    start_date = models.DateField(null=True, editable=False)
    region = models.ForeignKey(Region, **DERIVED, null=True, related_name="+", editable=False)
    pdu = models.ForeignKey(Pdu, **DERIVED, null=True, related_name="+", editable=False)
    pathway = models.ForeignKey(Pathway, **DERIVED, null=True, related_name="+", editable=False)
    cohort = models.ForeignKey(Cohort, **DERIVED, null=True, related_name="enrolments", editable=False)
    fte = models.DecimalField("FTE", max_digits=3, decimal_places=2, null=True, editable=False)
    planned_end = models.DateField(null=True, editable=False)
    placed_from = models.DateField(null=True, editable=False, help_text="The first day of the place.")
    placed_until = models.DateField(null=True, editable=False, help_text="The day it ended; none while it lasts.")
    next_turn_on = models.DateField(null=True, editable=False, help_text="The day these columns next change by themselves.")
    post_region = models.ForeignKey(
        Region, **DERIVED, null=True, related_name="+", editable=False, help_text="Of their officer's post, once they completed."
    )
    post_pdu = models.ForeignKey(Pdu, **DERIVED, null=True, related_name="+", editable=False)
    pta = models.ForeignKey(Person, **DERIVED, null=True, related_name="+", editable=False)
    line_manager = models.ForeignKey(Person, **DERIVED, null=True, related_name="+", editable=False)

    objects = EnrolmentQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "entry_cohort"], name="learners_enrolment_once"),
            #: Beneath every action and file: nobody has a second place while one is open (rules/places.py).
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
            models.Index(fields=["status", "region"], include=["person", "id"], name="learners_enrolment_listed"),
            models.Index(fields=["pta", "status"], name="learners_enrolment_pta"),
            models.Index(fields=["next_turn_on"], name="learners_enrolment_turn", condition=models.Q(next_turn_on__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"{self.person} ({self.entry_cohort})"


class Segment(models.Model):
    """A stretch of an enrolment's time in which nothing changed, derived from its events as known now.

    `to_on` is the first day after it, or None while it lasts. Dates that move day by day while a learner is on a break
    are given as at `from_on`; `rules/timeline.py` says how.
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
    deferred_days = models.PositiveIntegerField(default=0, help_text="Days on a break before `from_on`.")
    window_days_deferred = models.PositiveIntegerField(default=0, help_text="Of them, days in the assessment window.")

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
