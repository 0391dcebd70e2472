"""What ifs of the supply forecast that somebody named and kept, to look at again and compare."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models.functions import Now

from pqip.core.models import PublicIdModel


class Scenario(PublicIdModel):
    """A *what if* by its name: what would be otherwise, as the address of the forecast's page says it. One's own alone.

    It holds no figure: it is worked out anew, of the day and the place that are looked at.
    """

    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    name = models.CharField(max_length=60)
    asked = models.JSONField()
    made_at = models.DateTimeField(db_default=Now())

    class Meta:
        ordering = ["name", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["made_by", "name"],
                name="reports_scenario_once",
                violation_error_message="You have a what if of that name.",
            )
        ]

    def __str__(self) -> str:
        return self.name
