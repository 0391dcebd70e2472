"""Asking for work."""

from __future__ import annotations

import datetime as dt
from functools import partial
from typing import Any

from django.conf import settings
from django.db import transaction

from pqip.core.acting import actor_name
from pqip.jobs import timing
from pqip.jobs.models import Job
from pqip.jobs.registry import handler_for
from pqip.jobs.waking import wake

#: A wake-up that brought no worker is sent again after JOB_RESEND_SECONDS, then after twice as long, and so on to this.
LAST_RESEND = dt.timedelta(seconds=120)


def enqueue(
    kind: str,
    *,
    key: str,
    by: Any,
    payload: dict[str, Any] | None = None,
    queue: str = "default",
    not_before: dt.datetime | None = None,
) -> Job:
    """Ask for work of `kind`, in the caller's transaction: both happen or neither.

    `key` names the piece of work for ever; asking again with the same key returns the job there is. `payload` holds
    identifiers and dates, never anybody's details. The worker is woken once the transaction commits; a broker that
    does not answer costs the caller at most three seconds and raises nothing. Raises LookupError for an unknown kind,
    ValueError for an unknown queue or a payload that is not plain values.
    """
    handler_for(kind)
    _check(payload or {}, queue)
    now = timing.now()
    wanted = {
        "kind": kind,
        "payload": payload or {},
        "queue": queue,
        "requested_by": actor_name(by),
        "not_before": not_before,
        "wake_at": not_before or now + resend_after(0),
        "created_at": now,
        "due_at": not_before or now,
    }
    with transaction.atomic():
        job, created = Job.objects.get_or_create(key=key, defaults=wanted)
        if created and (not_before is None or not_before <= now):
            wake_on_commit(job)
    return job


def wake_on_commit(job: Job) -> None:
    """Wake a worker for `job` when the present transaction commits. Other commit hooks run whatever happens."""
    transaction.on_commit(partial(wake, job.pk, job.queue), robust=True)


def resend_after(wakes: int) -> dt.timedelta:
    """How long the sweeper waits for a sign of life after the wake-up number `wakes`."""
    return min(dt.timedelta(seconds=settings.JOB_RESEND_SECONDS) * 2 ** min(wakes, 10), LAST_RESEND)


def _check(payload: dict[str, Any], queue: str) -> None:
    if queue not in settings.JOB_QUEUES:
        raise ValueError(f"There is no queue called {queue}. Use one of {', '.join(settings.JOB_QUEUES)}.")
    for name, value in payload.items():
        values = value if isinstance(value, list) else [value]
        if not all(one is None or isinstance(one, str | int | float | bool) for one in values):
            raise ValueError(f"A job's {name} must be a plain value or a list of them, such as an identifier.")
