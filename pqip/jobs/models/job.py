"""A job: one piece of work to be done, and its state."""

from __future__ import annotations

import datetime as dt
from typing import Any, ClassVar, Self

from django.contrib.auth import get_user_model
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from pqip.core import acting
from pqip.core.background import timing
from pqip.core.models import PublicIdModel

#: A job is tried this often; then a person decides.
MAX_ATTEMPTS = 3


class JobQuerySet(models.QuerySet["Job"]):
    """Queryset of jobs."""

    def unfinished(self) -> Self:
        """Return the jobs that are waiting or running."""
        return self.filter(state__in=[Job.State.WAITING, Job.State.RUNNING])

    def parked(self) -> Self:
        """Return the jobs that were set aside: each needs a person."""
        return self.filter(state=Job.State.PARKED)

    def due_a_wake_up(self) -> Self:
        """Return the unfinished jobs that need another wake-up because no worker has responded in time; longest overdue
        first.
        """
        return self.unfinished().filter(wake_at__lte=timing.now()).order_by("wake_at", "pk")

    def claimable(self) -> Self:
        """Return the jobs that are waiting and due, or running under an expired lease with an attempt left."""
        now = timing.now()
        due = Q(state=Job.State.WAITING) & (Q(not_before=None) | Q(not_before__lte=now))
        lost = Q(state=Job.State.RUNNING, lease_until__lt=now)
        return self.filter(due | lost, attempt__lt=MAX_ATTEMPTS)

    def waiting_for_a_worker(self, now: dt.datetime) -> Self:
        """Return the due jobs that no worker has: still waiting, or with an expired lease."""
        return self.filter(
            Q(state=Job.State.WAITING, due_at__lte=now)
            | Q(state=Job.State.RUNNING, lease_until__lt=now)
        )

    def worn_out(self) -> Self:
        """Return the jobs whose lease expired on the last attempt."""
        return self.filter(
            state=Job.State.RUNNING, lease_until__lt=timing.now(), attempt__gte=MAX_ATTEMPTS
        )


class Job(PublicIdModel):
    """Work of a kind, done exactly once for its key.

    `token` belongs to the worker that holds the job until `lease_until`; a worker whose lease was taken over cannot finish.
    `wake_at` is when the sweeper sends the next wake-up, unless the job is finished first.
    """

    audited = False  # technical; what handlers write to the programme's tables is audited

    class State(models.TextChoices):
        WAITING = "waiting", "Waiting"
        RUNNING = "running", "Running"
        DONE = "done", "Done"
        PARKED = "parked", "Needs attention"

    key = models.CharField(max_length=200, unique=True)
    kind = models.CharField(max_length=100)
    payload = models.JSONField(default=dict)
    queue = models.CharField(max_length=20, default="default")
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    requested_by = models.CharField(max_length=100)
    not_before = models.DateTimeField(null=True)

    token = models.UUIDField(null=True)
    lease_until = models.DateTimeField(null=True)
    attempt = models.PositiveSmallIntegerField(default=0)
    wake_at = models.DateTimeField()
    wakes = models.PositiveSmallIntegerField(default=0)

    created_at = models.DateTimeField(db_default=Now())
    due_at = models.DateTimeField(
        "due since", db_default=Now(), help_text="Asked for, kept for until, or last started again."
    )
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    last_error = models.TextField(default="")

    objects: ClassVar = JobQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(
                fields=["wake_at"],
                name="jobs_job_wake",
                condition=Q(state__in=["waiting", "running"]),
            ),
            models.Index(
                fields=["-finished_at"], name="jobs_job_parked", condition=Q(state="parked")
            ),
            models.Index(fields=["kind", "-finished_at"], name="jobs_job_kind"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["waiting", "running", "done", "parked"]),
                name="jobs_job_state",
            ),
            models.CheckConstraint(
                condition=Q(state="running", token__isnull=False, lease_until__isnull=False)
                | (~Q(state="running") & Q(token=None, lease_until=None)),
                name="jobs_job_lease_while_running",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["done", "parked"], finished_at__isnull=False)
                | Q(state__in=["waiting", "running"], finished_at=None),
                name="jobs_job_finished_at",
            ),
        ]

    def __str__(self) -> str:
        return self.key

    @property
    def is_done(self) -> bool:
        return self.state == self.State.DONE

    @property
    def is_parked(self) -> bool:
        return self.state == self.State.PARKED

    def requester(self) -> Any:
        """Return who asked for it, as they are now: a user (perhaps no longer active) or a named job.

        Handlers check again what the requester may do, because rights can change while a job waits. Raises DoesNotExist for
        a user who was deleted.
        """
        kind, _, name = self.requested_by.partition(":")
        if kind == "job":
            return acting.Job(name)
        return get_user_model()._default_manager.get(pk=name)
