"""The one Celery task. It carries a number; everything else is in the job's row."""

from __future__ import annotations

from celery import shared_task

from pqip.jobs.models import Job
from pqip.jobs.registry import handler


@shared_task(name="pqip.jobs.run_job")
def run_job(job_id: int) -> None:
    """Do the job, unless it is done, not due, or in other hands. Safe to repeat."""
    from pqip.jobs.running import run

    run(job_id)


@handler("jobs.canary", title="Check that work goes round")
def canary(job: Job) -> None:
    """Proof that work goes round: being finished is all it does."""
