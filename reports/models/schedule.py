"""What is made for a place each month, and which accounts are told in addition to, or are left out of, those told by role."""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models

from workforce.models import Region

#: The reports made for a place each month until somebody changes its schedule.
USUAL = ("monthly-status", "progression", "attrition")
NATION = "nation"


def usual() -> list[str]:
    """Return the names of the reports that a place has by default."""
    return list(USUAL)


class Schedule(models.Model):
    """The reports of one place; a blank region is the nation. A place without a row has the usual reports."""

    region = models.ForeignKey(
        Region, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    reports = ArrayField(models.CharField(max_length=40), default=usual, blank=True)
    is_active = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["region"], nulls_distinct=False, name="reports_schedule_once_a_place"
            )
        ]

    def __str__(self) -> str:
        return f"Monthly reports of {self.place}"

    @property
    def place(self) -> str:
        """Return the place in words."""
        return str(self.region or "All regions")

    @property
    def code(self) -> str:
        """Return the place's code in addresses."""
        return self.region.code if self.region else NATION

    @property
    def due(self) -> list[str]:
        """Return the names of the reports to be made."""
        return self.reports if self.is_active else []


class Recipient(models.Model):
    """An account that is told of a place's reports although no role says so, or is left out although one does."""

    schedule = models.ForeignKey(Schedule, on_delete=models.PROTECT, related_name="recipients")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    is_left_out = models.BooleanField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["schedule", "user"], name="reports_recipient_once")
        ]

    def __str__(self) -> str:
        return f"{self.user}, {self.schedule}"


def schedules() -> list[Schedule]:
    """Return a schedule for each place: the regions in order, then the nation. Those nobody has changed are not saved."""
    kept = {
        one.region_id: one
        for one in Schedule.objects.select_related("region").prefetch_related("recipients")
    }
    places: list[Region | None] = [
        *Region.objects.exclude(code="NAT").order_by("order", "code"),
        None,
    ]
    return [kept.get(region.pk if region else None) or Schedule(region=region) for region in places]


def schedule_of(code: str) -> Schedule | None:
    """Return the schedule of a place by its code (`nation` for the nation); None where there is no such place."""
    return next((one for one in schedules() if one.code == code), None)
