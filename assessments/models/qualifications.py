"""Qualifications as versioned data: an administrator replaces their units and criteria by loading a new version."""

from __future__ import annotations

import datetime as dt

from django.contrib.postgres.fields import ArrayField
from django.db import models

from assessments.models.methods import Method


class Qualification(models.Model):
    """VQ5, VQ3 or the assessor award (TAQA3)."""

    code = models.CharField(max_length=6, unique=True)
    name = models.CharField(max_length=120)
    awarding_body = models.CharField(max_length=60, blank=True)
    order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["order"]

    def __str__(self) -> str:
        return self.code

    def version_on(self, day: dt.date) -> QualificationVersion | None:
        """Return the version on which a candidate registered that day is placed unless another is chosen; None where
        there is none.
        """
        by_date = self.versions.filter(by_choice=False)
        return by_date.filter(from_date__lte=day).order_by("-from_date").first() or by_date.first()


class QualificationVersion(models.Model):
    """A version of a qualification, for candidates registered from a date. It is locked once a candidate is on it.

    A version with `by_choice`, such as the Certificate beside the assessor's Award, is used only where it is chosen
    for a candidate.
    """

    qualification = models.ForeignKey(
        Qualification, on_delete=models.PROTECT, related_name="versions"
    )
    name = models.CharField(max_length=40)
    title = models.CharField(
        max_length=120,
        blank=True,
        default="",
        db_default="",
        help_text="The name of its certificate, where that differs.",
    )
    from_date = models.DateField()
    source = models.CharField(max_length=200)
    is_placeholder = models.BooleanField(
        default=False, help_text="Criteria stand in for the awarding body's own text."
    )
    by_choice = models.BooleanField(
        default=False,
        db_default=False,
        help_text="Candidates are on it only where somebody chooses it for them.",
    )

    class Meta:
        ordering = ["qualification", "from_date"]
        constraints = [
            models.UniqueConstraint(
                fields=["qualification", "name"], name="assessments_version_name"
            ),
            models.UniqueConstraint(
                fields=["qualification", "from_date"], name="assessments_version_from"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.qualification} {self.name}" + (f" ({self.title})" if self.title else "")

    def criteria(self) -> models.QuerySet[Criterion]:
        """Return its criteria, in order."""
        return Criterion.objects.filter(unit__version=self).order_by("unit__number", "order", "pk")


class UnitGroup(models.Model):
    """A group of optional units of a version: a fixed number of them is to be achieved beside the mandatory units."""

    version = models.ForeignKey(
        QualificationVersion, on_delete=models.PROTECT, related_name="groups"
    )
    name = models.CharField(max_length=80)
    choose = models.PositiveSmallIntegerField(help_text="How many of its units are to be achieved.")

    class Meta:
        ordering = ["version", "name"]
        constraints = [
            models.UniqueConstraint(fields=["version", "name"], name="assessments_group_name"),
            models.CheckConstraint(
                condition=models.Q(choose__gte=1), name="assessments_group_choose"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Unit(models.Model):
    """A unit of a version, numbered from 1, with the rule on the evidence it needs before sign-off.

    A unit with a `group` is optional. Its code and credit, blank where they are not known, do not affect assessment.
    """

    version = models.ForeignKey(
        QualificationVersion, on_delete=models.PROTECT, related_name="units"
    )
    number = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=200)
    group = models.ForeignKey(
        UnitGroup,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="units",
        help_text="The optional units it is one of; blank: it is mandatory.",
    )
    code = models.CharField(
        "awarding body’s code",
        max_length=20,
        blank=True,
        default="",
        db_default="",
        help_text="Blank: not known.",
    )
    credit = models.PositiveSmallIntegerField(null=True, blank=True, help_text="Blank: not known.")
    least_pieces = models.PositiveSmallIntegerField(
        default=1, db_default=1, help_text="Pieces of evidence that must have shown it."
    )
    least_methods = models.PositiveSmallIntegerField(
        default=1, db_default=1, help_text="Different methods among them."
    )
    methods_needed = ArrayField(
        models.CharField(max_length=24, choices=Method),
        default=list,
        db_default=[],
        blank=True,
        help_text="Methods that must be among them.",
    )

    class Meta:
        ordering = ["version", "number"]
        constraints = [
            models.UniqueConstraint(fields=["version", "number"], name="assessments_unit_number")
        ]

    def __str__(self) -> str:
        return f"Unit {self.number}: {self.title}"

    @property
    def has_rule(self) -> bool:
        """Return whether it requires more than one piece of evidence by any method."""
        return self.least_pieces > 1 or self.least_methods > 1 or bool(self.methods_needed)


class Criterion(models.Model):
    """An assessment criterion. Its code is `unit.outcome.criterion`, such as 3.2.1."""

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="criteria")
    code = models.CharField(max_length=12)
    text = models.CharField(max_length=500)
    outcome = models.CharField(
        "learning outcome", max_length=300, blank=True, default="", db_default=""
    )
    methods = ArrayField(
        models.CharField(max_length=24, choices=Method),
        default=list,
        db_default=[],
        blank=True,
        help_text="Methods by which it may be shown; none named: any.",
    )
    replaces = ArrayField(
        models.IntegerField(),
        default=list,
        db_default=[],
        blank=True,
        help_text="Keys of the criteria of an earlier version that it takes the place of.",
    )
    required_count = models.PositiveSmallIntegerField(
        default=1, help_text="On how many distinct pieces of evidence it must be met."
    )
    order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["unit", "order"]
        verbose_name_plural = "criteria"
        constraints = [
            models.UniqueConstraint(fields=["unit", "code"], name="assessments_criterion_code"),
            models.CheckConstraint(
                condition=models.Q(required_count__gte=1), name="assessments_criterion_count"
            ),
        ]

    def __str__(self) -> str:
        return self.code
