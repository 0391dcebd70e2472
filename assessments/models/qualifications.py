"""Qualifications as versioned data: units and criteria that an administrator can replace with a new version."""

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
        """The version a candidate registered on that day takes."""
        return self.versions.filter(from_date__lte=day).order_by("-from_date").first() or self.versions.first()


class QualificationVersion(models.Model):
    """A version of a qualification for candidates registered from a date. Locked once a candidate is on it."""

    qualification = models.ForeignKey(Qualification, on_delete=models.PROTECT, related_name="versions")
    name = models.CharField(max_length=40)
    from_date = models.DateField()
    source = models.CharField(max_length=200)
    is_placeholder = models.BooleanField(default=False, help_text="Criteria stand in for the awarding body's own text.")

    class Meta:
        ordering = ["qualification", "from_date"]
        constraints = [
            models.UniqueConstraint(fields=["qualification", "name"], name="assessments_version_name"),
            models.UniqueConstraint(fields=["qualification", "from_date"], name="assessments_version_from"),
        ]

    def __str__(self) -> str:
        return f"{self.qualification} {self.name}"

    def criteria(self) -> models.QuerySet[Criterion]:
        """Its criteria, in order."""
        return Criterion.objects.filter(unit__version=self).order_by("unit__number", "order", "pk")


class Unit(models.Model):
    """A unit of a version, numbered from 1, with what must have shown it before it is signed off."""

    version = models.ForeignKey(QualificationVersion, on_delete=models.PROTECT, related_name="units")
    number = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=200)
    least_pieces = models.PositiveSmallIntegerField(
        default=1, db_default=1, help_text="Pieces of evidence that must have shown it."
    )
    least_methods = models.PositiveSmallIntegerField(default=1, db_default=1, help_text="Different methods among them.")
    methods_needed = ArrayField(
        models.CharField(max_length=24, choices=Method), default=list, db_default=[], blank=True,
        help_text="Methods that must be among them.",
    )

    class Meta:
        ordering = ["version", "number"]
        constraints = [models.UniqueConstraint(fields=["version", "number"], name="assessments_unit_number")]

    def __str__(self) -> str:
        return f"Unit {self.number}: {self.title}"

    @property
    def has_rule(self) -> bool:
        """Whether more is asked of it than one piece of evidence, however it was gathered."""
        return self.least_pieces > 1 or self.least_methods > 1 or bool(self.methods_needed)


class Criterion(models.Model):
    """An assessment criterion, known by `unit.outcome.criterion`, such as 3.2.1."""

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="criteria")
    code = models.CharField(max_length=12)
    text = models.CharField(max_length=500)
    outcome = models.CharField("learning outcome", max_length=300, blank=True, default="", db_default="")
    methods = ArrayField(
        models.CharField(max_length=24, choices=Method), default=list, db_default=[], blank=True,
        help_text="Methods by which it may be shown; none named: any.",
    )
    replaces = ArrayField(
        models.IntegerField(), default=list, db_default=[], blank=True,
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
            models.CheckConstraint(condition=models.Q(required_count__gte=1), name="assessments_criterion_count"),
        ]

    def __str__(self) -> str:
        return self.code
