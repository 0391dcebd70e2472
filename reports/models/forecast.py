"""What forecasts came to, kept by what they were made from, so that the same question has its answer at once."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now


class ForecastAsked(models.Model):
    """What a question about forecasts is answered from, as known at an instant, by its digest.

    It holds for every later instant by which nothing has been recorded or undone since. `what`: which question it is. `given`:
    what it rests on beside facts.
    """

    audited = False

    what = models.CharField(max_length=20)
    as_at = models.DateField()
    known_at = models.DateTimeField()
    given = models.CharField(max_length=64)
    digest = models.CharField(max_length=64)
    made_at = models.DateTimeField(db_default=Now())

    class Meta:
        verbose_name_plural = "forecasts asked"
        constraints = [
            models.UniqueConstraint(
                fields=["what", "as_at", "given", "known_at"], name="reports_forecast_asked_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.what} as at {self.as_at}, known at {self.known_at}"


class ForecastKept(models.Model):
    """An answer worked out in a number of runs from what has a digest. `method` changes with how it is worked out."""

    audited = False

    what = models.CharField(max_length=20)
    digest = models.CharField(max_length=64)
    grade = models.CharField(max_length=8)
    runs = models.PositiveIntegerField()
    method = models.CharField(max_length=12)
    answer = models.JSONField()
    made_at = models.DateTimeField(db_default=Now())

    class Meta:
        verbose_name_plural = "forecasts kept"
        constraints = [
            models.UniqueConstraint(
                fields=["what", "digest", "grade", "runs", "method"],
                name="reports_forecast_kept_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.what}, {self.grade}, from {self.digest[:12]}"
