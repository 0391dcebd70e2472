"""People of the Service, the posts they hold and their absences."""

from __future__ import annotations

from typing import Any, ClassVar

from django.apps import apps
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models.functions import Upper

from pqip.core.expressions import Bare, Days, Folded, Joined
from pqip.core.ledger import LedgerModel, live
from pqip.core.models import PublicIdModel
from pqip.core.scope import ScopedQuerySet
from pqip.core.spans import SpanQuerySet
from pqip.core.words import sought
from workforce.models.places import Grade, Pdu, Region
from workforce.rules import numbers


def _merges() -> models.QuerySet:
    """Return merges that are in force, as known now.

    The model is looked up by name, because it refers to people itself.
    """
    return apps.get_model("workforce.PersonMerge")._default_manager.live()


class PersonQuerySet(ScopedQuerySet):
    """People, and the filters that pages use."""

    def numbered(self, *staff_numbers: str) -> PersonQuerySet:
        """Filter for people with one of these staff numbers, in any case.

        The number of a record that was merged into another finds the person who stayed.
        """
        folded = [numbers.folded(number) for number in staff_numbers]
        own = (
            self.alias(folded_number=Upper("staff_number"))
            .filter(folded_number__in=folded)
            .not_merged()
        )
        went = (
            _merges()
            .alias(folded_number=Upper("goes__staff_number"))
            .filter(folded_number__in=folded)
        )
        return self.filter(
            models.Q(pk__in=own.values("pk")) | models.Q(pk__in=went.values("stays"))
        )

    def not_merged(self) -> PersonQuerySet:
        """Filter out records that were merged into another.

        They answer what was known earlier, and no page shows them now.
        """
        return self.exclude(pk__in=_merges().values("goes"))

    def visible_to(self, user: Any, permission: str) -> PersonQuerySet:
        """Return people within the user's reach, without records merged into another."""
        return super().visible_to(user, permission).not_merged()

    def matching(self, words: str) -> PersonQuerySet:
        """Filter for people whose name or staff number contains every word.

        Case and accents do not matter.
        """
        return self.filter(*(models.Q(search_name__contains=word) for word in sought(words)))


