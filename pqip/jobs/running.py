"""Doing a job: claim it, do it, finish it, or say why not.

A claim is committed first (state, token, lease, attempt). The effect and the finish are then committed together, and
the finish asks for the token: a worker that was thought dead and wakes up cannot commit a second effect.
"""

from __future__ import annotations

import logging
import uuid
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection
from django.db.models import F

from pqip.core import acting
from pqip.jobs import timing
from pqip.jobs.errors import LeaseLost
from pqip.jobs.failing import failed
from pqip.jobs.lease import kept_alive, lease_end
from pqip.jobs.models import Job
from pqip.jobs.registry import Handler, handler_for

log = logging.getLogger(__name__)


def run(job_id: int) -> bool:
    """Do the job if it may be claimed. True when this call finished it."""
    job = claim(job_id)
    if job is None:
        return False
    try:
        with _named(job), kept_alive(job):
            _do(handler_for(job.kind), job)
    except LeaseLost:
        log.warning("Job %s (%s) was taken over; nothing of this attempt was kept.", job.pk, job.kind)
    except Exception as error:
        if not connection.is_usable():
            connection.close()  # the fault is a cut connection; saying so needs another
        failed(job, error)
    return job.is_done


def claim(job_id: int) -> Job | None:
    """Take the job under a fresh token and lease, in one statement. None when it is not to be had."""
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
    """The transaction in which a job's effect is written and the job is done, acting as the job named after its kind.

    Raises LeaseLost, and keeps nothing, when another worker holds the job by now.
    """
    with acting.act(by=acting.Job(job.kind)):
        yield
        _finish(job)
    job.state = Job.State.DONE


@contextmanager
def _named(job: Job) -> Iterator[None]:
    """Let the audit and the logs say which job it was."""
    origin, request_id = acting.origin.set("worker"), acting.request_id.set(f"job-{job.pk}")
    try:
        yield
    finally:
        acting.origin.reset(origin)
        acting.request_id.reset(request_id)


def _finish(job: Job) -> None:
    done = {"state": Job.State.DONE, "finished_at": timing.now(), "token": None, "lease_until": None, "last_error": ""}
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
