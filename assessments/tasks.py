"""Background work of assessment."""

from __future__ import annotations

from assessments.actions.chasing import chase
from pqip.core.acting import Job as Acting
from pqip.core.clock import today
from pqip.jobs.models import Job
from pqip.jobs.registry import handler


@handler("assessments.chase", title="Reminders of decisions that wait to be countersigned")
def chase_countersigners(job: Job) -> None:
    chase(today(), by=Acting("scheduler"))
