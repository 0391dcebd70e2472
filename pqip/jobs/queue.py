"""Enqueuing work."""

from __future__ import annotations

import datetime as dt
from functools import partial
from typing import Any

from django.conf import settings
from django.db import transaction

from pqip.core.acting import actor_name
from pqip.core.background import timing
from pqip.core.background.registry import handler_for
from pqip.jobs.models import Job
from pqip.jobs.waking import wake

#: A wake-up without effect is sent again after JOB_RESEND_SECONDS, then after twice as long, and so on up to this.
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
    """Enqueue work of `kind`, as `pqip.core.background.queue.enqueue` describes."""
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
    """Wake a worker for `job` when the present transaction commits. An error in it does not stop other commit hooks."""
    transaction.on_commit(partial(wake, job.pk, job.queue), robust=True)


def resend_after(wakes: int) -> dt.timedelta:
    """Return how long the sweeper waits for a response after the wake-up number `wakes`."""
    return min(dt.timedelta(seconds=settings.JOB_RESEND_SECONDS) * 2 ** min(wakes, 10), LAST_RESEND)


def _check(payload: dict[str, Any], queue: str) -> None:
    if queue not in settings.JOB_QUEUES:
        raise ValueError(
            f"There is no queue called {queue}. Use one of {', '.join(settings.JOB_QUEUES)}."
        )
    for name, value in payload.items():
        values = value if isinstance(value, list) else [value]
        if not all(one is None or isinstance(one, str | int | float | bool) for one in values):
            raise ValueError(
                f"A job's {name} must be a plain value or a list of them, such as an identifier."
            )
