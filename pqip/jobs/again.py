"""Starting set-aside work again: the job and the thing it is about move together, or neither does."""

from __future__ import annotations

import logging
from typing import Any
from uuid import UUID

from pqip.core.acting import act, actor_name
from pqip.core.errors import Conflict
from pqip.jobs import timing
from pqip.jobs.models import Job
from pqip.jobs.queue import resend_after, wake_on_commit
from pqip.jobs.registry import handler_for

log = logging.getLogger(__name__)

NOBODY_DOES_IT = "The service no longer does work of this kind."
STATES = {
    Job.State.WAITING: "It waits for a worker.",
    Job.State.RUNNING: "A worker is doing it.",
    Job.State.DONE: "It is done.",
}


def job_to_retry(public_id: UUID) -> Job | None:
    """The job of that identifier. Raises Conflict where it is set aside no longer."""
    job = Job.objects.filter(public_id=public_id).first()
    if job is not None:
        _still_parked(job)
    return job


def retry_parked(job: Job, *, by: Any) -> str:
    """Start a parked job again with all its attempts. Returns nothing where it was, else why it was not: then it is closed.

    Raises Conflict where somebody was faster. Who may: holders of `jobs.manage`, checked by the page. The job keeps who
    asked for it first.
    """
    with act(by=by, reason="Set-aside work started again"):
        held = Job.objects.select_for_update(of=("self",)).filter(pk=job.pk).first()
        if held is None:
            raise Conflict("This work has been done and forgotten since.")
        _still_parked(held)
        refusal = _begin_anew(held)
        if refusal:
            _close(held, refusal)
        else:
            _wait_again(held)
        log.info("Job %s was %s by %s.", held.pk, "closed" if refusal else "started again", actor_name(by))
    return refusal


def _still_parked(job: Job) -> None:
    if not job.is_parked:
        raise Conflict(f"Somebody else has dealt with this work. {STATES[Job.State(job.state)]}")


def _begin_anew(job: Job) -> str:
    """Move the thing the job is about; why not, where it must not be."""
    try:
        how = handler_for(job.kind)
    except LookupError:
        return NOBODY_DOES_IT
    return (how.again(job) if how.again else None) or ""


def _wait_again(job: Job) -> None:
    now = timing.now()
    job.state, job.attempt, job.wakes = Job.State.WAITING, 0, 0
    job.due_at, job.wake_at, job.not_before, job.finished_at = now, now + resend_after(0), None, None
    job.save(update_fields=["state", "attempt", "wakes", "due_at", "wake_at", "not_before", "finished_at"])
    wake_on_commit(job)


def _close(job: Job, why: str) -> None:
    """Nothing is left to do by this job: it goes from the list, and its row says why."""
    job.state, job.finished_at, job.last_error = Job.State.DONE, timing.now(), why
    job.save(update_fields=["state", "finished_at", "last_error"])
