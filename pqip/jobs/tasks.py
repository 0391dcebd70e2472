"""The only Celery task. Its message holds a number; everything else is in the job's row."""

from __future__ import annotations

from celery import shared_task

from pqip.core.background.queue import Job
from pqip.core.background.registry import handler


@shared_task(name="pqip.jobs.run_job")
def run_job(job_id: int) -> None:
    """Do the job, unless it is finished, not due, or held by another worker. Safe to repeat."""
    from pqip.jobs.running import run

    run(job_id)


@handler("jobs.canary", title="Check that work goes round")
def canary(job: Job) -> None:
    """A test job: that it is finished proves that work is being done."""
