"""Restarts jobs that were set aside: the job and the record it is about change together, or neither does."""

from __future__ import annotations

import logging
from typing import Any
from uuid import UUID

from pqip.core.acting import acting_as, actor_name
from pqip.core.background import timing
from pqip.core.background.registry import handler_for
from pqip.core.errors import Conflict
from pqip.jobs.models import Job
from pqip.jobs.queue import resend_after, wake_on_commit

log = logging.getLogger(__name__)

NOBODY_DOES_IT = "The service no longer does work of this kind."
STATES = {
    Job.State.WAITING: "It waits for a worker.",
    Job.State.RUNNING: "A worker is doing it.",
    Job.State.DONE: "It is done.",
}


def job_to_retry(public_id: UUID) -> Job | None:
    """Return the parked job with that identifier, or None. Raises Conflict where it is not parked any more."""
    job = Job.objects.filter(public_id=public_id).first()
    if job is not None:
        _still_parked(job)
    return job


def retry_parked(job: Job, *, by: Any) -> str:
    """Restart a parked job with all its attempts; return "" or, where it must not be done again and was closed, the reason.

    Raises Conflict where somebody was faster. Only holders of `jobs.manage` may do this, which the page checks. The job
    keeps the user who first asked for it.
    """
    with acting_as(by=by, reason="Set-aside work started again"):
        held = Job.objects.select_for_update(of=("self",)).filter(pk=job.pk).first()
        if held is None:
            raise Conflict("This work has been done and forgotten since.")
        _still_parked(held)
        refusal = _reset_subject(held)
        if refusal:
            _close(held, refusal)
        else:
            _wait_again(held)
        log.info(
            "Job %s was %s by %s.",
            held.pk,
            "closed" if refusal else "started again",
            actor_name(by),
        )
    return refusal


def _still_parked(job: Job) -> None:
    if not job.is_parked:
        raise Conflict(f"Somebody else has dealt with this work. {STATES[Job.State(job.state)]}")


def _reset_subject(job: Job) -> str:
    """Reset the record the job is about; return "", or why that must not be."""
    try:
        how = handler_for(job.kind)
    except LookupError:
        return NOBODY_DOES_IT
    return (how.again(job) if how.again else None) or ""


def _wait_again(job: Job) -> None:
    now = timing.now()
    job.state, job.attempt, job.wakes = Job.State.WAITING, 0, 0
    job.due_at, job.wake_at, job.not_before, job.finished_at = (
        now,
        now + resend_after(0),
        None,
        None,
    )
    job.save(
        update_fields=[
            "state",
            "attempt",
            "wakes",
            "due_at",
            "wake_at",
            "not_before",
            "finished_at",
        ]
    )
    wake_on_commit(job)


def _close(job: Job, why: str) -> None:
    """Close a job that has nothing left to do: it leaves the list, and its row says why."""
    job.state, job.finished_at, job.last_error = Job.State.DONE, timing.now(), why
    job.save(update_fields=["state", "finished_at", "last_error"])