class Person(PublicIdModel):
    """Somebody who works, worked or assesses for the Service.

    People are created by files of staff and learners, or one at a time on screen. Their name and
    number are as known now; `PersonRecord` keeps what was known earlier. `region`, `pdu` and
    `grade` repeat the current spell, for scope and lists. `check_ledger` checks all of it.
    """

    SCOPE = {"region": "region_id", "pdu": "pdu_id", "self": "id", "learner": "id"}
    person_column = "id"

    staff_number = models.CharField(max_length=30, unique=True)
    first_name = models.CharField(max_length=100)
    last_name = models.CharField(max_length=100)
    email = models.EmailField(blank=True)
    date_of_birth = models.DateField(null=True, blank=True)
    organisation = models.CharField(
        max_length=100, blank=True, help_text="Blank: the Service itself."
    )
    region = models.ForeignKey(Region, on_delete=models.PROTECT, null=True, related_name="+")
    pdu = models.ForeignKey(Pdu, on_delete=models.PROTECT, null=True, related_name="+")
    grade = models.ForeignKey(Grade, on_delete=models.PROTECT, null=True, related_name="+")
    search_name = models.GeneratedField(
        expression=Folded(
            Joined("first_name", models.Value(" "), "last_name", models.Value(" "), "staff_number")
        ),
        output_field=models.TextField(),
        db_persist=True,
    )
    sort_name = models.GeneratedField(
        expression=Upper(Joined("last_name", models.Value(", "), "first_name")),
        output_field=models.TextField(),
        db_persist=True,
    )

    objects: ClassVar = PersonQuerySet.as_manager()

    class Meta:
        ordering = ["sort_name", "id"]
        indexes = [
            models.Index(fields=["sort_name", "id"], name="workforce_person_sort"),
            models.Index(fields=["region", "grade"], name="workforce_person_region"),
            GinIndex(OpClass("search_name", name="gin_trgm_ops"), name="workforce_person_search"),
            models.Index(Bare("staff_number"), name="workforce_person_bare"),
            models.Index(
                Upper("email"), name="workforce_person_email", condition=~models.Q(email="")
            ),
            models.Index(fields=["date_of_birth"], name="workforce_person_born"),
        ]
        constraints = [
            models.UniqueConstraint(
                Upper("staff_number"),
                name="workforce_person_number_once",
                violation_error_message="This staff number is taken.",
            ),
            models.CheckConstraint(
                condition=models.Q(staff_number__iregex=f"^({numbers.WIDEST})$")
                & ~models.Q(staff_number__iregex=f"^({numbers.SHORTENED})$"),
                name="workforce_person_number_form",
                violation_error_message="This is not a staff number.",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        return f"{self.first_name} {self.last_name}"


class EqualityAnswers(models.Model):
    """Equality answers, kept apart and behind their own permission.

    Optional, and never used in a decision.

    A blank means *not asked*; *prefer not to say* and *unknown* are answers (W37). `EqualityRecord`
    keeps what was known earlier.
    """

    SCOPE = {"region": "person__region_id", "pdu": "person__pdu_id", "learner": "person_id"}

    person = models.OneToOneField(Person, on_delete=models.PROTECT, related_name="equality")
    sex = models.CharField(max_length=40, blank=True)
    ethnicity = models.CharField(max_length=80, blank=True)
    disability = models.CharField(max_length=40, blank=True)

    objects: ClassVar = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "equality answers"


class Function(models.TextChoices):
    SENTENCE_MANAGEMENT = "sentence_management", "Sentence management"
    COURT = "court", "Court"
    PRISON = "prison", "Prison"
    PROGRAMMES = "programmes", "Programmes"
    UNPAID_WORK = "unpaid_work", "Unpaid work"
    APPROVED_PREMISES = "approved_premises", "Approved premises"
    TRAINING = "training", "Training"
    OTHER = "other", "Other"


class Contract(models.TextChoices):
    PERMANENT = "permanent", "Permanent"
    FIXED_TERM = "fixed_term", "Fixed term"


class Spell(LedgerModel):
    """A spell in one post: grade, place, function and hours from `effective_on` to `ended_on`, its
    last day.

    A change of any of them from a date ends this spell the day before and begins another. A person
    is in post on a day if a spell has begun by then and has not ended before it.

    `follows_programme` tells rows that follow from the programme (`learners/rules/posts.py`) from
    those that HR states on screen or in a file. `instead_of` is the row that this one replaced. A
    row of the programme replaces one that HR stated, which comes back if the programme's event is
    undone. A row of HR replaces one that the programme had made.
    """

    SCOPE = {"region": "region_id", "pdu": "pdu_id", "self": "person_id"}

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="spells")
    ended_on = models.DateField("last day", null=True, blank=True)
    grade = models.ForeignKey(Grade, on_delete=models.PROTECT, related_name="+")
    region = models.ForeignKey(Region, on_delete=models.PROTECT, related_name="+")
    pdu = models.ForeignKey(Pdu, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    function = models.CharField(max_length=20, choices=Function, blank=True)
    fte = models.DecimalField("FTE", max_digits=3, decimal_places=2)
    contract = models.CharField(max_length=10, choices=Contract, default=Contract.PERMANENT)
    post_start_date = models.DateField(help_text="Start in this post.")
    service_start_date = models.DateField(null=True, blank=True)
    leave_reason = models.CharField(max_length=60, blank=True)
    destination = models.CharField(max_length=60, blank=True)
    follows_programme = models.BooleanField(default=False, db_default=False, editable=False)
    instead_of = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, related_name="+", editable=False
    )

    objects: ClassVar = SpanQuerySet.as_manager()

    class Meta:
        ordering = ["person", "effective_on"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(fte__gte="0.1", fte__lte="1.0"),
                name="workforce_spell_fte",
                violation_error_message="Hours must be from 0.1 to 1.0 of full time.",
            ),
            models.CheckConstraint(
                condition=models.Q(ended_on=None)
                | models.Q(ended_on__gte=models.F("effective_on")),
                name="workforce_spell_dates",
            ),
            ExclusionConstraint(
                name="workforce_spell_no_overlap",
                expressions=[
                    ("person", RangeOperators.EQUAL),
                    (Days("effective_on", "ended_on"), RangeOperators.OVERLAPS),
                ],
                condition=live(),
            ),
        ]
        indexes = [
            models.Index(fields=["effective_on"], name="workforce_spell_from"),
            models.Index(fields=["recorded_at"], name="workforce_spell_recorded"),
            models.Index(
                fields=["voided_at"],
                name="workforce_spell_voided",
                condition=models.Q(voided_at__isnull=False),
            ),
        ]


class Absence(LedgerModel):
    """A long absence, career break or reduction of hours; never its medical reason."""

    SCOPE = {"region": "person__region_id", "pdu": "person__pdu_id", "self": "person_id"}

    class Kind(models.TextChoices):
        LONG_TERM_ABSENCE = "long_term_absence", "Long-term absence"
        CAREER_BREAK = "career_break", "Career break"
        REDUCED_HOURS = "reduced_hours", "Reduced hours"

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="absences")
    kind = models.CharField(max_length=20, choices=Kind)
    expected_end_date = models.DateField(null=True, blank=True)
    ended_on = models.DateField("last day", null=True, blank=True)
    fte_lost = models.DecimalField(max_digits=3, decimal_places=2, null=True, blank=True)

    objects: ClassVar = SpanQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person", "kind", "effective_on"],
                condition=live(),
                name="workforce_absence_once",
            ),
            models.CheckConstraint(
                condition=models.Q(ended_on=None)
                | models.Q(ended_on__gte=models.F("effective_on")),
                name="workforce_absence_dates",
            ),
        ]
