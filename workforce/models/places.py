"""Regions, probation delivery units, universities and grades: reference data."""

from __future__ import annotations

import datetime as dt

from django.db import models

from pqip.core.ledger import LedgerModel, live


class University(models.Model):
    """A higher education institute that teaches the academic strand."""

    name = models.CharField(max_length=100, unique=True)

    class Meta:
        ordering = ["name"]
        verbose_name_plural = "universities"

    def __str__(self) -> str:
        return self.name


class Region(models.Model):
    """One of the twelve probation regions, or `NAT` for a national figure, which is never added to
    them.
    """

    NATIONAL = "NAT"

    code = models.CharField(max_length=4, unique=True)
    ndelius_code = models.CharField("nDelius code", max_length=4, blank=True)
    name = models.CharField(max_length=60, unique=True)
    welsh_name = models.CharField(max_length=60, blank=True)
    order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["order"]

    def __str__(self) -> str:
        return self.name


class Pdu(models.Model):
    """A probation delivery unit.

    Units split and are renamed: a closed one stays, with its last day.
    """

    region = models.ForeignKey(Region, on_delete=models.PROTECT, related_name="pdus")
    code = models.CharField(max_length=10, unique=True)
    name = models.CharField(max_length=100)
    covers = models.CharField(max_length=300, blank=True)
    opened_on = models.DateField(null=True, blank=True)
    closed_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["region", "name"]
        verbose_name = "PDU"
        constraints = [
            models.UniqueConstraint(fields=["region", "name"], name="workforce_pdu_name_in_region")
        ]

    def __str__(self) -> str:
        return self.name


class RegionOpening(models.Model):
    """The instant from which a region's record is kept here, stated once
    (`workforce/facts/opening.py`).

    From then on what was known stays answerable for ever: no recording time may be stated for
    anything that concerns the region.
    """

    insert_only = True

    region = models.OneToOneField(Region, on_delete=models.PROTECT, related_name="opening")
    opened_at = models.DateTimeField()

    class Meta:
        ordering = ["region"]

    def __str__(self) -> str:
        return f"{self.region} opened"


class RegionUniversity(LedgerModel):
    """The university that teaches a region's learners from `effective_on` until the next row.

    Contracts last three years.
    """

    region = models.ForeignKey(Region, on_delete=models.PROTECT, related_name="universities")
    university = models.ForeignKey(University, on_delete=models.PROTECT, related_name="+")
    source = models.CharField(max_length=200, blank=True)
    assumed = models.BooleanField(default=False, help_text="Assumed; not from the service.")

    class Meta:
        ordering = ["region", "effective_on"]
        constraints = [
            models.UniqueConstraint(
                fields=["region", "effective_on"],
                condition=live(),
                name="workforce_one_university_from_a_date",
            )
        ]

    def __str__(self) -> str:
        return f"{self.region} {self.university}"

    @classmethod
    def for_region(cls, region: Region, on: dt.date) -> University | None:
        """Return the university of a region on a day, or None if none is known."""
        row = cls.objects.live().as_at(on).filter(region=region).order_by("-effective_on").first()
        return row.university if row else None


class Grade(models.Model):
    """A grade of staff.

    Learners are employed as PSO; being on the programme is recorded separately.
    """

    code = models.CharField(max_length=8, unique=True)
    name = models.CharField(max_length=60)
    band = models.CharField(max_length=10, blank=True)
    order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["order"]

    def __str__(self) -> str:
        return self.name
