"""One piece of work to be done, and how far it is."""

from __future__ import annotations

import datetime as dt
from typing import Any, Self

from django.contrib.auth import get_user_model
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from pqip.core import acting
from pqip.core.models import PublicIdModel
from pqip.jobs import timing

#: A job is tried this often; then a person decides.
MAX_ATTEMPTS = 3


class JobQuerySet(models.QuerySet["Job"]):
    """Jobs, asked for in sentences."""

    def unfinished(self) -> Self:
        """Waiting or running."""
        return self.filter(state__in=[Job.State.WAITING, Job.State.RUNNING])

    def parked(self) -> Self:
        """Given up on: each needs a person."""
        return self.filter(state=Job.State.PARKED)

    def due_a_wake_up(self) -> Self:
        """Unfinished, and nobody has shown a sign of life in time; longest overdue first."""
        return self.unfinished().filter(wake_at__lte=timing.now()).order_by("wake_at", "pk")

    def claimable(self) -> Self:
        """Waiting and due, or running under a lease that has run out, with an attempt left."""
        now = timing.now()
        due = Q(state=Job.State.WAITING) & (Q(not_before=None) | Q(not_before__lte=now))
        lost = Q(state=Job.State.RUNNING, lease_until__lt=now)
        return self.filter(due | lost, attempt__lt=MAX_ATTEMPTS)

    def waiting_for_a_worker(self, now: dt.datetime) -> Self:
        """Due since some time and in nobody's hands: waiting, or lost by its worker."""
        return self.filter(Q(state=Job.State.WAITING, due_at__lte=now) | Q(state=Job.State.RUNNING, lease_until__lt=now))

    def worn_out(self) -> Self:
        """Lost by their worker on the last attempt."""
        return self.filter(state=Job.State.RUNNING, lease_until__lt=timing.now(), attempt__gte=MAX_ATTEMPTS)


class Job(PublicIdModel):
    """Work of a kind, done exactly once for its key.

    `token` is that of the worker holding it until `lease_until`; who lost the lease cannot finish. `wake_at` is when
    the sweeper next sends a wake-up, unless somebody finishes first.
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
    due_at = models.DateTimeField("due since", db_default=Now(), help_text="Asked for, kept for until, or last started again.")
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    last_error = models.TextField(default="")

    objects = JobQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["wake_at"], name="jobs_job_wake", condition=Q(state__in=["waiting", "running"])),
            models.Index(fields=["-finished_at"], name="jobs_job_parked", condition=Q(state="parked")),
            models.Index(fields=["kind", "-finished_at"], name="jobs_job_kind"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=["waiting", "running", "done", "parked"]), name="jobs_job_state"),
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
        """Who asked for it, as they are now: a user (perhaps no longer active) or a named job.

        Handlers ask again what the requester may do: rights can go while a job waits. Raises DoesNotExist for a
        user who is gone.
        """
        kind, _, name = self.requested_by.partition(":")
        if kind == "job":
            return acting.Job(name)
        return get_user_model()._default_manager.get(pk=name)
