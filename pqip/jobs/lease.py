"""A claim lasts while its worker lives: a thread prolongs the lease, on a connection of its own."""

from __future__ import annotations

import datetime as dt
import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.db import DatabaseError, connection

from pqip.core.background import timing
from pqip.jobs.models import Job

log = logging.getLogger(__name__)


def lease_end() -> dt.datetime:
    """Return when a lease given or prolonged now expires."""
    return timing.now() + dt.timedelta(seconds=settings.JOB_LEASE_SECONDS)


@contextmanager
def kept_alive(job: Job) -> Iterator[None]:
    """Prolong the job's lease while the block runs."""
    stop = threading.Event()
    thread = threading.Thread(
        target=_prolong_until, args=(stop, job), name=f"lease-{job.pk}", daemon=True
    )
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


def prolong(job: Job) -> bool:
    """Prolong the lease once. Returns False where another worker holds the job."""
    until = lease_end()
    mine = Job.objects.filter(pk=job.pk, state=Job.State.RUNNING, token=job.token)
    return bool(mine.update(lease_until=until, wake_at=until))


def _prolong_until(stop: threading.Event, job: Job) -> None:
    try:
        while not stop.wait(settings.JOB_LEASE_SECONDS / 3):
            try:
                if not prolong(job):
                    return
            except DatabaseError:
                log.warning("The lease of job %s could not be prolonged; trying again.", job.pk)
                connection.close()
    finally:
        connection.close()
