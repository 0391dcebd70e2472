"""Pathways of the programme and their timing: reference data, dated by the day somebody starts."""

from __future__ import annotations

from django.db import models

from pqip.core.ledger import LedgerModel, live


class Pathway(models.Model):
    """One of the routes through the programme, such as `PQIP15`."""

    code = models.CharField(max_length=8, unique=True)
    name = models.CharField(max_length=60)
    opens_on = models.DateField(
        null=True, blank=True, help_text="First day a learner may start on it; blank: no limit."
    )
    closes_on = models.DateField(
        null=True, blank=True, help_text="Last day a learner may start on it; blank: no limit."
    )
    order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["order"]

    def __str__(self) -> str:
        return self.name


class Mode(models.TextChoices):
    FULL_TIME = "full_time", "Full time"
    PART_TIME = "part_time", "Part time"


class PathwayTiming(LedgerModel):
    """The length of a pathway in one mode, and the start of its assessment, for starts from
    `effective_on`.

    Blank months are not known: nothing is worked out from them, and the record is listed for
    attention.
    """

    pathway = models.ForeignKey(Pathway, on_delete=models.PROTECT, related_name="timings")
    mode = models.CharField(max_length=10, choices=Mode)
    months = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="Whole months from start to planned end."
    )
    assessment_start_months = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="Whole months from start until VQ5 assessment opens."
    )
    source = models.CharField(max_length=200)
    assumed = models.BooleanField(default=False, help_text="Assumed; not from the service.")

    class Meta:
        ordering = ["pathway", "mode", "effective_on"]
        constraints = [
            models.UniqueConstraint(
                fields=["pathway", "mode", "effective_on"],
                condition=live(),
                name="learners_timing_once",
            ),
            models.CheckConstraint(
                condition=models.Q(assessment_start_months=None)
                | models.Q(months=None)
                | models.Q(assessment_start_months__lt=models.F("months")),
                name="learners_timing_opens_before_end",
            ),
        ]
