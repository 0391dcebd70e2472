"""What the scheduler did for each period."""

from __future__ import annotations

from django.db import models

from pqip.jobs.models.job import Job


class ScheduledRun(models.Model):
    """One period of one schedule: its job, or why there is none. Unique, so that two schedulers make only one."""

    audited = False

    class Outcome(models.TextChoices):
        STARTED = "started", "Started"
        MISSED = "missed", "Missed"
        BEFORE = "before", "Before the schedule began"

    schedule = models.CharField(max_length=100)
    period = models.CharField(max_length=20)
    due_at = models.DateTimeField()
    outcome = models.CharField(max_length=10, choices=Outcome)
    job = models.ForeignKey(Job, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["schedule", "period"], name="jobs_one_run_per_period"),
            models.CheckConstraint(
                condition=models.Q(outcome__in=["started", "missed", "before"]),
                name="jobs_scheduled_run_outcome",
            ),
        ]
        indexes = [models.Index(fields=["schedule", "-due_at"], name="jobs_scheduled_run_due")]

    def __str__(self) -> str:
        return f"{self.schedule} {self.period}"
