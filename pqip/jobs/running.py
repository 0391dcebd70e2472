"""Does a job: claim it, do it, finish it, or record why not.

A claim is committed first (state, token, lease, attempt). The effect and the finish are then committed together, and the
finish requires the token: a worker that was presumed dead and resumes cannot commit a second effect.
"""

from __future__ import annotations

import logging
import uuid
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection
from django.db.models import F

from pqip.core import acting
from pqip.core.background import timing
from pqip.core.background.errors import LeaseLost
from pqip.core.background.registry import Handler, handler_for
from pqip.jobs.failing import failed
from pqip.jobs.lease import kept_alive, lease_end
from pqip.jobs.models import Job

log = logging.getLogger(__name__)


def run(job_id: int) -> bool:
    """Do the job if it may be claimed. Returns True when this call finished it."""
    job = claim(job_id)
    if job is None:
        return False
    try:
        with _named(job), kept_alive(job):
            _do(handler_for(job.kind), job)
    except LeaseLost:
        log.warning(
            "Job %s (%s) was taken over; nothing of this attempt was kept.", job.pk, job.kind
        )
    except Exception as error:
        if not connection.is_usable():
            connection.close()  # the fault is a broken connection, so recording it needs another one
        failed(job, error)
    return job.is_done


def claim(job_id: int) -> Job | None:
    """Claim the job under a new token and lease, in one statement. Returns None where it is not available."""
    token = uuid.uuid4()
    until = lease_end()
    claimed = (
        Job.objects.filter(pk=job_id)
        .claimable()
        .update(
            state=Job.State.RUNNING,
            token=token,
            lease_until=until,
            wake_at=until,
            wakes=0,
            attempt=F("attempt") + 1,
            started_at=timing.now(),
        )
    )
    return Job.objects.filter(pk=job_id, token=token).first() if claimed else None


@contextmanager
def finishing(job: Job) -> Iterator[None]:
    """Open the transaction in which a job is finished, as `pqip.core.background.queue.finishing` describes."""
    with acting.acting_as(by=acting.Job(job.kind)):
        yield
        _finish(job)
    job.state = Job.State.DONE


@contextmanager
def _named(job: Job) -> Iterator[None]:
    """Name the job in the audit and the logs."""
    origin, request_id = acting.origin.set("worker"), acting.request_id.set(f"job-{job.pk}")
    try:
        yield
    finally:
        acting.origin.reset(origin)
        acting.request_id.reset(request_id)


def _finish(job: Job) -> None:
    done = {
        "state": Job.State.DONE,
        "finished_at": timing.now(),
        "token": None,
        "lease_until": None,
        "last_error": "",
    }
    if not Job.objects.filter(pk=job.pk, state=Job.State.RUNNING, token=job.token).update(**done):
        raise LeaseLost(job.key)


def _do(how: Handler, job: Job) -> None:
    if how.atomic:
        with finishing(job):
            how.work(job)
        return
    how.work(job)
    if not job.is_done:
        raise RuntimeError(f"The handler of {job.kind} ended without `with finishing(job):`.")
