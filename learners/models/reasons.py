"""Reasons for withdrawal: two dated code sets, drivers of attrition and programme reasons."""

from __future__ import annotations

from django.db import models


class ReasonSet(models.Model):
    """A dated list of reasons. A replaced list stays, so that old records keep their wording."""

    class Kind(models.TextChoices):
        DRIVER = "driver", "Drivers of attrition"
        PROGRAMME = "programme", "Programme reasons"
        ANSWER = "answer", "Other answers"

    kind = models.CharField(max_length=10, choices=Kind)
    title = models.CharField(max_length=100)
    from_date = models.DateField()
    to_date = models.DateField(null=True, blank=True)
    source = models.CharField(max_length=200)

    class Meta:
        ordering = ["kind", "from_date"]
        constraints = [
            models.UniqueConstraint(fields=["kind", "from_date"], name="learners_reason_set_once")
        ]

    def __str__(self) -> str:
        return self.title


class Reason(models.Model):
    """One reason, such as `health_and_wellbeing`."""

    NOT_RECORDED = "not_recorded"

    reason_set = models.ForeignKey(ReasonSet, on_delete=models.PROTECT, related_name="reasons")
    code = models.CharField(max_length=40)
    label = models.CharField(max_length=100)
    order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["reason_set", "order"]
        constraints = [
            models.UniqueConstraint(fields=["reason_set", "code"], name="learners_reason_once")
        ]

    def __str__(self) -> str:
        return self.label
